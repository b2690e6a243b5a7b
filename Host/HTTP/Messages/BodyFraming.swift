/// How a message says where its body ends (RFC 9112, section 6).
package enum BodyFraming: Hashable, Sendable {
    /// There is no body.
    case none
    /// That many bytes.
    case length(UInt64)
    /// Chunks, the last one empty.
    case chunked
    /// All bytes until the connection ends; in responses only.
    case untilClose
}

extension HeaderFields {
    /// What `Transfer-Encoding` and `Content-Length` say; nil when they are not there.
    func framing(version: HTTPVersion) throws(HTTPParseError) -> BodyFraming? {
        let hasCoding = contains("transfer-encoding")
        guard hasCoding || contains("content-length") else { return nil }
        let lengths = values(of: "content-length")
        guard hasCoding else {
            guard let text = lengths.first else { return nil }
            guard lengths.count == 1, let length = Self.decimal(text) else {
                throw .invalidContentLength
            }
            return length == 0 ? BodyFraming.none : .length(length)
        }
        guard version == .http1_1 else { throw .invalidTransferEncoding }
        guard lengths.isEmpty else { throw .conflictingLength }
        let codings = list("transfer-encoding").map { $0.lowercased() }
        guard !codings.isEmpty else { throw .invalidTransferEncoding }
        guard codings.allSatisfy({ $0 == "chunked" }) else { throw .unsupportedTransferEncoding }
        guard codings.count == 1 else { throw .invalidTransferEncoding }
        return .chunked
    }

    /// Reads digits alone: no sign, no blank, no more than 64 bits.
    private static func decimal(_ text: String) -> UInt64? {
        guard !text.isEmpty, text.utf8.allSatisfy(\.isDigit) else { return nil }
        return UInt64(text)
    }
}

/// The minor version of HTTP/1.
package enum HTTPVersion: Hashable, Sendable {
    case http1_0
    /// HTTP/1.1, and any later minor version, which is answered as 1.1 (RFC 9110, section 2.5).
    case http1_1

    /// Reads `HTTP/1.x`.
    init(_ text: ArraySlice<UInt8>) throws(HTTPParseError) {
        guard text.count == 8, text.starts(with: "HTTP/".utf8) else { throw .invalidRequestLine }
        let (major, point, minor) = (text.endIndex - 3, text.endIndex - 2, text.endIndex - 1)
        guard text[major].isDigit, text[point] == UInt8(ascii: "."), text[minor].isDigit else {
            throw .invalidRequestLine
        }
        guard text[major] == UInt8(ascii: "1") else { throw .unsupportedVersion }
        self = text[minor] == UInt8(ascii: "0") ? .http1_0 : .http1_1
    }
}
