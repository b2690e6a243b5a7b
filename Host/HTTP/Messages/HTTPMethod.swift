/// The method of a request (RFC 9110, section 9; PATCH is RFC 5789).
package enum HTTPMethod: Hashable, Sendable, CustomStringConvertible {
    case get, head, post, put, patch, delete, options, trace, connect
    /// A method that is a token but none of the above.
    case other(String)

    /// The method as it is written in a request.
    package var description: String {
        switch self {
        case .get: "GET"
        case .head: "HEAD"
        case .post: "POST"
        case .put: "PUT"
        case .patch: "PATCH"
        case .delete: "DELETE"
        case .options: "OPTIONS"
        case .trace: "TRACE"
        case .connect: "CONNECT"
        case .other(let name): name
        }
    }

    private static let known: [HTTPMethod] = [
        .get, .post, .put, .patch, .delete, .head, .options, .trace, .connect,
    ]

    /// The method of that name; names are case-sensitive.
    package init(_ name: String) {
        self = Self.known.first { $0.description == name } ?? .other(name)
    }

    /// Whether repeating the request does no more than making it once (RFC 9110, section 9.2.2).
    package var isIdempotent: Bool {
        switch self {
        case .get, .head, .put, .delete, .options, .trace: true
        case .post, .patch, .connect, .other: false
        }
    }
}
