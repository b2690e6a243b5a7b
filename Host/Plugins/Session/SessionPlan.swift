import JSON
import Values

/// How a session lives.
package enum SessionMode: UInt32, Hashable, Sendable {
    /// Serves its items, then finishes by itself.
    case task = 1
    /// Stays open and serves commands.
    case monitor = 2
}

/// Where a session's bytes go.
package enum ChannelEndpoint: Hashable, Sendable {
    case tcp(TCPEndpoint)
}

/// A TCP client channel.
package struct TCPEndpoint: Hashable, Sendable {
    /// A name or a numeric address.
    package var host: String
    package var port: UInt16
    /// The wait for the connection, the resolution of the name included.
    package var connectTimeout: Duration
    /// Probing of an idle connection, for long-lived ones.
    package var keepAlive: Bool
    /// The channel carries 7E1: the eighth bit is parity.
    package var isSevenBit: Bool

    package init(
        host: String, port: UInt16, connectTimeout: Duration = .seconds(10),
        keepAlive: Bool = true, isSevenBit: Bool = false
    ) {
        self.host = host
        self.port = port
        self.connectTimeout = connectTimeout
        self.keepAlive = keepAlive
        self.isSevenBit = isSevenBit
    }
}

/// What the host grants one session.
package struct SessionLimits: Hashable, Sendable {
    /// Records that may wait for the store; with more, the session is held.
    package var recordCredit = 2048
    /// A session that is held longer than this ends with the code `store`.
    package var longestHold: Duration = .seconds(60)
    /// How long a driver may take to say goodbye when it is cancelled or closed.
    package var closingGrace: Duration = .seconds(5)
    /// How long bytes that were sent before `finish` may take to leave.
    package var drain: Duration = .seconds(2)
    /// A session that takes longer is closed, with the code `timeout`; nil for no limit.
    package var longestSession: Duration?

    package init() {}
}

/// Numbers of a durable counter that are this session's own: `next..<end`.
///
/// Whoever gives a block has made `end` durable before, so that no number is ever given twice; numbers
/// that are left over are lost.
package struct CounterBlock: Hashable, Sendable {
    package var next: UInt64
    package var end: UInt64

    package init(next: UInt64, end: UInt64) {
        self.next = next
        self.end = end
    }

    /// Takes `count` numbers and answers the first, or nil where the block has not as many.
    package mutating func take(_ count: UInt64) -> UInt64? {
        guard end >= next, end - next >= count else { return nil }
        defer { next += count }
        return next
    }
}

/// Everything that a session needs to begin.
package struct SessionPlan: Sendable {
    /// For logs: the device's serial number, or what else names the session to people.
    package var label: String
    /// The driver's request; `SessionRequest` makes it.
    package var request: JSONObject
    package var mode: SessionMode
    package var channel: ChannelEndpoint
    package var limits: SessionLimits
    /// Passwords and keys of the settings, as texts; no journal and no message shows them.
    package var secrets: [String]
    /// Numbers reserved in advance, by counter.
    package var counters: [String: CounterBlock]

    package init(
        label: String, request: JSONObject, mode: SessionMode = .task, channel: ChannelEndpoint,
        limits: SessionLimits = SessionLimits(), secrets: [String] = [],
        counters: [String: CounterBlock] = [:]
    ) {
        self.label = label
        self.request = request
        self.mode = mode
        self.channel = channel
        self.limits = limits
        self.secrets = secrets
        self.counters = counters
    }

    /// Whom a crash of the driver is blamed on: the device's UUID, or what else names it.
    var subject: String { request["device"]?["uuid"]?.string ?? label }

    /// The numbers of the request's items.
    var items: [UInt32] { Self.items(of: .object(request)) }

    static func items(of request: JSONValue) -> [UInt32] {
        (request["items"]?.array ?? []).compactMap { item in
            item["number"]?.int.flatMap { UInt32(exactly: $0) }
        }
    }
}
