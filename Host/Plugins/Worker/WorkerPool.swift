import Log
import Reactor
import Values

/// The workers of one plugin on one reactor: as many as its sessions need.
actor WorkerPool {
    private struct Waiting {
        var opening: SessionOpening
        var stamp: TimeStamp
        var standing: SessionStanding
        var lost: @Sendable (SessionLoss) -> Void
        var answered: @Sendable (OpenAnswer) -> Void
    }

    nonisolated let reactor: Reactor
    nonisolated var unownedExecutor: UnownedSerialExecutor {
        reactor.asUnownedSerialExecutor()
    }
    private nonisolated let spec: WorkerSpec
    private nonisolated let capacity: Int
    private nonisolated let quarantine: Quarantine
    private nonisolated let ledger: WorkerLedger
    private nonisolated let log: Log
    private var shared: [WorkerProcess] = []
    private var alone: [WorkerProcess] = []
    private var waiting: [Waiting] = []
    private var policy = RestartPolicy()
    private var retry: TimerHandle?
    private var isRetired = false
    private var isStopping = false
    private var stopWaiters: [CheckedContinuation<Void, Never>] = []

    init(
        _ spec: WorkerSpec, capacity: Int, quarantine: Quarantine, ledger: WorkerLedger,
        on reactor: Reactor
    ) {
        self.spec = spec
        self.capacity = max(1, capacity)
        self.quarantine = quarantine
        self.ledger = ledger
        self.reactor = reactor
        log = Log("plugin.\(spec.task.plugin)")
    }

    // MARK: Sessions

    func open(
        _ opening: SessionOpening, at stamp: TimeStamp, _ standing: SessionStanding,
        lost: @escaping @Sendable (SessionLoss) -> Void,
        _ answered: @escaping @Sendable (OpenAnswer) -> Void
    ) {
        let now = SystemClock.monotonicNanoseconds
        let plugin = spec.task.plugin
        guard !isStopping else {
            return lost(SessionLoss(part: .bystander, message: HostMessages.stopping))
        }
        switch quarantine.placement(of: opening.subject, at: now) {
        case .refused(let left, let crashes, let reason):
            return lost(
                SessionLoss(
                    part: .culprit,
                    message: HostMessages.quarantined(
                        plugin, crashes: crashes, reason: reason, left: left)))
        case .alone:
            let request = Waiting(
                opening: opening, stamp: stamp, standing: standing, lost: lost, answered: answered)
            return place(request, in: start(alone: true))
        case .shared:
            break
        }
        guard !policy.isOpen(at: now) else {
            return lost(SessionLoss(part: .bystander, message: HostMessages.failing(plugin)))
        }
        waiting.append(
            Waiting(
                opening: opening, stamp: stamp, standing: standing, lost: lost, answered: answered))
        placeWaiting()
    }

    private func place(_ request: Waiting, in worker: WorkerProcess?) {
        guard let worker else {
            return request.lost(
                SessionLoss(part: .bystander, message: HostMessages.failing(spec.task.plugin)))
        }
        worker.assumeIsolated {
            $0.open(
                request.opening, at: request.stamp, request.standing, lost: request.lost,
                request.answered)
        }
        ledger.sessions(+1)
    }

    /// Gives what waits to workers, and starts more where it has to.
    private func placeWaiting() {
        while !waiting.isEmpty {
            let now = SystemClock.monotonicNanoseconds
            let pause = policy.wait(at: now)
            let room = shared.first { worker in
                worker.assumeIsolated { $0.isAccepting && $0.load < capacity }
            }
            if let room {
                place(waiting.removeFirst(), in: room)
            } else if pause > .zero {
                return retryLater(pause)
            } else if start(alone: false) == nil {
                policy.crashed(at: now)
                retryLater(max(policy.wait(at: now), RestartPolicy.shortestPause))
                return
            }
        }
    }

    private func retryLater(_ pause: Duration) {
        guard retry == nil else { return }
        retry = reactor.schedule(after: pause) { [weak self] in
            self?.assumeIsolated {
                $0.retry = nil
                $0.placeWaiting()
            }
        }
    }

    // MARK: Workers

    private func start(alone isAlone: Bool) -> WorkerProcess? {
        let events = WorkerProcess.Events(
            ready: { [ledger] in ledger.greeted($0) },
            sessionEnded: { [unowned self] subject in
                self.assumeIsolated { $0.sessionEnded(subject) }
            },
            ended: { worker, end, culprit, words in
                self.assumeIsolated { $0.ended(worker, end, culprit, words) }
            })
        do throws(SystemError) {
            let worker = try WorkerProcess(spec, on: reactor, isAlone: isAlone, events)
            if isAlone { alone.append(worker) } else { shared.append(worker) }
            ledger.started(worker.assumeIsolated { $0.process })
            return worker
        } catch {
            log.error("a worker could not be started", ["reason": error.description])
            ledger.crashed(.notStarted(error.description), "")
            return nil
        }
    }

    private func sessionEnded(_ subject: String) {
        policy.succeeded()
        quarantine.ended(subject)
        ledger.sessions(-1)
        for worker in alone where worker.assumeIsolated({ $0.load }) == 0 {
            worker.assumeIsolated { $0.stop() }
        }
        if !waiting.isEmpty { placeWaiting() }
        letIdleOnesGo()
    }

    /// Stops workers that have had nothing to do for a while.
    private func letIdleOnesGo() {
        for worker in shared where worker.assumeIsolated({ $0.load == 0 && $0.isAccepting }) {
            guard !isRetired, !isStopping else {
                worker.assumeIsolated { $0.stop() }
                continue
            }
            worker.assumeIsolated { $0.stopWhenIdle() }
        }
    }

    private func ended(
        _ worker: WorkerProcess, _ end: WorkerEnd, _ culprit: String?, _ words: String
    ) {
        let wasShared = shared.contains { $0 === worker }
        shared.removeAll { $0 === worker }
        alone.removeAll { $0 === worker }
        ledger.ended(
            worker.assumeIsolated { $0.startedProcess },
            lost: worker.assumeIsolated { $0.lostCount })
        if end != .stopped {
            let now = SystemClock.monotonicNanoseconds
            if let culprit { quarantine.blame(culprit, reason: end.description, at: now) }
            if wasShared { policy.crashed(at: now) }
            ledger.crashed(end, words)
            log.error(
                "a worker \(end.description)",
                ["device": culprit ?? "", "last words": words])
            if case .refused = end { refuseWaiting(end) }
        }
        if !waiting.isEmpty { placeWaiting() }
        resumeStopWaiters()
    }

    /// Without a library nothing that waits can be served.
    private func refuseWaiting(_ end: WorkerEnd) {
        let requests = waiting
        waiting = []
        for request in requests {
            request.lost(
                SessionLoss(
                    part: .bystander,
                    message: HostMessages.workerLost(
                        spec.task.plugin, end.description, .bystander)))
        }
    }

    // MARK: Ending

    /// From now on workers end with their last session.
    func retire() {
        isRetired = true
        letIdleOnesGo()
    }

    /// Stops all workers and returns when they are gone.
    func stop() async {
        isStopping = true
        reactor.cancel(retry)
        askAllToStop()
        guard !shared.isEmpty || !alone.isEmpty else { return }
        await withCheckedContinuation { stopWaiters.append($0) }
    }

    private func askAllToStop() {
        for worker in shared + alone { worker.assumeIsolated { $0.stop() } }
    }

    private func resumeStopWaiters() {
        guard shared.isEmpty, alone.isEmpty else { return }
        let waiters = stopWaiters
        stopWaiters = []
        for waiter in waiters { waiter.resume() }
    }
}
