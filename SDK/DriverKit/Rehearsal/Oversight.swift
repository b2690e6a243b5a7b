import CCommline

/// Who watches every call into a plugin: for measuring, for naming the call in which a plugin fell, and
/// for lending memory that notices its misuse.
public protocol CallWitness: AnyObject {
    /// A call begins.
    ///
    /// - Parameters:
    ///   - call: What is called, such as `handle(RECEIVED)`.
    ///   - role: Which side of the wire is called.
    func begins(_ call: StaticString, of role: RehearsedSession.Role)

    /// The call has returned; what was lent for it is taken back.
    ///
    /// - Returns: What the plugin did wrong during the call, as far as the witness can tell.
    func ended() -> [String]

    /// Lends a copy of some bytes until ``ended()``.
    ///
    /// - Parameters:
    ///   - bytes: The bytes.
    ///   - isWritable: Whether the plugin may write to the copy.
    /// - Returns: Where the copy lies; nil where the bytes themselves are to be lent.
    func lend(
        _ bytes: UnsafeRawBufferPointer, isWritable: Bool
    ) -> UnsafeMutableRawBufferPointer?
}

/// How closely a rehearsed session is looked at.
public struct Oversight {
    /// Who watches the calls into the plugin, or nil.
    public var witness: (any CallWitness)?
    /// Whether everything that crosses the border is kept in ``RehearsedSession/trace``.
    public var isTracing: Bool
    /// What the session's link answers where a recording is played again, or nil.
    public var answers: RecordedAnswers?

    /// Makes an oversight.
    ///
    /// - Parameters:
    ///   - witness: Who watches the calls into the plugin.
    ///   - isTracing: Whether everything that crosses the border is kept.
    ///   - answers: What the link answers where a recording is played again.
    public init(
        witness: (any CallWitness)? = nil, isTracing: Bool = false,
        answers: RecordedAnswers? = nil
    ) {
        self.witness = witness
        self.isTracing = isTracing
        self.answers = answers
    }
}

/// Random bytes and counters of a recording, given out again in their order.
public struct RecordedAnswers: Sendable {
    /// What the host said to a reservation.
    public enum Grant: Hashable, Sendable {
        /// It gave numbers; this is the first.
        case granted(UInt64)
        /// It had none at hand; a credit followed.
        case refused

        var first: UInt64? {
            if case .granted(let first) = self { first } else { nil }
        }
    }

    private var random: [UInt8]
    private var grants: [Grant]

    /// Makes answers.
    ///
    /// - Parameters:
    ///   - random: All random bytes, one draw after the other.
    ///   - grants: What the host said to each reservation.
    public init(random: [UInt8] = [], grants: [Grant] = []) {
        self.random = random.reversed()
        self.grants = grants.reversed()
    }

    /// Gives the next random bytes; nil where the recording has no more.
    mutating func draw(_ count: Int) -> [UInt8]? {
        guard random.count >= count else { return nil }
        let drawn = Array(random.suffix(count).reversed())
        random.removeLast(count)
        return drawn
    }

    /// Gives the next answer to a reservation; nil where the recording has no more.
    mutating func grant() -> Grant? { grants.popLast() }
}

/// One thing that crossed the border of a session, in either direction.
public enum TraceEntry: Hashable, Sendable {
    /// An event was delivered.
    case event(TracedEvent)
    /// Random bytes were drawn.
    case random([UInt8])
    /// The session asked for something, and it was accepted.
    case action(Action)
    /// The host had not as many numbers of a counter at hand; a credit follows.
    case refusedReservation(String, count: UInt32)
}

/// An event as it was delivered.
public struct TracedEvent: Hashable, Sendable {
    /// The event's kind, as in `commline.h`.
    public var kind: UInt32
    /// Nanoseconds of a clock that never jumps.
    public var nanoseconds: UInt64 = 0
    /// Milliseconds since 1970 UTC.
    public var wallMilliseconds: Int64 = 0
    /// The command that it is about, or 0.
    public var request: UInt64 = 0
    /// Its bytes.
    public var bytes: [UInt8] = []
    /// The other end.
    public var peer = ""
    /// Its text.
    public var text = ""
    /// Its flags.
    public var flags: UInt32 = 0
    /// Its code.
    public var code: Int32 = 0
    /// Its grace in milliseconds.
    public var grace: UInt32 = 0
    /// How many bytes a datagram may carry.
    public var largestDatagram: UInt32 = 0

    /// Makes an event.
    ///
    /// - Parameter kind: The event's kind, as in `commline.h`.
    public init(kind: UInt32) {
        self.kind = kind
    }

    init(_ event: commline_event) {
        kind = event.kind
        nanoseconds = event.monotonic_ns
        wallMilliseconds = event.wall_ms
        request = event.request_id
        bytes = Array(event.bytes.buffer)
        peer = event.peer.string ?? ""
        text = event.text.string ?? ""
        flags = event.flags
        code = event.code
        grace = event.grace_ms
        largestDatagram = event.largest_datagram
    }

    /// The event's name in `commline.h`, without what all names begin with.
    public var name: String { "\(Self.name(of: kind))" }

    static func name(of kind: UInt32) -> StaticString {
        switch kind {
        case COMMLINE_EVENT_CONNECTED: "CONNECTED"
        case COMMLINE_EVENT_RECEIVED: "RECEIVED"
        case COMMLINE_EVENT_WRITABLE: "WRITABLE"
        case COMMLINE_EVENT_DEADLINE: "DEADLINE"
        case COMMLINE_EVENT_DISCONNECTED: "DISCONNECTED"
        case COMMLINE_EVENT_COMMAND: "COMMAND"
        case COMMLINE_EVENT_CANCEL: "CANCEL"
        case COMMLINE_EVENT_YIELD: "YIELD"
        case COMMLINE_EVENT_CLOSING: "CLOSING"
        case COMMLINE_EVENT_CREDIT: "CREDIT"
        default: "an unknown kind"
        }
    }
}
