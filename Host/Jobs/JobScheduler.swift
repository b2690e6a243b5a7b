import Dispatching
import Log
import Scheduling
import Store
import Values

/// Starts the runs of jobs: by their schedules, and by hand.
///
/// All schedules share one alarm, set to the nearest start; nothing is polled. What is on disk decides: an
/// occurrence is done with in the transaction that makes its run, so that a host which is killed at any
/// moment neither loses nor doubles one.
package actor JobScheduler {
    let store: Store
    let runs: any RunStarter
    let alarm: any Alarm
    let ends: RunEnds
    let log = Log("jobs")
    /// How long a run that is to give way to the next one may take to end.
    let patience: Duration
    var plans: [UUID: JobPlan] = [:]
    private var queue = StartQueue()
    /// Jobs of which a run is being started.
    var busy: Set<UUID> = []
    private(set) var isRunning = false
    let slots = Slots(16)

    /// Makes a scheduler that waits for `start`.
    ///
    /// - Parameters:
    ///   - store: Where jobs and runs are kept.
    ///   - runs: What carries runs out.
    ///   - alarm: The clock.
    ///   - patience: How long a run that is to give way to the next one may take to end.
    package init(
        store: Store, runs: any RunStarter, alarm: any Alarm, patience: Duration = .seconds(300)
    ) {
        self.store = store
        self.runs = runs
        self.alarm = alarm
        self.patience = patience
        ends = RunEnds(store: store)
    }

    /// How many schedules are on.
    package var scheduledCount: Int { plans.count }

    /// Takes up the schedules that are on; starts that were missed are made up for or left out, as each
    /// job says.
    ///
    /// It returns when the schedules are known; what is due is started after that.
    ///
    /// - Throws: What the store refused.
    package func start() async throws(StoreError) {
        let due = try await takeUp()
        launch(due)
    }

    /// Takes up the schedules that are on.
    ///
    /// - Returns: The jobs that are to be started now.
    func takeUp() async throws(StoreError) -> [UUID] {
        let jobs = try await store.read { (snapshot) throws(StoreError) in
            try snapshot.scheduledJobs()
        }
        isRunning = true
        var due: [UUID] = []
        for job in jobs {
            take(job)
            if await settle(job.id, hostWasDown: true) { due.append(job.id) }
        }
        setAlarm()
        return due
    }

    /// Starts nothing more by schedule.
    package func stop() {
        isRunning = false
        alarm.set(nil) { _ in }
    }

    /// Takes notice of a job that was made, changed, switched or deleted.
    package func refresh(_ id: UUID) async {
        guard isRunning else { return }
        do throws(StoreError) {
            let job = try await store.read { (snapshot) throws(StoreError) in
                try snapshot.scheduledJob(id)
            }
            guard let job else {
                drop(id)
                return setAlarm()
            }
            take(job)
        } catch {
            return rest(id, after: error)
        }
        let isDue = await settle(id, hostWasDown: false)
        setAlarm()
        if isDue { launch([id]) }
    }

    /// When the schedules of jobs start their next runs.
    ///
    /// - Parameter ids: Jobs.
    /// - Returns: The starts; jobs whose schedules are off are left out.
    package func nextStarts(of ids: [UUID]) -> [UUID: Moment] {
        let now = alarm.now.milliseconds
        var starts: [UUID: Moment] = [:]
        for id in ids {
            guard let plan = plans[id] else { continue }
            let next = plan.schedule.upcoming(after: now, handled: plan.handled, for: id)
            starts[id] = next.map { Moment(milliseconds: $0.start) }
        }
        return starts
    }

    /// Does what the clock says is due; the alarm calls it.
    package func wake(_ reason: AlarmReason) async {
        guard isRunning else { return }
        var due: [UUID] = []
        if reason == .clockSet {
            log.info("the clock was set; all schedules are reckoned anew")
            for id in Array(plans.keys) {
                plans[id]?.restsUntil = nil
                if await settle(id, hostWasDown: false) { due.append(id) }
            }
        }
        let now = alarm.now.milliseconds
        while let id = queue.popDue(at: now) {
            if await settle(id, hostWasDown: false) { due.append(id) }
        }
        setAlarm()
        await carryOut(due)
    }

    // MARK: Plans

    /// Keeps what is known of a job.
    private func take(_ job: ScheduledJob) {
        do throws(ScheduleFaults) {
            let schedule = try Schedule(job.schedule) { TimeZones.find($0) }
            plans[job.id] = JobPlan(
                id: job.id, schedule: schedule, missed: job.missed,
                handled: job.handled.milliseconds)
        } catch {
            // It was checked when it was stored: a zone has gone from the system's database.
            log.error(
                "a job's schedule cannot be read; it starts nothing until it is changed",
                ["job": "\(job.id)", "reason": "\(error)"])
            drop(job.id)
        }
    }

    /// Forgets a job.
    func drop(_ id: UUID) {
        plans[id] = nil
        queue.set(id, to: nil)
    }

    /// Decides about a job, as often as something is to be passed over.
    ///
    /// - Returns: Whether a run is to be started now.
    func settle(_ id: UUID, hostWasDown: Bool) async -> Bool {
        let now = alarm.now.milliseconds
        while isRunning, let plan = plans[id], !busy.contains(id) {
            switch plan.decide(at: now, hostWasDown: hostWasDown) {
            case .begin:
                queue.set(id, to: nil)
                return true
            case .wait(let moment):
                queue.set(id, to: moment)
                return false
            case .rest:
                queue.set(id, to: nil)
                return false
            case .passOver(let occurrence):
                guard await pass(over: occurrence, of: id) else { return false }
            }
        }
        return false
    }

    /// Calls an occurrence done with.
    ///
    /// - Returns: False where the store did not take it; it is tried again.
    func pass(over occurrence: Int64, of id: UUID) async -> Bool {
        do throws(StoreError) {
            try await store.write { (transaction) throws(StoreError) in
                try transaction.setHandled(ofJob: id, Moment(milliseconds: occurrence))
            }
        } catch {
            rest(id, after: error)
            return false
        }
        plans[id]?.handled = occurrence
        return true
    }

    /// Leaves a job alone for a while.
    func rest(_ id: UUID, after error: some Error) {
        guard isRunning, plans[id] != nil else { return }
        log.warning(
            "a job's schedule could not be carried on; it is tried again",
            ["job": "\(id)", "reason": "\(error)"])
        let end = alarm.now.milliseconds + 5_000
        plans[id]?.restsUntil = end
        queue.set(id, to: end)
        setAlarm()
    }

    func setAlarm() {
        guard isRunning else { return }
        // With schedules and no start to come it is still of interest whether the clock is set.
        let quiet = plans.isEmpty ? nil : Int64(253_370_764_800_000)
        let moment = queue.first() ?? quiet
        alarm.set(moment.map(Moment.init(milliseconds:))) { [weak self] reason in
            await self?.wake(reason)
        }
    }
}
