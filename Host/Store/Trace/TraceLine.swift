/// A line of a task's extended journal: one frame, or what happened to the connection.
package struct TraceLine: Hashable, Sendable {
    /// Nanoseconds of the host's monotonic clock.
    package var monotonic: UInt64
    package var wall: Moment
    package var direction: TraceDirection
    /// The bytes as they passed, with secrets blanked; the text of an `info` line.
    package var bytes: [UInt8]
    /// The stretches of `bytes` that were blanked, in order.
    package var blanked: [Range<Int>]
    /// The other end, as `192.0.2.7:4059`; empty when there is none.
    package var peer: String

    package init(
        monotonic: UInt64, wall: Moment, direction: TraceDirection, bytes: [UInt8] = [],
        blanked: [Range<Int>] = [], peer: String = ""
    ) {
        self.monotonic = monotonic
        self.wall = wall
        self.direction = direction
        self.bytes = bytes
        self.blanked = blanked
        self.peer = peer
    }
}

/// What a line of the extended journal tells.
package enum TraceDirection: UInt8, Hashable, Sendable, CaseIterable {
    /// Bytes to the device.
    case sent
    /// Bytes from the device.
    case received
    case connected
    case disconnected
    /// A remark of the host, as text.
    case info
}
