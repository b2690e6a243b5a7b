import Reactor
import Values

/// Flags of a new connection, as `COMMLINE_CONNECTED_…`.
package struct ConnectionFlags: OptionSet, Hashable, Sendable {
    package let rawValue: UInt32

    package init(rawValue: UInt32) {
        self.rawValue = rawValue
    }

    package static let reused = ConnectionFlags(rawValue: 1)
    package static let datagram = ConnectionFlags(rawValue: 2)
    package static let handedOver = ConnectionFlags(rawValue: 4)
    package static let sevenBit = ConnectionFlags(rawValue: 8)
}

/// What happens to a session; plain data, so that it travels to a worker process as it is.
package enum SessionEvent: Hashable, Sendable {
    case connected(peer: String, flags: ConnectionFlags)
    case received([UInt8])
    case writable
    case deadline
    case disconnected(ErrorCode)
    /// A monitor's command: a JSON document with items, whose numbers are given beside it.
    case command(requestID: UInt64, json: String, items: [UInt32])
    /// Ends a command, or with 0 the session.
    case cancel(requestID: UInt64)
    case yield(graceMilliseconds: UInt32)
    case closing(graceMilliseconds: UInt32)
    case credit
}

/// An event with its moment, taken at the socket or the timer.
package struct StampedEvent: Hashable, Sendable {
    package var event: SessionEvent
    package var stamp: TimeStamp

    package init(_ event: SessionEvent, at stamp: TimeStamp) {
        self.event = event
        self.stamp = stamp
    }
}

/// What the link must know to answer at once, given with each event.
package struct SessionStanding: Hashable, Sendable {
    package var isConnected: Bool
    /// Bytes that may still be queued.
    package var sendBudget: Int
    /// Numbers granted since the last event, by counter.
    package var grants: [String: CounterBlock]

    package init(isConnected: Bool, sendBudget: Int, grants: [String: CounterBlock] = [:]) {
        self.isConnected = isConnected
        self.sendBudget = sendBudget
        self.grants = grants
    }
}
