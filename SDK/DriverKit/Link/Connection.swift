/// What is known of the connection that a session got.
public struct Connection: Hashable, Sendable {
    /// What kind of connection it is.
    public struct Traits: OptionSet, Hashable, Sendable {
        /// The flags as they cross the border.
        public let rawValue: UInt32

        /// Makes traits from their flags.
        ///
        /// - Parameter rawValue: The flags as they cross the border.
        public init(rawValue: UInt32) {
            self.rawValue = rawValue
        }

        /// The connection served another session before.
        public static let reused = Traits(rawValue: 1)
        /// Each send is one datagram; otherwise the bytes are a stream.
        public static let datagram = Traits(rawValue: 2)
        /// The connection comes from an inbound session, with its state.
        public static let handedOver = Traits(rawValue: 4)
        /// The channel carries seven bits; the eighth is parity.
        public static let sevenBit = Traits(rawValue: 8)
    }

    /// What kind of connection it is.
    public let traits: Traits
    /// The other end, such as `192.0.2.7:4059`.
    public let peer: String
    /// How many bytes one datagram may carry; 0 where it is a stream.
    public let largestDatagram: Int
    /// The state that an inbound session handed over, or empty.
    public let state: [UInt8]
}

/// One datagram with its sender.
public struct Datagram: Hashable, Sendable {
    /// What it carries.
    public let bytes: [UInt8]
    /// Who sent it; empty for the channel's peer.
    public let peer: String

    /// Makes a datagram.
    ///
    /// - Parameters:
    ///   - bytes: What it carries.
    ///   - peer: Who sent it; empty for the channel's peer.
    public init(bytes: [UInt8], peer: String = "") {
        self.bytes = bytes
        self.peer = peer
    }
}

/// A moment, as the event that is being handled tells it.
///
/// Within one event time stands still, so that a recorded session replays exactly.
public struct Moment: Hashable, Sendable {
    /// Nanoseconds of a clock that never jumps.
    public let nanoseconds: UInt64
    /// Milliseconds since 1970-01-01 UTC.
    public let wallMilliseconds: Int64

    /// Makes a moment.
    ///
    /// - Parameters:
    ///   - nanoseconds: Of a clock that never jumps.
    ///   - wallMilliseconds: Since 1970-01-01 UTC.
    public init(nanoseconds: UInt64, wallMilliseconds: Int64) {
        self.nanoseconds = nanoseconds
        self.wallMilliseconds = wallMilliseconds
    }

    /// How long after an earlier moment this one is; zero where the other is later.
    ///
    /// - Parameter earlier: The other moment.
    /// - Returns: The time between them.
    public func since(_ earlier: Moment) -> Duration {
        guard nanoseconds > earlier.nanoseconds else { return .zero }
        return .nanoseconds(Int64(clamping: nanoseconds - earlier.nanoseconds))
    }
}
