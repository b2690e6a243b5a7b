import JSON
import Reactor

/// A request to be sent.
package struct HTTPClientRequest: Sendable {
    package enum Body: Sendable {
        case none
        case bytes([UInt8])
        /// Sent while it is produced; chunked where the length is not known.
        case stream(length: UInt64?, BodyStream)
    }

    package var method: HTTPMethod
    /// Path and query, percent-encoded.
    package var target: String
    /// Without `Host`, `Content-Length`, `Transfer-Encoding` and `Connection`, which are the client's.
    package var headers: HeaderFields
    package var body: Body

    package init(
        _ method: HTTPMethod, _ target: String, headers: HeaderFields = [:], body: Body = .none
    ) {
        self.method = method
        self.target = target
        self.headers = headers
        self.body = body
    }

    /// A request with a JSON body.
    package init(
        _ method: HTTPMethod, _ target: String, headers: HeaderFields = [:], json: JSONValue
    ) {
        self.init(method, target, headers: headers, body: .bytes(json.bytes()))
        self.headers.set("Content-Type", "application/json")
    }
}

/// A response that has arrived as a whole.
package struct HTTPClientResponse: Sendable {
    package let head: ResponseHead
    package let body: [UInt8]

    package var status: HTTPStatus { head.status }
    package var headers: HeaderFields { head.headers }

    /// The body as JSON.
    package func json() throws(JSONError) -> JSONValue { try JSONValue(parsing: body) }
}

/// Why a request has no response.
package enum HTTPClientError: Error, Hashable, Sendable, CustomStringConvertible {
    case unresolved(Resolver.Failure)
    case unreachable(host: String, EndpointClosure)
    /// The connection ended before the response did.
    case disconnected
    /// Nothing arrived for this long.
    case timedOut(Duration)
    case malformed(HTTPParseError)
    /// The body of the response is larger than it may be, in bytes.
    case tooLarge(limit: Int)
    /// The body of the request could not be produced.
    case bodyFailed(BodyStream.Failure)
    case cancelled

    package var description: String {
        switch self {
        case .unresolved(let failure): failure.description
        case .unreachable(let host, let closure): "cannot reach \(host): \(closure)"
        case .disconnected: "the server closed the connection before its response was complete"
        case .timedOut(let limit): "the server said nothing for \(limit)"
        case .malformed(let error): "the server's response is not valid HTTP (\(error.code))"
        case .tooLarge(let limit): "the server's response has more than \(limit) bytes"
        case .bodyFailed: "the body of the request could not be read"
        case .cancelled: "cancelled"
        }
    }
}
