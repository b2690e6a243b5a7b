/// The status line and the header fields of a response.
package struct ResponseHead: Hashable, Sendable {
    package var status: HTTPStatus
    package var version: HTTPVersion
    package var headers: HeaderFields
    package var framing: BodyFraming
    package var keepsAlive: Bool
}

/// Reads one response, as its bytes arrive.
struct ResponseParser {
    enum Event: Hashable {
        case head(ResponseHead)
        case body([UInt8])
        case end
    }

    private enum State {
        case statusLine
        case fields(ResponseHead, bytes: Int)
        case body(BodyDecoder)
        case done
    }

    private static let statusLineLimit = 8 * 1024
    private static let fieldsLimit = 64 * 1024
    private static let fieldCountLimit = 256

    /// A response to HEAD has no body, whatever its fields say.
    private let method: HTTPMethod
    private var state = State.statusLine
    private var buffer: MessageBuffer

    /// Makes a parser for the response to a request of that method.
    init(method: HTTPMethod) {
        self.method = method
        buffer = MessageBuffer()
    }

    /// Bytes that were received and not taken.
    var unreadCount: Int { buffer.count }

    mutating func append(_ bytes: UnsafeRawBufferPointer) {
        buffer.append(bytes)
    }

    /// The next event, or nil when more bytes are needed; interim responses (1xx) are passed over.
    mutating func next() throws(HTTPParseError) -> Event? {
        while true {
            switch state {
            case .statusLine:
                let line = try buffer.takeLine(
                    limit: Self.statusLineLimit, tooLong: .invalidStatusLine)
                guard let line else { return nil }
                state = .fields(try Self.head(line), bytes: 0)
            case .fields(var head, let bytes):
                state = .statusLine
                guard try fields(&head, bytes) else { return nil }
                if head.status.code >= 200 { return .head(head) }
            case .body(var decoder):
                let step = try decoder.next(&buffer)
                state = step == .end ? .done : .body(decoder)
                switch step {
                case .bytes(let bytes): return .body(bytes)
                case .end: return .end
                case .needMore: return nil
                }
            case .done:
                return .end
            }
        }
    }

    /// The connection has ended: whether that is the end of the response, too.
    var mayEndByClose: Bool {
        switch state {
        case .body(let decoder): decoder.mayEndByClose
        case .done: true
        case .statusLine, .fields: false
        }
    }

    private static func head(_ line: ArraySlice<UInt8>) throws(HTTPParseError) -> ResponseHead {
        let parts = line.split(separator: .space, maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count >= 2, parts[1].count == 3, parts[1].allSatisfy(\.isDigit),
            let code = Int(String(decoding: parts[1], as: UTF8.self)), (100...599).contains(code)
        else { throw .invalidStatusLine }
        let version: HTTPVersion
        do throws(HTTPParseError) {
            version = try HTTPVersion(parts[0])
        } catch {
            throw error == .unsupportedVersion ? error : .invalidStatusLine
        }
        return ResponseHead(
            status: HTTPStatus(code), version: version, headers: [:], framing: .none,
            keepsAlive: false)
    }

    private mutating func fields(
        _ head: inout ResponseHead, _ taken: Int
    ) throws(HTTPParseError) -> Bool {
        var taken = taken
        while true {
            let line = try buffer.takeLine(
                limit: Self.fieldsLimit - taken, tooLong: .fieldsTooLarge)
            guard let line else {
                state = .fields(head, bytes: taken)
                return false
            }
            taken += line.count + 2
            if line.isEmpty { break }
            guard head.headers.count < Self.fieldCountLimit else { throw .fieldsTooLarge }
            try head.headers.append(line: line)
        }
        // An interim response is followed by the final one.
        guard head.status.code >= 200 else {
            state = .statusLine
            return true
        }
        try finish(&head)
        state = .body(BodyDecoder(head.framing))
        return true
    }

    /// Decides how the body ends (RFC 9112, section 6.3).
    private func finish(_ head: inout ResponseHead) throws(HTTPParseError) {
        if method == .head || head.status.hasNoBody {
            head.framing = .none
        } else {
            head.framing = try head.headers.framing(version: head.version) ?? .untilClose
        }
        let connection = head.headers.list("connection").map { $0.lowercased() }
        let persists =
            switch head.version {
            case .http1_1: !connection.contains("close")
            case .http1_0: connection.contains("keep-alive")
            }
        head.keepsAlive = persists && head.framing != .untilClose
    }
}
