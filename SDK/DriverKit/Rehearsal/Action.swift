import Values

/// One thing that a session asked its host for, as a rehearsal saw it cross the border.
public enum Action: Hashable, Sendable {
    /// Bytes for the wire.
    case sent(Sending)
    /// The timer was set to this many milliseconds, or cleared.
    case deadline(UInt32?)
    /// A stretch of the received bytes was blanked.
    case redacted(Range<Int>)
    /// A record was handed over.
    case emitted(Record)
    /// An item came to a stage.
    case outcome(Outcome)
    /// A line for the journal.
    case noted(Level, Message)
    /// Progress of a command, or of the session (0).
    case progress(command: UInt64, done: UInt32, total: UInt32)
    /// A device behind this one.
    case found(Child)
    /// A key of the durable memory was set.
    case remembered(String, [UInt8])
    /// Numbers of a durable counter were taken.
    case reserved(String, count: UInt32, first: UInt64)
    /// A serial line was set up.
    case line(LineParameters)
    /// The connection is to be made anew after this many milliseconds.
    case reconnect(UInt32)
    /// A monitor's command was ended.
    case completed(UInt64, ErrorCode, Message?)
    /// The session was ended; a simulated device hung up.
    case finished(Finish)
    /// The session was ended, to be continued.
    case yielded([UInt8])
}

/// Bytes that a session sent.
public struct Sending: Hashable, Sendable {
    /// The bytes.
    public let bytes: [UInt8]
    /// How they were sent.
    public let flags: SendFlags
    /// What no journal may show of them.
    public let secrets: [Range<Int>]
    /// Datagrams: where to; empty for the channel's peer.
    public let peer: String

    /// Makes a sending.
    ///
    /// - Parameters:
    ///   - bytes: The bytes.
    ///   - flags: How they were sent.
    ///   - secrets: What no journal may show of them.
    ///   - peer: Datagrams: where to; empty for the channel's peer.
    public init(
        bytes: [UInt8], flags: SendFlags = [], secrets: [Range<Int>] = [], peer: String = ""
    ) {
        self.bytes = bytes
        self.flags = flags
        self.secrets = secrets
        self.peer = peer
    }
}

/// How a session ended.
public struct Finish: Hashable, Sendable {
    /// The code that items without an outcome share.
    public let code: ErrorCode
    /// The driver's own code, 0 for none.
    public let detail: Int32
    /// What people are told, or nil.
    public let message: Message?

    /// Makes an ending.
    ///
    /// - Parameters:
    ///   - code: The code that items without an outcome share.
    ///   - detail: The driver's own code, 0 for none.
    ///   - message: What people are told, or nil.
    public init(code: ErrorCode, detail: Int32 = 0, message: Message? = nil) {
        self.code = code
        self.detail = detail
        self.message = message
    }
}
