import JSON
import Log
import Reactor
import Values

/// One simulated device: a session of a plugin's simulator that lives through many connections, one at a
/// time; whoever comes meanwhile waits.
actor SimulatedDevice {
    private static let sendLimit = 1 << 20
    /// Connections that may wait; more are closed.
    private static let mostWaiting = 8

    /// What leaves after its delay.
    enum Departure {
        case bytes([UInt8])
        case hangUp
    }

    nonisolated let reactor: Reactor
    nonisolated var unownedExecutor: UnownedSerialExecutor {
        reactor.asUnownedSerialExecutor()
    }
    nonisolated let plan: SimulationPlan
    private nonisolated let index: Int
    nonisolated let ailment: Ailment
    private var frames = 0
    nonisolated let metrics: PluginMetrics
    private nonisolated let log: Log
    /// Called when a connection has ended, where the device is for one connection only.
    private let onlyOnce: (@Sendable (SimulatedDevice) -> Void)?

    private var hosted: (any HostedSession)?
    private var isOpening = false
    private var isTurnRunning = false
    private var events = EventQueue()
    private var deadline: TimerHandle?
    var stream: TCPStream?
    var generation = 0
    private var waiting: [TCPStream] = []
    var departures: [Departure] = []
    var delayedByteCount = 0
    var awaitsCredit = false
    private var hasStopped = false

    init(
        _ plan: SimulationPlan, index: Int, on reactor: Reactor, metrics: PluginMetrics,
        onlyOnce: (@Sendable (SimulatedDevice) -> Void)? = nil
    ) {
        self.plan = plan
        self.index = index
        ailment = plan.fleet.ailment(of: index)
        self.reactor = reactor
        self.metrics = metrics
        self.onlyOnce = onlyOnce
        log = Log("simulator.\(plan.plugin.id)")
    }

    // MARK: The session

    /// Opens the session now, and says why it cannot be opened.
    func open(_ done: @escaping @Sendable (String?) -> Void) {
        guard hosted == nil, !isOpening else { return done(nil) }
        isOpening = true
        let opening = SessionOpening(
            role: .simulator, mode: .monitor, json: JSONValue.object(plan.request(index)).text())
        let standing = SessionStanding(isConnected: false, sendBudget: 0)
        plan.plugin.runtime.open(
            opening, at: .now, standing, on: reactor,
            lost: { loss in self.assumeIsolated { $0.lost(loss, done) } }
        ) { answer in
            self.assumeIsolated { done($0.opened(answer)) }
        }
    }

    private func opened(_ answer: OpenAnswer) -> String? {
        isOpening = false
        switch answer {
        case .refused(_, _, let text, _):
            return text.isEmpty ? "the simulator gives no reason" : text
        case .opened(let hosted, let turn):
            guard !hasStopped else {
                hosted.close()
                return nil
            }
            self.hosted = hosted
            metrics.sessionOpened()
            perform(turn, at: .now)
            return nil
        }
    }

    /// The process in which the simulator ran is gone: the next connection begins anew.
    private func lost(_ loss: SessionLoss, _ opening: @Sendable (String?) -> Void) {
        log.error("a simulated device is lost", ["index": String(index)])
        let wasOpening = isOpening
        isOpening = false
        isTurnRunning = false
        if hosted != nil { metrics.sessionClosed() }
        hosted = nil
        dropStream()
        events.removeAll()
        if wasOpening { opening(loss.message.id) }
    }

    // MARK: Connections

    /// Takes a client; it waits while another one is there.
    func accept(_ client: TCPStream) {
        guard !hasStopped, waiting.count < Self.mostWaiting else { return client.abort() }
        waiting.append(client)
        takeNext()
    }

    private func takeNext() {
        guard stream == nil, !waiting.isEmpty else { return }
        guard hosted != nil else {
            return open { problem in
                guard let problem else { return self.assumeIsolated { $0.takeNext() } }
                self.assumeIsolated { $0.refuseAll(problem) }
            }
        }
        let client = waiting.removeFirst()
        stream = client
        generation += 1
        let generation = self.generation
        client.start { event in self.assumeIsolated { $0.channel(event, generation) } }
        guard stream === client else { return }
        events.append(.connected(peer: client.peerDescription, flags: []), at: .now)
        pump()
    }

    private func refuseAll(_ problem: String) {
        log.error("cannot open a simulated device", ["index": String(index), "reason": problem])
        for client in waiting { client.abort() }
        waiting = []
        onlyOnce?(self)
    }

    private func channel(_ event: EndpointEvent, _ generation: Int) {
        guard generation == self.generation else { return }
        switch event {
        case .received(let received):
            metrics.received(received.bytes.count)
            frames += 1
            if ailment == .resetting, frames.isMultiple(of: 2) {
                stream?.abort()
                return disconnect()
            }
            events.append(.received(received.array), at: received.stamp)
            pump()
        case .peerFinished, .closed:
            disconnect()
        case .connected, .drained:
            break
        }
    }

    private func disconnect() {
        dropStream()
        events.append(.disconnected(.transport), at: .now)
        pump()
        goOn()
    }

    func dropStream() {
        generation += 1
        stream?.close()
        stream = nil
        _ = events.dropConnection()  // nobody is there any more to be answered
        departures = []
        delayedByteCount = 0
        awaitsCredit = false
    }

    func goOn() {
        if onlyOnce != nil, !hasStopped {
            stop()
            onlyOnce?(self)
        } else {
            takeNext()
        }
    }

    // MARK: Turns

    private func pump() {
        while !isTurnRunning, let hosted, let event = events.popFirst() {
            isTurnRunning = true
            let queued = (stream?.unsentByteCount ?? 0) + delayedByteCount
            let isConnected =
                if case .disconnected = event.event { false } else { stream != nil }
            let standing = SessionStanding(
                isConnected: isConnected, sendBudget: max(0, Self.sendLimit - queued))
            hosted.handle(event, standing) { turn in
                self.assumeIsolated { session in
                    session.isTurnRunning = false
                    session.perform(turn, at: event.stamp)
                    session.pump()
                }
            }
        }
    }

    private func perform(_ turn: Turn, at stamp: TimeStamp) {
        _ = metrics.callback(turn, records: 0, at: SystemClock.monotonicNanoseconds)
        for breach in turn.breaches { log.warning("broke the ABI's contract", ["call": breach]) }
        for action in turn.actions {
            switch action {
            case .send(let bytes): send(bytes.bytes)
            case .deadline(let milliseconds): setDeadline(milliseconds, from: stamp)
            case .finish: hangUp()
            case .note(let note):
                log.debug(note.message.json.text(), ["index": String(index)])
            default: break  // the rules of the link give a simulator nothing else
            }
        }
        if turn.shortages.contains(.sendBytes) { awaitCredit() }
        if turn.shortages.contains(.perCallback) {
            reactor.execute { self.assumeIsolated { $0.giveCredit() } }
        }
    }

    func awaitCredit() {
        guard !awaitsCredit, let stream else { return }
        awaitsCredit = true
        guard departures.isEmpty else { return }
        let generation = self.generation
        stream.drain(within: .seconds(86_400)) { _ in
            self.assumeIsolated { session in
                guard session.generation == generation else { return }
                session.awaitsCredit = false
                session.giveCredit()
            }
        }
    }

    private func giveCredit() {
        guard !hasStopped else { return }
        events.append(.credit, at: .now)
        pump()
    }

    private func setDeadline(_ milliseconds: UInt32?, from stamp: TimeStamp) {
        reactor.cancel(deadline)
        deadline = nil
        guard let milliseconds else { return }
        let due = stamp.monotonicNanoseconds &+ UInt64(milliseconds) &* 1_000_000
        let now = SystemClock.monotonicNanoseconds
        let delay = Duration.nanoseconds(Int64(clamping: due > now ? due - now : 0))
        deadline = reactor.schedule(after: delay, on: self) { session in
            session.deadline = nil
            session.events.append(.deadline, at: .now)
            session.pump()
        }
    }

    // MARK: The end

    /// Ends the device: its connection, those that wait, and its session.
    func stop() {
        guard !hasStopped else { return }
        hasStopped = true
        for client in waiting { client.close() }
        waiting = []
        dropStream()
        reactor.cancel(deadline)
        deadline = nil
        guard let hosted else { return }
        self.hosted = nil
        hosted.close()
        metrics.sessionClosed()
    }
}
