import Log
import Reactor
import Values

/// What a worker needs to be started.
struct WorkerSpec: Sendable {
    var library: SealedLibrary
    var task: WorkerTask
    /// The program that is started: this one.
    var program = "/proc/self/exe"
    var limits = WorkerLimits()
}

/// How patient the host is with workers.
package struct WorkerLimits: Hashable, Sendable {
    /// A callback that takes longer ends its worker.
    package var callback = Duration.seconds(5)
    /// A worker that is in no callback and does nothing with what it was sent is ended after this: it may only
    /// be waiting for a processor.
    package var silence = Duration.seconds(60)
    /// Loading and activating the plugin may take so long.
    package var start = Duration.seconds(20)
    /// A worker without sessions ends after this.
    package var idle = Duration.seconds(60)
    /// How long a worker may take to end when it is asked to.
    package var stop = Duration.seconds(3)
    /// How long an integrator may take to return once it is cancelled.
    package var cancel = Duration.seconds(10)

    package init() {}
}

/// One worker process and the sessions in it; lives on one reactor.
actor WorkerProcess {
    /// What it tells its pool, on the reactor's thread.
    struct Events: Sendable {
        var ready: @Sendable (WorkerGreeting) -> Void
        /// A session has ended well, as far as the worker goes.
        var sessionEnded: @Sendable (_ subject: String) -> Void
        /// The process is gone; its sessions have been told.
        var ended:
            @Sendable (WorkerProcess, WorkerEnd, _ culprit: String?, _ lastWords: String) -> Void
    }

    private static let watchInterval = Duration.milliseconds(100)

    nonisolated let reactor: Reactor
    nonisolated var unownedExecutor: UnownedSerialExecutor {
        reactor.asUnownedSerialExecutor()
    }
    private nonisolated let spec: WorkerSpec
    private nonisolated let log: Log
    /// It was started for one session.
    private let isAlone: Bool
    private var events: Events?
    private var worker: WorkerChild?
    private var slots: [UInt32: WorkerSlot] = [:]
    private var freeNumbers: [UInt32] = []
    private var nextNumber: UInt32 = 0
    private var busy = 0
    private var watch: TimerHandle?
    private var startedAt = SystemClock.monotonicNanoseconds
    private var seenProgress: (count: UInt64, since: UInt64) = (0, 0)
    private var warnedStart: UInt64 = 0
    private var idleTimer: TimerHandle?
    /// Its number, also after its end.
    var startedProcess: Int32? { worker?.startedProcess }
    /// Sessions that were inside at its end.
    private(set) var lostCount = 0

    /// Sessions inside, those that are closing included.
    var load: Int { slots.count }
    var process: Int32? { worker?.process }
    /// True while it takes sessions.
    var isAccepting: Bool { worker?.isAccepting ?? false }
    private var isReady: Bool { worker?.greeting != nil }

    /// Starts a process; on the reactor's thread.
    ///
    /// - Throws: Why the system could not start it.
    init(
        _ spec: WorkerSpec, on reactor: Reactor, isAlone: Bool = false, _ events: Events
    ) throws(SystemError) {
        reactor.checkIsolated()
        self.isAlone = isAlone
        self.reactor = reactor
        self.spec = spec
        self.events = events
        log = Log("plugin.\(spec.task.plugin)")
        let failure = assumeIsolated { $0.failure() }
        if let failure { throw failure }
    }

    private func failure() -> SystemError? {
        let events = WorkerChild.Events(
            received: { packet in self.assumeIsolated { $0.hear(packet) } },
            ended: { end in self.assumeIsolated { $0.ended(end) } })
        do throws(SystemError) {
            worker = try WorkerChild(spec, on: reactor, events)
        } catch {
            return error
        }
        scheduleWatch()
        return nil
    }

    // MARK: Sessions

    /// Opens a session.
    func open(
        _ opening: SessionOpening, at stamp: TimeStamp, _ standing: SessionStanding,
        lost: @escaping @Sendable (SessionLoss) -> Void,
        _ answered: @escaping @Sendable (OpenAnswer) -> Void
    ) {
        reactor.cancel(idleTimer)
        idleTimer = nil
        let number = freeNumbers.popLast() ?? nextNumber
        if number == nextNumber { nextNumber += 1 }
        var rules = LinkRules(opening)
        rules.begin(nil, standing)
        slots[number] = WorkerSlot(
            subject: opening.subject, filter: opening.filter, lost: lost, stamp: stamp,
            rules: rules,
            wait: .opening(answered))
        worker?.send(.open, number) {
            $0.put(stamp)
            $0.put(standing)
            $0.put(opening)
        }
        becameBusy()
    }

    func deliver(
        _ event: StampedEvent, _ standing: SessionStanding, to number: UInt32,
        _ ended: @escaping @Sendable (Turn) -> Void
    ) {
        guard let slot = slots[number] else { return }
        slot.rules.begin(event.event, standing)
        slot.stamp = event.stamp
        slot.wait = .turn(ended)
        worker?.send(.event, number) {
            $0.put(event.stamp)
            $0.put(standing)
            $0.put(event.event)
        }
        becameBusy()
    }

    func close(_ number: UInt32) {
        guard let slot = slots[number], !slot.isClosing else { return }
        let wasBusy = slot.isBusy
        slot.wait = .closing
        worker?.send(.close, number) { _ in }
        if !wasBusy { becameBusy() }
    }

    /// Asks the process to end once it has done what it was sent.
    func stop() {
        worker?.stop()
    }

    /// Stops after a while, unless a session comes meanwhile.
    func stopWhenIdle() {
        guard idleTimer == nil, load == 0 else { return }
        idleTimer = reactor.schedule(after: spec.limits.idle) { [weak self] in
            self?.assumeIsolated {
                $0.idleTimer = nil
                if $0.load == 0 { $0.stop() }
            }
        }
    }

    // MARK: What it says

    private func hear(_ packet: BorrowedBytes) {
        worker?.read(packet, blanked: blanked) { (frame) throws(WireError) in try serve(frame) }
        worker?.expectsMore = busy > 0
    }

    private func serve(_ frame: WireReader.Frame) throws(WireError) {
        var reader = frame.payload
        switch frame.kind {
        case .ready: events?.ready(try reader.greeting())
        case .opened: try opened(frame.session, &reader)
        case .refused: try refused(frame.session, &reader)
        case .turn: try turned(frame.session, &reader)
        case .closed:
            guard let slot = slots[frame.session], slot.isClosing else {
                throw WireError("a session was closed that is open")
            }
            slots[frame.session] = nil
            freeNumbers.append(frame.session)
            becameIdle()
            events?.sessionEnded(slot.subject)
        default:
            throw WireError("this frame is not for the host")
        }
    }

    private func opened(_ number: UInt32, _ reader: inout WireReader) throws(WireError) {
        guard let slot = slots[number] else { throw WireError("there is no session \(number)") }
        // Closed meanwhile: nobody wants to know.
        guard case .opening(let answered) = slot.wait else {
            guard slot.isClosing else { throw WireError("a session was opened twice") }
            return
        }
        let turn = try read(&reader, of: slot)
        slot.wait = .nothing
        becameIdle()
        answered(.opened(WorkerSession(self, number: number), turn))
    }

    private func refused(_ number: UInt32, _ reader: inout WireReader) throws(WireError) {
        guard let slot = slots[number] else { throw WireError("there is no session \(number)") }
        guard case .opening(let answered) = slot.wait else {
            throw WireError("a session was refused that is open")
        }
        let code = try reader.code()
        guard code != .pluginCrashed else { throw WireError("plugin_crashed is the host's code") }
        let detail = try reader.number(Int32.self)
        let text = try reader.text()
        let turn = try read(&reader, of: slot)
        slots[number] = nil
        freeNumbers.append(number)
        becameIdle()
        answered(.refused(code: code, detail: detail, text: text, turn))
        events?.sessionEnded(slot.subject)
    }

    private func turned(_ number: UInt32, _ reader: inout WireReader) throws(WireError) {
        guard let slot = slots[number] else { throw WireError("there is no session \(number)") }
        guard case .turn(let ended) = slot.wait else {
            guard slot.isClosing else { throw WireError("a turn came that nobody waits for") }
            return
        }
        let turn = try read(&reader, of: slot)
        slot.wait = .nothing
        becameIdle()
        ended(turn)
    }

    private func read(
        _ reader: inout WireReader, of slot: WorkerSlot
    ) throws(WireError) -> Turn {
        let turn = try TurnReader(plugin: spec.task.plugin, stamp: slot.stamp).turn(&reader)
        try slot.rules.check(turn)
        return turn
    }

    private func blanked(_ text: String) -> String {
        slots.values.reduce(text) { $1.filter.blanked($0) }
    }

    // MARK: The watch

    private func becameBusy() {
        busy += 1
        if busy == 1 {
            seenProgress = (worker?.page.progress ?? 0, SystemClock.monotonicNanoseconds)
        }
        if watch == nil { scheduleWatch() }
    }

    private func becameIdle() {
        busy -= 1
    }

    private func scheduleWatch() {
        watch = reactor.schedule(after: Self.watchInterval) { [weak self] in
            self?.assumeIsolated { $0.look() }
        }
    }

    /// Looks whether the worker gets on with its work; only while there is some.
    private func look() {
        watch = nil
        guard let worker, worker.isSound, busy > 0 || !isReady else { return }
        let now = SystemClock.monotonicNanoseconds
        scheduleWatch()
        let progress = worker.page.progress
        if progress != seenProgress.count { seenProgress = (progress, now) }
        guard isReady else {
            if now - startedAt > spec.limits.start.clampedNanoseconds {
                worker.condemn(.stoppedResponding(after: spec.limits.start))
            }
            return
        }
        if let session = worker.page.current, slots[session] != nil {
            let start = worker.page.start
            guard start < now else { return }
            if now - start > spec.limits.callback.clampedNanoseconds {
                return worker.condemn(.stoppedResponding(after: spec.limits.callback))
            }
            if now - start > PluginMetrics.slowNanoseconds, warnedStart != start {
                warnedStart = start
                log.warning(
                    "a callback takes too long",
                    ["ms": "\((now - start) / 1_000_000)", "process": "\(worker.process ?? 0)"])
            }
        } else if now - seenProgress.since > spec.limits.silence.clampedNanoseconds {
            worker.condemn(.stoppedResponding(after: spec.limits.silence))
        }
    }

    // MARK: The end

    private func ended(_ end: WorkerEnd) {
        reactor.cancel(idleTimer)
        idleTimer = nil
        reactor.cancel(watch)
        watch = nil
        let culprit = self.culprit(of: end)
        let lines = blanked(worker?.lastWords ?? "")
        let gone = slots
        lostCount = gone.count
        slots = [:]
        busy = 0
        let events = self.events
        self.events = nil
        for (number, slot) in gone where !slot.isClosing {
            let part: SessionLoss.Part =
                number != culprit ? .bystander : isAlone ? .culprit : .suspect
            slot.lost(
                SessionLoss(
                    part: part,
                    message: HostMessages.workerLost(spec.task.plugin, end.description, part)))
        }
        events?.ended(self, end, culprit.flatMap { gone[$0]?.subject }, lines)
    }

    /// The session whose callback brought the process down.
    private func culprit(of end: WorkerEnd) -> UInt32? {
        switch end {
        case .refused, .notStarted, .stopped: return nil
        case .damaged:
            // What is damaged shows a little later, when the callback is over.
            return [worker?.page.current, worker?.page.latest].compactMap { $0 }
                .first { slots[$0] != nil }
        case .signalled, .exited, .stoppedResponding:
            guard let session = worker?.page.current, let slot = slots[session], slot.isBusy
            else { return nil }
            return session
        }
    }
}
