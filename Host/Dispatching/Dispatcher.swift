import JSON
import Log
import Reactor
import Store
import Values

/// Carries runs out: expands them into tasks, grants each its endpoint, holds its sessions, and
/// writes what became of it.
///
/// Nothing is polled: an order, a released lease and a timer are the only things that move the queue.
package actor Dispatcher {
    let ledger: RunLedger
    let launcher: any AttemptLauncher
    let offer: any DeviceOffer
    let timers: Reactor
    let log = Log("dispatch")
    /// Sessions at once.
    let limit: Int
    var queue = LeaseQueue()
    var tasks: [UUID: ActiveTask] = [:]
    var runs: [UUID: ActiveRun] = [:]
    /// Tasks whose result is being written.
    var endings: Set<UUID> = []
    var running = 0
    var isStopping = false
    var idleWaiters: [CheckedContinuation<Void, Never>] = []

    /// Makes a dispatcher that has nothing to do yet.
    ///
    /// - Parameters:
    ///   - store: Where runs and tasks are kept.
    ///   - launcher: What holds the sessions.
    ///   - offer: What device types offer.
    ///   - timers: The reactor whose timer wheel counts the pauses between attempts.
    ///   - limit: Sessions at once, at least 1.
    package init(
        store: Store, launcher: any AttemptLauncher, offer: any DeviceOffer, timers: Reactor,
        limit: Int
    ) {
        ledger = RunLedger(store: store)
        self.launcher = launcher
        self.offer = offer
        self.timers = timers
        self.limit = max(limit, 1)
    }

    /// How much waits and runs now.
    package var load: DispatchLoad {
        DispatchLoad(runs: runs.count, waiting: queue.waitingCount, running: running)
    }

    /// Starts a one-off run.
    ///
    /// Members of groups are taken as they are now; disabled devices are left out. The contents are
    /// frozen in the run. The run is on disk when this returns.
    ///
    /// - Parameter order: What to do.
    /// - Returns: The run; it is done already when there was nothing to do.
    /// - Throws: A `DispatchError` that says what is wrong with the order.
    package func start(_ order: RunOrder) async throws(DispatchError) -> Run {
        guard !isStopping else { throw .stopping }
        guard !order.contents.isEmpty else { throw .noContents }
        guard !order.devices.isEmpty || !order.groups.isEmpty else { throw .noTargets }
        let targets = try await ledger.targets(of: order)
        let now = Moment.now()
        var rows: [RunTask] = []
        var active: [ActiveTask] = []
        let run = ledger.makeRun(for: order, at: now)
        for target in targets {
            let zone = target.device.timeZone.flatMap(TimeZones.find)
            let items = TaskItem.expand(
                order.contents, deviceType: target.device.type, offer: offer,
                now: now.milliseconds, zone: zone)
            let id = ledger.store.newID()
            rows.append(ledger.makeTask(id, run: run, device: target.device, items: items))
            active.append(
                ActiveTask(
                    id: id, run: run.id, device: target.device, lines: target.lines,
                    priority: order.priority, items: items,
                    attempts: Attempts(
                        retries: order.retries, lineAttempts: target.lines.map(\.commline.attempts),
                        delay: order.retryDelay)))
        }
        let stored = try await ledger.create(run, tasks: rows)
        admit(active, of: stored)
        guard !active.isEmpty else {
            await close(run: run.id)
            return try await ledger.run(run.id, project: order.project)
        }
        return stored
    }

    /// Cancels a run: what waits is not begun, what runs says goodbye to its device.
    ///
    /// - Parameters:
    ///   - run: The run.
    ///   - project: The project that it must belong to.
    ///   - result: Who cancels: the user or the schedule.
    /// - Throws: `.unknownRun` or `.alreadyDone`.
    package func cancel(
        run: UUID, project: UUID, as result: ExecutionResult = .cancelledByUser
    ) async throws(DispatchError) {
        guard var active = runs[run], active.project == project else {
            _ = try await ledger.run(run, project: project)
            throw .alreadyDone
        }
        guard !active.isCancelled else { return }
        active.cancelled = result
        runs[run] = active
        var idle: [UUID] = []
        for id in active.open {
            switch tasks[id]?.state {
            case .waiting:
                _ = queue.remove(id)
                idle.append(id)
            case .delayed: idle.append(id)
            case .running(let control): control.cancel()
            case .finishing, nil: break
            }
        }
        await finish(idle)
    }

    /// Takes up what an earlier life of the host left unfinished.
    ///
    /// Tasks go on with the items that nobody answered for; a command of which nobody knows whether
    /// it acted is never repeated, and ends as indeterminate.
    ///
    /// - Returns: How many runs go on.
    package func recover() async throws(DispatchError) -> Int {
        let found = try await ledger.takeOver()
        for (run, active) in found {
            admit(active, of: run)
            if active.isEmpty { await close(run: run.id) }
        }
        return found.count
    }

    /// Ends all sessions with their goodbyes and takes no more work.
    ///
    /// It returns when the last session has ended. What was not done goes on after the next start.
    package func stop() async {
        isStopping = true
        for task in tasks.values {
            if case .running(let control) = task.state { control.cancel() }
        }
        guard running > 0 else { return }
        await withCheckedContinuation { idleWaiters.append($0) }
    }

    /// Puts tasks into the queue.
    private func admit(_ active: [ActiveTask], of run: Run) {
        runs[run.id] = ActiveRun(
            id: run.id, project: run.project, open: Set(active.map(\.id)),
            results: run.tally.results)
        for task in active {
            tasks[task.id] = task
            enqueue(task)
        }
        pump()
    }

    private func enqueue(_ task: ActiveTask) {
        guard !task.lines.isEmpty, !task.openItems.isEmpty else {
            // Nothing to hold a session for: only the result is to be written.
            let id = task.id
            Task { await self.finish([id]) }
            return
        }
        queue.push(
            task.id, claim: launcher.claim(for: task.lines[task.line], device: task.device),
            priority: task.priority)
    }

    /// Grants what can be granted.
    private func pump() {
        while !isStopping, running < limit, let lease = queue.grant() {
            guard var task = tasks[lease.holder] else {
                queue.release(lease)
                continue
            }
            let control = AttemptControl()
            task.state = .running(control)
            tasks[task.id] = task
            running += 1
            let plan = task.plan
            Task { await self.hold(plan, lease: lease, control: control) }
        }
    }

    private func hold(_ plan: AttemptPlan, lease: Lease, control: AttemptControl) async {
        var end = AttemptEnd(code: .store)
        if await ledger.begin(plan) {
            end = await launcher.hold(plan, control: control)
        }
        queue.release(lease)
        running -= 1
        await take(end, of: plan.task)
        pump()
        if running == 0 {
            for waiter in idleWaiters { waiter.resume() }
            idleWaiters = []
        }
    }

    /// Decides what follows an attempt.
    private func take(_ end: AttemptEnd, of id: UUID) async {
        guard var task = tasks[id] else { return }
        task.outcomes.merge(end.outcomes) { _, new in new }
        task.last = end
        task.state = .finishing
        if isStopping, !task.openItems.isEmpty {
            tasks[id] = task
            await ledger.requeue(
                id, countsAttempt: false, .warning, StoredMessage(id: "host.task.interrupted"))
            return
        }
        if runs[task.run]?.isCancelled ?? true || task.openItems.isEmpty {
            tasks[id] = task
            await finish([id])
            return
        }
        let step: Attempts.Step
        if end.yielded {
            step = .again(line: task.line, after: .zero)
        } else {
            step = task.attempts.failed(
                with: end.code == .ok ? .internalError : end.code, end.lostPart)
        }
        await follow(step, task, countsAttempt: !end.yielded && !end.isTheHostsOwn)
    }

    private func follow(
        _ step: Attempts.Step, _ task: ActiveTask, countsAttempt: Bool
    ) async {
        var task = task
        let id = task.id
        switch step {
        case .over:
            tasks[id] = task
            await finish([id])
        case .next(let line):
            task.line = line
            tasks[id] = task
            await ledger.requeue(
                id, countsAttempt: countsAttempt, .info, StoredMessage(id: "host.task.next_line"))
            resume(id)
        case .again(let line, let pause):
            task.line = line
            tasks[id] = task
            await ledger.requeue(
                id, countsAttempt: countsAttempt, .info,
                StoredMessage(
                    id: "host.task.retry",
                    parameters: ["seconds": JSONValue(pause.components.seconds)]))
            guard pause > .zero else { return resume(id) }
            tasks[id]?.state = .delayed
            timers.execute { [timers] in
                timers.schedule(after: pause) { Task { await self.resume(id) } }
            }
        }
    }

    /// Puts a task back into the queue after its pause.
    private func resume(_ id: UUID) {
        guard !isStopping, var task = tasks[id], !endings.contains(id) else { return }
        if runs[task.run]?.isCancelled ?? true {
            Task { await self.finish([id]) }
            return
        }
        task.state = .waiting
        tasks[id] = task
        enqueue(task)
        pump()
    }

    /// Writes the results of tasks in one transaction, and their runs' when they were the last ones.
    private func finish(_ ids: [UUID]) async {
        var ending: [(task: ActiveTask, result: TaskEnd)] = []
        for id in ids where endings.insert(id).inserted {
            guard var task = tasks[id], let run = runs[task.run] else { continue }
            task.state = .finishing
            tasks[id] = task
            ending.append((task, TaskEnd(of: task, cancelled: run.cancelled)))
        }
        guard !ending.isEmpty else { return }
        await ledger.finish(ending.map { ($0.task, $0.result) })
        var closing: Set<UUID> = []
        for (task, end) in ending {
            endings.remove(task.id)
            tasks[task.id] = nil
            runs[task.run]?.open.remove(task.id)
            runs[task.run]?.results[end.result, default: 0] += 1
            if runs[task.run]?.open.isEmpty ?? false { closing.insert(task.run) }
        }
        for run in closing { await close(run: run) }
    }

    private func close(run id: UUID) async {
        guard let run = runs[id], run.open.isEmpty else { return }
        runs[id] = nil
        await ledger.close(run: id, result: run.result)
    }
}

/// How much the dispatcher has in hand.
package struct DispatchLoad: Hashable, Sendable {
    /// Runs that are not done.
    package var runs: Int
    /// Tasks that wait for their lease.
    package var waiting: Int
    /// Sessions.
    package var running: Int
}
