import Reactor
import Store
import Values

extension Dispatcher {
    func enqueue(_ task: ActiveTask) {
        guard let claim = task.claim else {
            // Nothing to hold a session for: only the result is to be written.
            let id = task.id
            Task { await self.finish([id]) }
            return
        }
        queue.push(task.id, claim: claim, priority: task.priority)
    }

    /// Grants what can be granted.
    func pump() {
        while !isStopping {
            guard ledger.store.condition == .collecting else { return waitForStore() }
            // The limit is for what nobody waits for; a person's action has a little more room.
            let minimum = running < limit ? Int.min : RunRules.interactive
            guard running < limit + reserve, let lease = queue.grant(from: minimum) else { break }
            if let visitor = visitors.removeValue(forKey: lease.holder) {
                visitor.resume(returning: lease)
                continue
            }
            guard tasks[lease.holder] != nil else {
                queue.release(lease)
                continue
            }
            let control = AttemptControl()
            tasks[lease.holder]?.state = .running(control)
            running += 1
            starting.append((lease, control))
        }
        guard !isPreparing, !starting.isEmpty else { return }
        isPreparing = true
        Task { await self.prepare() }
    }

    /// Lets nothing new begin while the disk takes nothing: what would be read could not be kept.
    private func waitForStore() {
        guard !isWaitingForStore else { return }
        isWaitingForStore = true
        log.warning("nothing new is started: the store is paused", [:])
        Task {
            await ledger.store.waitUntilCollecting()
            self.resumeAfterPause()
        }
    }

    private func resumeAfterPause() {
        isWaitingForStore = false
        pump()
    }

    /// Asks the sessions that are in the way of people to yield.
    func overtake(_ candidates: [ActiveTask]) {
        for task in candidates where task.isInteractive {
            guard case .waiting? = tasks[task.id]?.state, let claim = task.claim else { continue }
            for id in queue.blockers(of: claim) {
                guard let blocker = tasks[id], !blocker.isInteractive,
                    case .running(let control) = blocker.state
                else { continue }
                control.yield()
            }
        }
    }

    /// How many tasks are read from the store, and noted in it, in one go.
    private static var portion: Int { 256 }

    /// Reads what the granted tasks need, notes their begin, and lets their sessions start.
    private func prepare() async {
        while !starting.isEmpty {
            let portion = Array(starting.prefix(Self.portion))
            starting.removeFirst(portion.count)
            await prepare(portion)
        }
        isPreparing = false
    }

    private func prepare(_ granted: [(lease: Lease, control: AttemptControl)]) async {
        var wanted: [StartingTask] = []
        var open: [(lease: Lease, control: AttemptControl)] = []
        for entry in granted {
            guard let task = tasks[entry.lease.holder], task.lines.indices.contains(task.line)
            else {
                drop(entry.lease)
                continue
            }
            open.append(entry)
            wanted.append(
                StartingTask(
                    task: task.id, run: task.run, device: task.device,
                    commline: task.lines[task.line].id, number: task.attempts.counted + 1,
                    checkpoint: task.checkpoint))
        }
        guard !wanted.isEmpty else { return pump() }
        let answers = await ledger.prepare(wanted)
        var ready: [(plan: AttemptPlan, lease: Lease, control: AttemptControl)] = []
        for (entry, answer) in zip(open, answers) {
            let id = entry.lease.holder
            switch answer {
            case .ready(let plan): ready.append((plan, entry.lease, entry.control))
            case .complete:
                drop(entry.lease)
                Task { await self.finish([id]) }
            case .withdrawn:
                drop(entry.lease)
                tasks[id]?.isWithdrawn = true
                Task { await self.finish([id]) }
            case .failed(let end):
                drop(entry.lease)
                Task { await self.take(end, of: id) }
            }
        }
        ready = await moved(ready)
        if await ledger.begin(ready.map(\.plan)) {
            for entry in ready where entry.plan.items.isEmpty {
                // Nothing is missing: nobody is called.
                drop(entry.lease)
                Task { await self.finish([entry.plan.task]) }
            }
            begin(ready.filter { !$0.plan.items.isEmpty })
        } else {
            for entry in ready {
                drop(entry.lease)
                let id = entry.plan.task
                Task { await self.take(AttemptEnd(code: .store), of: id) }
            }
        }
        pump()
    }

    /// Sends tasks whose line leads elsewhere since they were queued back into the queue.
    private func moved(
        _ ready: [(plan: AttemptPlan, lease: Lease, control: AttemptControl)]
    ) async -> [(plan: AttemptPlan, lease: Lease, control: AttemptControl)] {
        let lines = await launcher.lines(
            of: ready.map { DispatchTarget(device: $0.plan.device, lines: [$0.plan.line]) })
        var stay: [(plan: AttemptPlan, lease: Lease, control: AttemptControl)] = []
        for (entry, lines) in zip(ready, lines) {
            guard let line = lines.first, line.claim != entry.lease.claim,
                var task = tasks[entry.plan.task]
            else {
                stay.append(entry)
                continue
            }
            task.lines[task.line] = line
            tasks[task.id] = task
            drop(entry.lease)
            resume(task.id)
        }
        return stay
    }

    /// Starts sessions: a few at once, many spread over a short time so that nothing is flooded.
    private func begin(
        _ ready: [(plan: AttemptPlan, lease: Lease, control: AttemptControl)]
    ) {
        guard ready.count >= Self.crowd else {
            for entry in ready { begin(entry.plan, entry.lease, entry.control) }
            return
        }
        let spread = Self.spread
        timers.execute { [timers] in
            for entry in ready {
                let pause = Int.random(in: 0..<spread)
                timers.schedule(after: .milliseconds(pause)) {
                    Task { await self.begin(entry.plan, entry.lease, entry.control) }
                }
            }
        }
    }

    /// From how many sessions on their connections are spread.
    private static var crowd: Int { 32 }
    /// Over how many milliseconds.
    private static var spread: Int { 100 }

    private func begin(_ plan: AttemptPlan, _ lease: Lease, _ control: AttemptControl) {
        Task { await self.hold(plan, lease, control) }
    }

    private func hold(_ plan: AttemptPlan, _ lease: Lease, _ control: AttemptControl) async {
        let began = Moment.now()
        var end = await launcher.hold(plan, control: control)
        end.began = began
        drop(lease)
        await take(
            end, of: plan.task, at: lease.claim.line,
            isAnswered: plan.items.allSatisfy { end.outcomes[$0.number] != nil })
        pump()
        guard running == 0 else { return }
        for waiter in idleWaiters { waiter.resume() }
        idleWaiters = []
    }

    private func drop(_ lease: Lease) {
        queue.release(lease)
        running -= 1
    }

    // MARK: Leases of others

    /// Waits for the right to talk to an endpoint.
    ///
    /// It is for monitors, and for programs that connect through the host; nobody else gets the endpoint
    /// until it is given back.
    ///
    /// - Parameters:
    ///   - claim: What to hold.
    ///   - priority: As for tasks, 0…999; `interactive` goes before all of them.
    ///   - isInteractive: Somebody waits: sessions in the way are asked to yield.
    /// - Returns: The lease; nil when the host goes down.
    package func lease(
        _ claim: Claim, priority: Int = 500, isInteractive: Bool = false
    ) async -> Lease? {
        guard !isStopping else { return nil }
        let id = ledger.store.newID()
        return await withCheckedContinuation { continuation in
            visitors[id] = continuation
            queue.push(
                id, claim: claim, priority: priority + (isInteractive ? RunRules.interactive : 0))
            pump()
            guard isInteractive, visitors[id] != nil else { return }
            for blocker in queue.blockers(of: claim) {
                if case .running(let control)? = tasks[blocker]?.state { control.yield() }
            }
        }
    }

    /// Gives a lease back.
    package func giveBack(_ lease: Lease) {
        queue.release(lease)
        pump()
    }
}
