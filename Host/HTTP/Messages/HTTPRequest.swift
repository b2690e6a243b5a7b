import JSON
import Reactor

/// A request as a handler sees it.
package struct HTTPRequest: Sendable {
    /// The bytes behind the head.
    package enum Body: Sendable {
        /// All of it, within the route's limit; empty when there is none.
        case bytes([UInt8])
        /// To be read piece by piece, by routes that ask for it.
        case stream(BodyStream)
    }

    package var head: RequestHead
    package var body: Body
    /// The other end of the connection; nil for a request made in process.
    package var peer: SocketAddress?
    /// When the head was complete.
    package var received: TimeStamp

    package init(
        head: RequestHead, body: Body = .bytes([]), peer: SocketAddress? = nil,
        received: TimeStamp = .now
    ) {
        self.head = head
        self.body = body
        self.peer = peer
        self.received = received
    }

    /// Makes a request for a router in process.
    ///
    /// - Parameters:
    ///   - method: The method.
    ///   - target: Path and query, percent-encoded, for example `/api/v1/devices?limit=10`.
    ///   - headers: Header fields.
    ///   - body: The body.
    package init(
        _ method: HTTPMethod, _ target: String, headers: HeaderFields = [:], body: [UInt8] = []
    ) {
        let parts = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        self.init(
            head: RequestHead(
                method, path: parts.first.map(String.init) ?? "/",
                query: parts.count == 2 ? String(parts[1]) : nil, headers: headers,
                framing: body.isEmpty ? .none : .length(UInt64(body.count))),
            body: .bytes(body))
    }

    /// Makes a request with a JSON body for a router in process.
    package init(
        _ method: HTTPMethod, _ target: String, headers: HeaderFields = [:], json: JSONValue
    ) {
        var headers = headers
        headers.set("Content-Type", "application/json")
        self.init(method, target, headers: headers, body: json.bytes())
    }

    package var method: HTTPMethod { head.method }
    package var headers: HeaderFields { head.headers }

    /// The language in which the client wants to read messages.
    package var language: Language { head.language }
}
