import CCommline
import Glibc
import JSON
import Synchronization
import Values

/// One session of a plugin, with a test in the place of the host.
///
/// Every event crosses the real C border, in the order in which the test gives them; time moves when the
/// test moves it. What the session does is kept in ``actions``, and where it breaks the contract of the
/// border, in ``violations``.
///
/// ```swift
/// let session = try RehearsedSession(of: plugin, request: request)
/// session.connect()
/// #expect(session.takeSent() == [Array("READ\r\n".utf8)])
/// session.deliver(Array("A+ 1234.56 kWh\r\n".utf8))
/// #expect(session.finish?.code == .ok)
/// ```
public final class RehearsedSession {
    /// Which side of the wire the session is.
    public enum Role: Hashable, Sendable {
        /// A driver.
        case driver
        /// A simulated device.
        case simulator
    }

    /// What the host allows within one event.
    public struct Limits: Hashable, Sendable {
        /// Bytes that may wait unsent.
        public var sendBytes = Int(COMMLINE_LIMIT_SEND_BYTES)
        /// Records an event.
        public var records = Int(COMMLINE_LIMIT_RECORDS)
        /// Notes an event.
        public var notes = Int(COMMLINE_LIMIT_NOTES)
        /// How many times the next reservations are refused with TOO_MUCH.
        public var refusedReservations = 0

        /// Makes the limits of ABI 1.0.
        public init() {}
    }

    /// Which side of the wire the session is.
    public let role: Role
    /// The clock that events are stamped with.
    public let clock: VirtualClock
    /// What the host allows.
    public var limits: Limits
    /// What the session did so far, in order.
    public internal(set) var actions: [Action] = []
    /// Where the session broke the contract of the border.
    public internal(set) var violations: [String] = []
    /// When the session's timer passes, as nanoseconds of the clock that never jumps.
    public internal(set) var deadline: UInt64?
    /// Whether the session has a connection.
    public internal(set) var isConnected = false
    /// Why the plugin refused to open the session, or nil.
    public internal(set) var refusal: Finish?
    /// Whether the session was closed.
    public internal(set) var isClosed = false
    /// The device's durable memory.
    public internal(set) var memory: [String: [UInt8]] = [:]
    /// The next numbers of the device's durable counters.
    public internal(set) var counters: [String: UInt64] = [:]
    /// Everything that crossed the border, where the oversight keeps it.
    public internal(set) var trace: [TraceEntry] = []

    let items: Set<UInt32>
    var isInCallback = false
    var received = 0
    var unsent = 0
    var recordsInEvent = 0
    var notesInEvent = 0
    var finalItems: Set<UInt32> = []
    var commands: Set<UInt64> = []
    var isEnding = false
    /// Whether an action was refused with TOO_MUCH and no credit has followed yet.
    var hasBeenRefused = false
    /// How many actions the event that is being handled had refused with TOO_MUCH.
    var refusalsInEvent = 0
    var dice: Dice
    var oversight: Oversight

    let table: SessionTable
    let link: UnsafeMutablePointer<commline_link>
    private let thread = pthread_self()
    private let strayCalls = Atomic<Int>(0)
    var session: OpaquePointer?

    /// Opens a session.
    ///
    /// - Parameters:
    ///   - plugin: Whose session.
    ///   - role: Which side of the wire.
    ///   - request: The request's JSON, as in `commline.h`.
    ///   - clock: The clock that events are stamped with.
    ///   - limits: What the host allows.
    ///   - seed: What the host's random numbers follow from.
    ///   - oversight: How closely it is looked at.
    /// - Throws: Where the plugin has no such table.
    public init(
        of plugin: RehearsedPlugin, as role: Role = .driver, request: JSONValue,
        clock: VirtualClock = VirtualClock(), limits: Limits = Limits(), seed: UInt64 = 1,
        oversight: Oversight = Oversight()
    ) throws(RehearsalError) {
        guard let table = role == .driver ? plugin.driver : plugin.simulator else {
            throw RehearsalError("the plugin has no \(role)")
        }
        self.table = table
        self.role = role
        self.clock = clock
        self.limits = limits
        self.oversight = oversight
        dice = Dice(seed: seed)
        let numbers = request["items"]?.array?.compactMap { $0["number"]?.int } ?? []
        items = Set(numbers.compactMap { UInt32(exactly: $0) })
        link = .allocate(capacity: 1)
        link.initialize(to: Self.makeLinkTable())
        link.pointee.host = Unmanaged.passUnretained(self).toOpaque()
        open(request)
    }

    deinit {
        close()
        guard oversight.witness != nil else {
            link.deallocate()
            return
        }
        // A thread that the plugin left behind may still call: it is to be refused, and not to crash.
        link.pointee.host = nil
        DeadLinks.bury(link)
    }

    // MARK: - What the session did

    /// The records handed over so far.
    public var records: [Record] {
        actions.compactMap { if case .emitted(let record) = $0 { record } else { nil } }
    }

    /// The outcomes reported so far.
    public var outcomes: [Outcome] {
        actions.compactMap { if case .outcome(let outcome) = $0 { outcome } else { nil } }
    }

    /// The lines of the journal so far.
    public var notes: [Message] {
        actions.compactMap { if case .noted(_, let message) = $0 { message } else { nil } }
    }

    /// Everything sent so far.
    public var sent: [Sending] {
        actions.compactMap { if case .sent(let sending) = $0 { sending } else { nil } }
    }

    /// How the session ended; nil while it goes on or where it yielded.
    public var finish: Finish? {
        guard role == .driver else { return nil }
        return actions.lazy.compactMap {
            if case .finished(let finish) = $0 { finish } else { nil }
        }.first
    }

    /// With what the session yielded; nil where it did not.
    public var checkpoint: [UInt8]? {
        actions.lazy.compactMap { if case .yielded(let bytes) = $0 { bytes } else { nil } }.first
    }

    /// Whether the session goes on.
    public var isRunning: Bool { session != nil && !isEnding && !isClosed }

    /// Takes the bytes sent since the last call.
    ///
    /// - Returns: One array for each send.
    public func takeSent() -> [[UInt8]] {
        let all = sent
        defer { takenSends = all.count }
        return all.dropFirst(takenSends).map(\.bytes)
    }

    private var takenSends = 0

    // MARK: - The border seen from the host

    /// Checks that an action comes at a moment, and from a side, at which it is legal.
    func admits(_ name: String, for role: Role? = nil) -> Bool {
        guard pthread_self() == thread else {
            strayCalls.add(1, ordering: .relaxed)
            return false
        }
        if !isInCallback {
            violations.append("\(name) outside a callback")
        } else if isClosed {
            violations.append("\(name) while the session is closed")
        } else if isEnding {
            violations.append("\(name) after the session was ended")
        } else if let role, role != self.role {
            violations.append("\(name) by a \(self.role)")
        } else {
            return true
        }
        return false
    }

    func noteStrayCalls() {
        let count = strayCalls.exchange(0, ordering: .relaxed)
        if count > 0 { violations.append("\(count) calls of the link on a foreign thread") }
    }
}
