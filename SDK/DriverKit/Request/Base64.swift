import Values

/// Base64 as of RFC 4648, section 4: how bytes stand in a request's JSON.
enum Base64 {
    /// Reads base64 with its padding; nil where the text is something else.
    static func bytes(_ text: String) -> [UInt8]? { TextEncoding.bytes(base64: text) }

    /// Writes bytes as base64 with padding.
    static func text(_ bytes: [UInt8]) -> String { TextEncoding.base64(bytes) }
}
