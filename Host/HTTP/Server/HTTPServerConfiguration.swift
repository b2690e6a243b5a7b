import Reactor

/// Limits and time-outs of a server.
package struct HTTPServerConfiguration: Sendable {
    /// Connections at once; one more is answered with 503.
    package var maximumConnections = 10_000
    /// How long a connection may wait for its next request.
    package var idleTimeout: Duration = .seconds(60)
    /// How long a head may take, from its first byte.
    package var headTimeout: Duration = .seconds(10)
    /// In each of these, a body has to bring `minimumBodyBytes`, and a client to take bytes that wait for it.
    package var progressTimeout: Duration = .seconds(15)
    /// What a body has to bring in `progressTimeout`.
    package var minimumBodyBytes = 1024
    /// How long a closing connection is given for its last bytes.
    package var lingerTimeout: Duration = .seconds(2)
    /// Says no to a request by its head, for example with 429; called on the reactor.
    package var gate: (@Sendable (RequestHead, SocketAddress) -> Problem?)?
    /// Hears of each response, when its last byte was written; called on the reactor.
    package var observer: (@Sendable (HTTPExchange) -> Void)?

    package init() {}
}

/// A request that was answered, for logs and metrics.
package struct HTTPExchange: Sendable {
    package let head: RequestHead
    package let peer: SocketAddress
    package let status: HTTPStatus
    /// From the end of the head to the last byte written, in microseconds.
    package let microseconds: UInt64
}

/// What a server has done since its start.
package struct HTTPServerMetrics: Hashable, Sendable {
    /// Connections now.
    package var connections: UInt64 = 0
    /// Connections accepted.
    package var accepted: UInt64 = 0
    /// Connections refused because there were too many.
    package var refused: UInt64 = 0
    /// Requests answered.
    package var requests: UInt64 = 0
    /// Connections cut because the client was too slow.
    package var timeouts: UInt64 = 0
    /// Connections that sent something else than HTTP.
    package var malformed: UInt64 = 0
}
