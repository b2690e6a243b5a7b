import CCommline
import Values

/// One session behind the ABI: takes the host's events, keeps what the link knows, runs the body.
///
/// Everything that the body sees of it is the ``Link``. The host's calls come from any thread, but never
/// two at once, and the body runs inside of them; so nothing here needs a lock.
// SAFETY: all state is touched inside a callback of this session only: the pump admits one thread at a
// time. After `close` the body may unwind on another thread, but `life` is `closed` by then, was set
// before (the pump's mutex lies between), and nothing but `refusals` is written any more.
final class Session: @unchecked Sendable {
    /// What the body does, from its first to its last statement.
    typealias Body = @Sendable (Link) async -> DriverFailure?

    /// Which of the ABI's tables opened the session.
    enum Role: Sendable {
        case driver
        case simulator
    }

    /// How far the session has come.
    enum Life {
        /// Events come in and actions go out.
        case running
        /// The host was told to end the session; only `close` may follow.
        case finished
        /// The host took its link back.
        case closed
    }

    /// What a session keeps of its connection.
    enum Wire {
        case none
        case open(Connection)
        case lost(ErrorCode)
    }

    /// The body while it waits.
    struct Waiter {
        let interest: Interest
        let continuation: UnsafeContinuation<Void, Never>
    }

    /// How many waits one event may see answered at once before the body counts as runaway.
    static let refusalLimit = 10_000
    /// How long a goodbye may wait for its answer after a cancel, which tells no grace of its own: as
    /// long as the host drains what was sent.
    static let goodbyeAfterCancel: UInt32 = 2000
    /// How many commands of a monitor may wait.
    static let commandLimit = 256

    let host: HostLink
    let role: Role
    let log: HostLog
    private let pump: EventPump
    private var task: Task<Void, Never>?

    var life = Life.running
    var now: Moment
    var wire = Wire.none
    var inbox = Inbox()
    /// The stretch of the connection's bytes that the event being handled brought.
    var arrival: Range<UInt64> = 0..<0
    /// How many connections there were, and how many of them the body has taken.
    var connections = (made: 0, taken: 0)
    var hasUnsentBytes = false
    /// The monitor's commands that the body has not seen yet.
    var commands: [Command] = []
    /// Those that it has taken and not completed, and which of them are to be ended.
    var takenCommands: Set<UInt64> = []
    var cancelledCommands: Set<UInt64> = []
    var isYieldRequested = false
    /// What every wait throws from now on.
    var interruption: LinkError?
    /// Until when a goodbye may wait for its answer.
    var goodbyeUntil: UInt64 = 0
    var droppedNotes = 0

    var waiter: Waiter?
    var isTimerSet = false
    var hasExpired = false
    var refusals = 0
    private var hasEnded = false

    init(host: HostLink, role: Role, now: Moment, log: HostLog) {
        self.host = host
        self.role = role
        self.now = now
        self.log = log
        pump = EventPump(onRefusal: { log.write(.error, Self.foreignWait) })
    }

    static let foreignWait = """
        a driver's body was resumed from outside its session: it awaited something other than its \
        link (Task.sleep, Task {}, a detached task, an actor with an executor of its own); the \
        session ends
        """

    // MARK: - The host's three calls

    /// Starts the body; it runs until its first wait before this returns.
    func start(_ body: @escaping Body) {
        _ = pump.run({
            task = Task(executorPreference: pump) { [self] in
                end(await body(Link(self)))
            }
        }) { settle() }
    }

    /// Takes one event of the host.
    func handle(_ event: UnsafePointer<commline_event>?) {
        let size = sizeOfStruct(event)
        guard let event, size >= MemoryLayout<commline_event>.size else {
            log.write(
                .error,
                "the host's event has \(size) bytes, ABI 1.0 needs "
                    + "\(MemoryLayout<commline_event>.size): ignored")
            return
        }
        let entry = pump.run({ admit(event) }) { settle() }
        if entry == .occupied {
            log.write(.error, "the host delivered an event while another was handled: ignored")
        }
    }

    /// Takes the link away and lets the body unwind.
    func close() {
        let entry = pump.run({ abandon() }) {}
        if entry == .occupied {
            log.write(.error, "the host closed a session while it handled an event")
            // From within one of our own calls of the link this is still the session's thread.
            if pump.isOnItsThread { abandon() }
        }
        pump.release()
        task = nil
    }

    private func abandon() {
        life = .closed
        interrupt(.closed)
    }

    /// Takes an event if the session still wants any.
    private func admit(_ event: UnsafePointer<commline_event>) {
        switch life {
        case .running: take(event)
        case .finished where role == .simulator && event.pointee.kind == COMMLINE_EVENT_CONNECTED:
            // The device is dead: its clients are sent away rather than left waiting.
            _ = host.finish(COMMLINE_CODE_INTERNAL, 0, nil)
        case .finished, .closed: break
        }
    }

    // MARK: - The body's end

    /// Ends the session as the body ended, unless it is over already.
    private func end(_ failure: DriverFailure?) {
        hasEnded = true
        guard life == .running else { return }
        guard role == .driver else { return endDevice(failure) }
        guard let failure else { return finish(.ok, 0, nil) }
        if failure.isYield, isYieldRequested {
            finish { host.yielded(commline_bytes()) }
        } else {
            finish(failure.code, failure.detail, failure.message)
        }
    }

    /// Ends a simulated device; what it still had of a connection is closed.
    private func endDevice(_ failure: DriverFailure?) {
        if let failure { log.write(.error, "a simulated device ended: \(failure)") }
        if case .open = wire {
            finish(failure?.code ?? .ok, failure?.detail ?? 0, failure?.message)
        } else {
            life = .finished
            interrupt(.closed)
        }
    }

    /// Ends the session, once.
    func finish(_ code: ErrorCode, _ detail: Int32, _ message: Message?) {
        finish {
            let status = withBorrowed(message) { host.finish(code.rawValue, detail, $0) }
            // A message that the host does not like must not keep the session alive.
            guard status != COMMLINE_OK, message != nil else { return status }
            log.write(.error, "finish with \(code.symbol): \(LinkError.Refusal(status))")
            return host.finish(code.rawValue, detail, nil)
        }
    }

    /// Ends the session, once, by `action`.
    func finish(_ action: () -> commline_status) {
        guard life == .running else { return }
        reportDroppedNotes()
        let status = action()
        if status != COMMLINE_OK {
            log.write(.error, "finish: \(LinkError.Refusal(status))")
        }
        life = .finished
        interrupt(.closed)
    }

    /// Looks after the body once there is nothing left to run.
    private func settle() {
        guard life == .running, !hasEnded, waiter == nil else { return }
        // The body is suspended, and not in the link: nothing that the host sends could resume it.
        log.write(.error, Self.foreignWait)
        finish(.internalError, 0, Message(detail: Self.foreignWait))
    }

    /// Makes every wait throw, and cancels the task for whoever asks it.
    func interrupt(_ error: LinkError) {
        interruption = error
        task?.cancel()
        wake()
    }

    /// Tells how many notes did not fit in, as soon as one fits again.
    func reportDroppedNotes() {
        guard droppedNotes > 0 else { return }
        let message = Message(detail: "\(droppedNotes) lines of the journal were dropped here")
        let status = withBorrowed(message) { host.note(COMMLINE_LEVEL_WARNING, $0) }
        if status == COMMLINE_OK { droppedNotes = 0 }
    }
}
