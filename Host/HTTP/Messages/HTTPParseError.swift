/// Why received bytes are no HTTP/1.1 message.
///
/// After one of these, nothing more can be read from the connection: where the next message begins is not
/// known any more.
package enum HTTPParseError: Error, Hashable, Sendable, CaseIterable {
    /// The request line is not `method SP target SP HTTP/1.x` (RFC 9112, section 3).
    case invalidRequestLine
    /// The status line is not `HTTP/1.x SP code SP reason` (RFC 9112, section 4).
    case invalidStatusLine
    /// The target has a character or a form that it may not have (RFC 9112, section 3.2).
    case invalidTarget
    case targetTooLong
    /// The major version is not 1.
    case unsupportedVersion
    /// A line ends with a bare line feed, or has a carriage return inside (RFC 9112, section 2.2).
    case invalidLineEnd
    /// A field line has no colon, a blank before it, or a character that it may not have (section 5).
    case invalidField
    /// A field line is folded (section 5.2).
    case foldedField
    case fieldsTooLarge
    /// `Host` is missing, repeated or no host (section 3.2).
    case invalidHost
    /// `Content-Length` is repeated or no number (section 6.3).
    case invalidContentLength
    /// Both `Content-Length` and `Transfer-Encoding` are there: an attempt at smuggling (section 6.3).
    case conflictingLength
    /// `Transfer-Encoding` is malformed, or stands in a message of version 1.0 (section 6.1).
    case invalidTransferEncoding
    /// `Transfer-Encoding` names something else than `chunked`.
    case unsupportedTransferEncoding
    /// `Expect` asks for something else than `100-continue` (RFC 9110, section 10.1.1).
    case unsupportedExpectation
    /// A chunk's size line, end or trailer is malformed (RFC 9112, section 7.1).
    case invalidChunk

    /// The status with which a server answers.
    package var status: HTTPStatus {
        switch self {
        case .targetTooLong: .uriTooLong
        case .unsupportedVersion: .versionNotSupported
        case .fieldsTooLarge: .headerFieldsTooLarge
        case .unsupportedTransferEncoding: .notImplemented
        case .unsupportedExpectation: .expectationFailed
        default: .badRequest
        }
    }

    /// The stable code of the problem.
    package var code: String {
        switch self {
        case .invalidRequestLine: "invalid_request_line"
        case .invalidStatusLine: "invalid_status_line"
        case .invalidTarget: "invalid_target"
        case .targetTooLong: "target_too_long"
        case .unsupportedVersion: "unsupported_version"
        case .invalidLineEnd: "invalid_line_end"
        case .invalidField: "invalid_header_field"
        case .foldedField: "folded_header_field"
        case .fieldsTooLarge: "headers_too_large"
        case .invalidHost: "invalid_host"
        case .invalidContentLength: "invalid_content_length"
        case .conflictingLength: "conflicting_length"
        case .invalidTransferEncoding: "invalid_transfer_encoding"
        case .unsupportedTransferEncoding: "unsupported_transfer_encoding"
        case .unsupportedExpectation: "unsupported_expectation"
        case .invalidChunk: "invalid_chunk"
        }
    }
}
