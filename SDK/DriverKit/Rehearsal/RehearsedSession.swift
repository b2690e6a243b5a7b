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
    public private(set) var refusal: Finish?
    /// Whether the session was closed.
    public private(set) var isClosed = false
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

    private let table: SessionTable
    private let link: UnsafeMutablePointer<commline_link>
    private let thread = pthread_self()
    private let strayCalls = Atomic<Int>(0)
    private var session: OpaquePointer?

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
        link.deinitialize(count: 1)
        link.deallocate()
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

    // MARK: - The three calls of the border

    private func open(_ request: JSONValue) {
        var text = request.text()
        session = text.withUTF8 { json in
            var foreign = commline_request()
            foreign.size = UInt32(MemoryLayout<commline_request>.size)
            foreign.mode =
                request["mode"]?.string == "monitor"
                ? COMMLINE_MODE_MONITOR : COMMLINE_MODE_TASK
            foreign.json = lentText(
                commline_text(
                    data: UnsafeRawPointer(json.baseAddress)?
                        .assumingMemoryBound(to: CChar.self),
                    size: UInt32(clamping: json.count), reserved: 0))
            foreign.file = -1
            foreign.item_count = UInt32(items.count)
            foreign.monotonic_ns = clock.now.nanoseconds
            foreign.wall_ms = clock.now.wallMilliseconds
            return open(foreign)
        }
    }

    private func open(_ foreign: commline_request) -> OpaquePointer? {
        var foreign = foreign
        var words = [CChar](repeating: 0, count: 1024)
        return words.withUnsafeMutableBufferPointer { words in
            var error = commline_error()
            error.size = UInt32(MemoryLayout<commline_error>.size)
            error.text_capacity = UInt32(words.count)
            let lentWords = oversight.witness?.lend(
                UnsafeRawBufferPointer(words), isWritable: true)
            error.text =
                lentWords?.baseAddress?.assumingMemoryBound(to: CChar.self) ?? words.baseAddress
            begins("open")
            let session = table.open(&foreign, link, &error)
            if session == nil { refusal = Self.refusal(error) }
            ended()
            return session
        }
    }

    private static func refusal(_ error: commline_error) -> Finish {
        let capacity = Int(error.text_capacity)
        var text: [UInt8] = []
        while let start = error.text, text.count < capacity, start[text.count] != 0 {
            text.append(UInt8(bitPattern: start[text.count]))
        }
        return Finish(
            code: ErrorCode(rawValue: error.code) ?? .internalError, detail: error.detail,
            message: Message(detail: String(decoding: text, as: UTF8.self)))
    }

    /// Delivers one event as it is; what a host would not send is delivered as well.
    ///
    /// - Parameter event: The event; its size and times are filled in where they are 0.
    public func deliver(_ event: commline_event) {
        guard let session, !isClosed else { return }
        var event = event
        if event.size == 0 { event.size = UInt32(MemoryLayout<commline_event>.size) }
        if event.monotonic_ns == 0 {
            event.monotonic_ns = clock.now.nanoseconds
            event.wall_ms = clock.now.wallMilliseconds
        }
        recordsInEvent = 0
        notesInEvent = 0
        refusalsInEvent = 0
        received = event.kind == COMMLINE_EVENT_RECEIVED ? Int(event.bytes.size) : 0
        if oversight.isTracing { trace.append(.event(TracedEvent(event))) }
        event.bytes = lentBytes(event.bytes)
        event.peer = lentText(event.peer)
        event.text = lentText(event.text)
        begins(TracedEvent.name(of: event.kind))
        withUnsafeBytes(of: &event) { own in
            let lent = oversight.witness?.lend(own, isWritable: false)
            let start = lent.map { UnsafeRawPointer($0.baseAddress) } ?? own.baseAddress
            table.handle(session, start?.assumingMemoryBound(to: commline_event.self))
        }
        ended()
        received = 0
    }

    /// Closes the session, once; closing again does nothing.
    public func close() {
        guard let session, !isClosed else { return }
        isClosed = true
        begins("close")
        table.close(session)
        ended()
        deadline = nil
    }

    /// Notes what threads of the plugin's own did to the link since the last call.
    public func noteLateCalls() {
        noteStrayCalls()
    }

    private func begins(_ call: StaticString) {
        isInCallback = true
        oversight.witness?.begins(call, of: role)
    }

    private func ended() {
        isInCallback = false
        if let witness = oversight.witness { violations += witness.ended() }
        noteStrayCalls()
    }

    private func lentBytes(_ bytes: commline_bytes) -> commline_bytes {
        guard bytes.size > 0,
            let lent = oversight.witness?.lend(bytes.buffer, isWritable: false)
        else { return bytes }
        return commline_bytes(
            data: UnsafeRawPointer(lent.baseAddress)?.assumingMemoryBound(to: UInt8.self),
            size: bytes.size, reserved: 0)
    }

    /// Texts that a host gives are terminated by a NUL.
    private func lentText(_ text: commline_text) -> commline_text {
        guard text.size > 0, let witness = oversight.witness else { return text }
        let lent = (Array(text.buffer) + [0]).withUnsafeBytes {
            witness.lend($0, isWritable: false)
        }
        guard let lent else { return text }
        return commline_text(
            data: UnsafeRawPointer(lent.baseAddress)?.assumingMemoryBound(to: CChar.self),
            size: text.size, reserved: 0)
    }

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

    private func noteStrayCalls() {
        let count = strayCalls.exchange(0, ordering: .relaxed)
        if count > 0 { violations.append("\(count) calls of the link on a foreign thread") }
    }
}
