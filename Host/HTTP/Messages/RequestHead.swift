/// The request line and the header fields of a request, and what follows from them.
package struct RequestHead: Hashable, Sendable {
    package var method: HTTPMethod
    /// The path as it was sent, percent-encoded; `*` for a request that means the whole server.
    package var path: String
    /// What follows the `?`, percent-encoded; nil without a `?`.
    package var query: String?
    package var version: HTTPVersion
    package var headers: HeaderFields
    package var framing: BodyFraming
    /// Whether the connection is to be kept for another request.
    package var keepsAlive: Bool
    /// Whether the client waits for `100 Continue` before it sends the body.
    package var expectsContinue: Bool

    package init(
        _ method: HTTPMethod, path: String, query: String? = nil,
        version: HTTPVersion = .http1_1, headers: HeaderFields = [:],
        framing: BodyFraming = .none, keepsAlive: Bool = true, expectsContinue: Bool = false
    ) {
        self.method = method
        self.path = path
        self.query = query
        self.version = version
        self.headers = headers
        self.framing = framing
        self.keepsAlive = keepsAlive
        self.expectsContinue = expectsContinue
    }
}

extension RequestHead {
    /// The language in which the client wants to read messages.
    package var language: Language { Language(accepting: headers["accept-language"]) }

    /// Decides what depends on the header fields, once all are there.
    mutating func finish() throws(HTTPParseError) {
        try checkHost()
        framing = try headers.framing(version: version) ?? .none
        let connection = headers.list("connection").map { $0.lowercased() }
        keepsAlive =
            switch version {
            case .http1_1: !connection.contains("close")
            case .http1_0: connection.contains("keep-alive") && !connection.contains("close")
            }
        let expectations = headers.list("expect")
        guard expectations.allSatisfy({ $0.lowercased() == "100-continue" }) else {
            throw .unsupportedExpectation
        }
        // Version 1.0 does not know it (RFC 9110, section 10.1.1).
        expectsContinue = !expectations.isEmpty && version == .http1_1 && framing != .none
    }

    private func checkHost() throws(HTTPParseError) {
        let host = headers.lookUp("host")
        if host.count == 0, version == .http1_0 { return }
        guard host.count == 1, Self.isAuthority(host.first) else { throw .invalidHost }
    }

    /// Whether text is `uri-host [ ":" port ]` with a host that is not empty (RFC 9110, section 7.2).
    static func isAuthority(_ all: ArraySlice<UInt8>) -> Bool {
        let isLiteral = all.first == UInt8(ascii: "[")
        let end: Int
        if isLiteral {
            guard let bracket = all.firstIndex(of: UInt8(ascii: "]")) else { return false }
            end = bracket + 1
            let address = all[..<bracket].dropFirst()
            guard !address.isEmpty, address.allSatisfy(isAddressCharacter) else { return false }
        } else {
            end = all.firstIndex(of: .colon) ?? all.endIndex
            let name = all[..<end]
            guard !name.isEmpty, name.allSatisfy(isNameCharacter) else { return false }
        }
        let port = all[end...]
        guard port.first == .colon else { return port.isEmpty }
        let digits = port.dropFirst()
        guard digits.allSatisfy(\.isDigit) else { return false }
        return digits.isEmpty || UInt16(String(decoding: digits, as: UTF8.self)) != nil
    }

    private static func isAddressCharacter(_ byte: UInt8) -> Bool {
        byte.hexValue != nil || byte == .colon || byte == UInt8(ascii: ".")
    }

    private static func isNameCharacter(_ byte: UInt8) -> Bool {
        byte.isPathCharacter && byte != UInt8(ascii: "@") && byte != UInt8(ascii: "/")
    }
}
