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
    /// Sessions beyond the limit that somebody who waits may have.
    let reserve: Int
    var queue = LeaseQueue()
    var breaker = EndpointBreaker()
    var tasks: [UUID: ActiveTask] = [:]
    var runs: [UUID: ActiveRun] = [:]
    /// Tasks whose result is being written.
    var endings: Set<UUID> = []
    /// Tasks that have their lease and wait for the store to say what their sessions need.
    var starting: [(lease: Lease, control: AttemptControl)] = []
    var isPreparing = false
    var isWaitingForStore = false
    /// Leases that others than tasks wait for.
    var visitors: [UUID: CheckedContinuation<Lease?, Never>] = [:]
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
        reserve = max(1, min(self.limit / 8, 64))
    }

    /// How much waits and runs now.
    package var load: DispatchLoad {
        DispatchLoad(
            runs: runs.count, waiting: queue.waitingCount, running: running,
            silentEndpoints: breaker.silentCount)
    }

    /// Starts a run.
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
        var order = order
        let members = try await ledger.members(of: order)
        // Whoever asks for a whole town waits like a job does.
        if members.count > Self.interactiveTargets { order.isInteractive = false }
        let rules = RunRules(order)
        let run = ledger.makeRun(
            for: order, at: .now(), isWhole: members.count <= RunLedger.portion)
        var active: [ActiveTask] = []
        var isStored = false
        do throws(DispatchError) {
            var rest = members[...]
            repeat {
                let portion = Array(rest.prefix(RunLedger.portion))
                rest = rest.dropFirst(RunLedger.portion)
                let tasks = try await expand(portion, order: order, run: run)
                if isStored {
                    try await ledger.append(tasks.map(\.row), to: run)
                } else {
                    try await ledger.create(run, tasks: tasks.map(\.row))
                    isStored = true
                }
                for task in tasks {
                    active.append(
                        ActiveTask(
                            id: task.row.id, run: run.id, device: task.row.device,
                            lines: task.lines, rules: rules))
                }
            } while !rest.isEmpty
            if members.count > RunLedger.portion { try await ledger.complete(run, order: order) }
        } catch {
            if isStored { await ledger.withdraw(run.id) }
            throw error
        }
        let stored = try await ledger.run(run.id, project: order.project)
        admit(active, of: stored, rules)
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
    ///   - result: How the run and its open tasks end.
    /// - Throws: `.unknownRun` or `.alreadyDone`.
    package func cancel(
        run: UUID, project: UUID, as result: ExecutionResult = .cancelledByUser
    ) async throws(DispatchError) {
        guard var active = runs[run], active.project == project else {
            _ = try await ledger.run(run, project: project)
            throw .alreadyDone
        }
        guard active.cancelled == nil else { return }
        active.cancelled = result
        runs[run] = active
        for id in active.open {
            if case .running(let control)? = tasks[id]?.state { control.cancel() }
        }
        await finish(withdrawIdle(of: active))
    }

    /// Takes up what an earlier life of the host left unfinished.
    ///
    /// Tasks go on with the items that nobody answered for; a command of which nobody knows whether
    /// it acted is never repeated, and ends as indeterminate.
    ///
    /// - Returns: How many runs go on.
    package func recover() async throws(DispatchError) -> Int {
        let found = try await ledger.unfinishedRuns()
        for run in found {
            let rules = RunRules(run)
            var active: [ActiveTask] = []
            var last: UUID?
            while true {
                let portion = try await ledger.takeOver(run, after: last)
                guard let end = portion.last else { break }
                last = end.id
                let targets = try await ledger.targets(
                    portion.map(\.device), project: run.project)
                let lines = await launcher.lines(of: targets)
                let known = Dictionary(
                    zip(targets.map(\.device.id), lines), uniquingKeysWith: { one, _ in one })
                for task in portion {
                    active.append(
                        ActiveTask(
                            id: task.id, run: run.id, device: task.device,
                            lines: known[task.device] ?? [], rules: rules))
                }
            }
            admit(active, of: run, rules)
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
        for visitor in visitors.values { visitor.resume(returning: nil) }
        visitors = [:]
        guard running > 0 else { return }
        await withCheckedContinuation { idleWaiters.append($0) }
    }

    /// Devices of a run that goes before everything else, at most.
    private static let interactiveTargets = 100

    // MARK: Expansion

    private func expand(
        _ devices: [UUID], order: RunOrder, run: Run
    ) async throws(DispatchError) -> [(row: RunTask, lines: [TaskLine])] {
        let targets = try await ledger.targets(devices, project: order.project)
        let lines = await launcher.lines(of: targets)
        return zip(targets, lines).map { target, lines in
            let items = TaskItem.expand(
                order.contents, deviceType: target.device.type, offer: offer,
                now: run.created.milliseconds,
                zone: target.device.timeZone.flatMap(TimeZones.find))
            return (ledger.makeTask(run: run, device: target.device, items: items), lines)
        }
    }

    /// Puts tasks into the queue.
    private func admit(_ active: [ActiveTask], of run: Run, _ rules: RunRules) {
        runs[run.id] = ActiveRun(
            id: run.id, project: run.project, rules: rules, open: Set(active.map(\.id)),
            results: run.tally.results)
        for task in active {
            tasks[task.id] = task
            enqueue(task)
        }
        if let end = rules.notAfter { watch(run: run.id, until: end) }
        pump()
        overtake(active)
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
    /// Endpoints to which no connection can be made.
    package var silentEndpoints = 0
}
