/// Writes the head of a response, with the fields that are the server's.
struct ResponseHeadEncoder {
    /// How the body is delimited.
    enum Framing: Hashable {
        /// No body, and nothing said about one: 1xx, 204, 304.
        case none
        case length(UInt64)
        case chunked
        case untilClose
    }

    /// What is said about the connection.
    enum Persistence: Hashable {
        case close
        /// To a client of version 1.0, which has to be told.
        case keepAliveToldSo
        case keepAlive
    }

    private static let serverFields = [
        "content-length", "transfer-encoding", "connection", "date",
    ]

    static func encode(
        _ response: HTTPResponse, framing: Framing, persistence: Persistence
    ) -> [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(256)
        output.append(contentsOf: "HTTP/1.1 ".utf8)
        output.append(contentsOf: String(response.status.code).utf8)
        output.append(.space)
        output.append(contentsOf: response.status.phrase.utf8)
        output.append(contentsOf: "\r\n".utf8)
        output.append(contentsOf: HTTPDate.currentLine)
        var fields = response.headers
        for name in serverFields where fields.contains(name) { fields.remove(name) }
        fields.encode(into: &output)
        switch framing {
        case .none, .untilClose: break
        case .length(let length):
            output.append(contentsOf: "Content-Length: ".utf8)
            output.append(contentsOf: String(length).utf8)
            output.append(contentsOf: "\r\n".utf8)
        case .chunked:
            output.append(contentsOf: "Transfer-Encoding: chunked\r\n".utf8)
        }
        switch persistence {
        case .close: output.append(contentsOf: "Connection: close\r\n\r\n".utf8)
        case .keepAliveToldSo: output.append(contentsOf: "Connection: keep-alive\r\n\r\n".utf8)
        case .keepAlive: output.append(contentsOf: "\r\n".utf8)
        }
        return output
    }

    /// One chunk: its size, its bytes, its end (RFC 9112, section 7.1).
    static func chunk(_ bytes: [UInt8]) -> [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(bytes.count + 20)
        output.append(contentsOf: String(bytes.count, radix: 16).utf8)
        output.append(contentsOf: "\r\n".utf8)
        output.append(contentsOf: bytes)
        output.append(contentsOf: "\r\n".utf8)
        return output
    }

    static let lastChunk = Array("0\r\n\r\n".utf8)
    static let goOn = Array("HTTP/1.1 100 Continue\r\n\r\n".utf8)
}
