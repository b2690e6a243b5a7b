import CSystem
import Glibc
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

    private static let comfortable = PacketChannel.largestPacket * 3 / 4
    /// One turn with 4,096 records of long texts.
    private static let largestFrame = 64 << 20
    private static let watchInterval = Duration.milliseconds(100)

    nonisolated let reactor: Reactor
    nonisolated var unownedExecutor: UnownedSerialExecutor {
        reactor.asUnownedSerialExecutor()
    }
    private nonisolated let spec: WorkerSpec
    private nonisolated let log: Log
    /// It was started for one session.
    private let isAlone: Bool
    private let page: WorkerPage
    private var events: Events?
    private var child: ChildProcess?
    private var channel: PacketChannel?
    private var pipe: OutputPipe?
    private var assembly = PacketAssembly(limit: largestFrame)
    private let output = WireBuffer(capacity: 64 * 1024)
    private var words = LastWords()
    private var slots: [UInt32: WorkerSlot] = [:]
    private var freeNumbers: [UInt32] = []
    private var nextNumber: UInt32 = 0
    private var busy = 0
    private(set) var isReady = false
    private var isStopping = false
    /// Why it is being ended, once that is decided.
    private var verdict: WorkerEnd?
    private var watch: TimerHandle?
    private var startedAt = SystemClock.monotonicNanoseconds
    private var seenProgress: (count: UInt64, since: UInt64) = (0, 0)
    private var warnedStart: UInt64 = 0
    private var idleTimer: TimerHandle?
    /// Its number, also after its end.
    private(set) var startedProcess: Int32?
    /// Sessions that were inside at its end.
    private(set) var lostCount = 0

    /// Sessions inside, those that are closing included.
    var load: Int { slots.count }
    var process: Int32? { child?.id }
    var residentBytes: UInt64 { child?.residentBytes ?? 0 }
    /// True while it takes sessions.
    var isAccepting: Bool { child != nil && verdict == nil && !isStopping }

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
        let memory = csys_shared_memory("commline-worker", WorkerPage.size)
        guard memory >= 0 else { throw SystemError("memfd_create", code: -memory) }
        defer { csys_close(memory) }
        guard let page = WorkerPage(descriptor: memory) else {
            throw SystemError("mmap", code: ENOMEM)
        }
        self.page = page
        let failure = assumeIsolated { $0.failure(starting: memory) }
        if let failure { throw failure }
    }

    private func failure(starting page: Int32) -> SystemError? {
        do throws(SystemError) {
            try start(page)
            return nil
        } catch {
            return error
        }
    }

    private func start(_ page: Int32) throws(SystemError) {
        var ends: [Int32] = [-1, -1]
        var result = csys_packet_pair(&ends)
        guard result >= 0 else { throw SystemError("socketpair", code: -result) }
        defer { csys_close(ends[1]) }
        var pipes: [Int32] = [-1, -1]
        result = csys_output_pipe(&pipes)
        guard result >= 0 else {
            csys_close(ends[0])
            throw SystemError("pipe2", code: -result)
        }
        defer { csys_close(pipes[1]) }
        let null = csys_open_null()
        defer { if null >= 0 { csys_close(null) } }
        do throws(SystemError) {
            channel = try PacketChannel(
                descriptor: ends[0], on: reactor,
                willFlush: { [unowned self] in self.assumeIsolated { $0.flush() } }
            ) { [unowned self] event in self.assumeIsolated { $0.hear(event) } }
            pipe = try OutputPipe(descriptor: pipes[0], on: reactor) { [unowned self] bytes in
                self.assumeIsolated { $0.words.append(bytes.bytes) }
            }
            child = try ChildProcess(
                path: spec.program, arguments: ["commline"] + spec.task.arguments,
                environment: Self.environment,
                descriptors: [null, pipes[1], pipes[1], ends[1], spec.library.descriptor, page],
                on: reactor
            ) { exit in self.assumeIsolated { $0.exited(exit) } }
        } catch {
            channel?.close()
            pipe?.close()
            throw error
        }
        startedProcess = child?.id
        scheduleWatch()
    }

    /// A worker gets no more of the host's environment than it needs.
    private static var environment: [String] {
        var result = ["SWIFT_BACKTRACE=enable=no", "PATH=/usr/bin:/bin"]
        for name in ["LD_LIBRARY_PATH", "TZ", "LANG"] {
            if let value = getenv(name) { result.append("\(name)=\(String(cString: value))") }
        }
        return result
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
        send(.open, number) {
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
        guard slots[number] != nil else { return }
        slots[number]?.rules.begin(event.event, standing)
        slots[number]?.stamp = event.stamp
        slots[number]?.wait = .turn(ended)
        send(.event, number) {
            $0.put(event.stamp)
            $0.put(standing)
            $0.put(event.event)
        }
        becameBusy()
    }

    func close(_ number: UInt32) {
        guard let slot = slots[number], !slot.isClosing else { return }
        slots[number]?.wait = .closing
        send(.close, number) { _ in }
        if !slot.isBusy { becameBusy() }
    }

    /// Asks the process to end once it has done what it was sent.
    func stop() {
        guard !isStopping, child != nil else { return }
        isStopping = true
        send(.stop, 0) { _ in }
        flush()
        reactor.schedule(after: spec.limits.stop) { [weak self] in
            self?.assumeIsolated { $0.condemn(.stopped) }
        }
    }

    private func send(_ kind: FrameKind, _ number: UInt32, _ body: (WireBuffer) -> Void) {
        let place = output.begin(kind, session: number)
        body(output)
        output.end(place)
        if output.count > Self.comfortable { flush() } else { channel?.scheduleFlush() }
    }

    private func flush() {
        guard let channel else { return }
        output.takePackets(limit: PacketChannel.largestPacket) { channel.send($0) }
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

    private func hear(_ event: PacketEvent) {
        switch event {
        case .received(let packet):
            guard verdict == nil else { return }
            do throws(WireError) {
                try assembly.take(packet.bytes) { (reader) throws(WireError) in
                    while let frame = try reader.frame() { try serve(frame) }
                }
            } catch {
                condemn(.damaged(error.description))
            }
            channel?.expectsMore = busy > 0
        case .closed:
            channel = nil
            // The end of the process follows at once; if not, its socket alone is gone.
            reactor.schedule(after: Self.watchInterval) { [weak self] in
                self?.assumeIsolated { $0.condemn(.damaged("it closed its socket to the host")) }
            }
        }
    }

    private func serve(_ frame: WireReader.Frame) throws(WireError) {
        var reader = frame.payload
        switch frame.kind {
        case .ready:
            isReady = true
            events?.ready(try reader.greeting())
        case .failed:
            let problem = try reader.text()
            verdict = .refused(problem: problem, remedy: try reader.text())
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
        case .log:
            let level = LogLevel(rawValue: Int(try reader.number(UInt8.self))) ?? .error
            let text = blanked(try reader.text())
            log.write(level, text)
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
        let turn = try read(&reader, of: number)
        slots[number]?.wait = .nothing
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
        let turn = try read(&reader, of: number)
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
        let turn = try read(&reader, of: number)
        slots[number]?.wait = .nothing
        becameIdle()
        ended(turn)
    }

    private func read(
        _ reader: inout WireReader, of number: UInt32
    ) throws(WireError) -> Turn {
        guard let slot = slots[number] else { throw WireError("there is no session \(number)") }
        let turn = try TurnReader(plugin: spec.task.plugin, stamp: slot.stamp).turn(&reader)
        try slots[number]?.rules.check(turn)
        return turn
    }

    private func blanked(_ text: String) -> String {
        slots.values.reduce(text) { $1.filter.blanked($0) }
    }

    // MARK: The watch

    private func becameBusy() {
        busy += 1
        if busy == 1 { seenProgress = (page.progress, SystemClock.monotonicNanoseconds) }
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
        guard child != nil, verdict == nil, busy > 0 || !isReady else { return }
        let now = SystemClock.monotonicNanoseconds
        scheduleWatch()
        if page.progress != seenProgress.count { seenProgress = (page.progress, now) }
        guard isReady else {
            if now - startedAt > spec.limits.start.clampedNanoseconds {
                condemn(.stoppedResponding(after: spec.limits.start))
            }
            return
        }
        if let session = page.current, slots[session] != nil {
            let start = page.start
            guard start < now else { return }
            if now - start > spec.limits.callback.clampedNanoseconds {
                return condemn(.stoppedResponding(after: spec.limits.callback))
            }
            if now - start > PluginMetrics.slowNanoseconds, warnedStart != start {
                warnedStart = start
                log.warning(
                    "a callback takes too long",
                    ["ms": "\((now - start) / 1_000_000)", "process": "\(child?.id ?? 0)"])
            }
        } else if now - seenProgress.since > spec.limits.silence.clampedNanoseconds {
            condemn(.stoppedResponding(after: spec.limits.silence))
        }
    }

    // MARK: The end

    /// Ends the process for a reason.
    private func condemn(_ reason: WorkerEnd) {
        guard let child else { return }
        verdict = verdict ?? reason
        child.kill()
    }

    private func exited(_ exit: ProcessExit) {
        child = nil
        reactor.cancel(idleTimer)
        idleTimer = nil
        reactor.cancel(watch)
        watch = nil
        // What it said before its end counts.
        if verdict == nil { channel?.drainInput() }
        channel?.close()
        channel = nil
        pipe?.drain()
        pipe?.close()
        pipe = nil
        var end = verdict ?? WorkerEnd(exit)
        if isStopping, verdict == nil, exit == .exited(0) { end = .stopped }
        finish(end)
    }

    private func finish(_ end: WorkerEnd) {
        let culprit = self.culprit(of: end)
        let lines = blanked(words.line)
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
            return [page.current, page.latest].compactMap { $0 }.first { slots[$0] != nil }
        case .signalled, .exited, .stoppedResponding:
            guard let session = page.current, let slot = slots[session], slot.isBusy else {
                return nil
            }
            return session
        }
    }
}
