import JSON
import Log
import Store
import Values

/// The dispatcher's book: what it reads from the store and what it writes there, and nothing else.
///
/// What must be written is tried again until the store takes it or closes: a result that is not on
/// disk has not happened.
struct RunLedger: Sendable {
    let store: Store
    let log = Log("dispatch")
    init(store: Store) {
        self.store = store
    }

    /// A device with the lines by which it can be reached, the first one first.
    struct Target: Sendable {
        var device: Device
        var lines: [LinePlan]
    }

    /// Finds what an order is aimed at: named devices first, then members of groups, each once.
    func targets(of order: RunOrder) async throws(DispatchError) -> [Target] {
        let found: Result<[Target], DispatchError>
        do throws(StoreError) {
            found = try await store.read { (snapshot) throws(StoreError) in
                try Self.targets(of: order, in: snapshot)
            }
        } catch {
            throw .store(error)
        }
        return try found.get()
    }

    private static func targets(
        of order: RunOrder, in snapshot: Snapshot
    ) throws(StoreError) -> Result<[Target], DispatchError> {
        var ids: [UUID] = []
        var seen: Set<UUID> = []
        for id in order.devices where seen.insert(id).inserted { ids.append(id) }
        var unknownGroups: [UUID] = []
        for group in order.groups {
            do throws(StoreError) {
                guard try snapshot.group(group).project == order.project else {
                    unknownGroups.append(group)
                    continue
                }
                for id in try snapshot.deviceIDs(inGroup: group) where seen.insert(id).inserted {
                    ids.append(id)
                }
            } catch {
                guard error.isNotFound else { throw error }
                unknownGroups.append(group)
            }
        }
        if !unknownGroups.isEmpty { return .failure(.unknownGroups(unknownGroups)) }
        var parts = LineParts()
        var targets: [Target] = []
        var unknown: [UUID] = []
        for id in ids {
            guard let device = try found(id, in: snapshot), device.project == order.project else {
                unknown.append(id)
                continue
            }
            guard device.enabled else { continue }
            targets.append(Target(device: device, lines: try parts.lines(of: id, in: snapshot)))
        }
        return unknown.isEmpty ? .success(targets) : .failure(.unknownDevices(unknown))
    }

    private static func found(
        _ id: UUID, in snapshot: Snapshot
    ) throws(StoreError) -> Device? {
        do throws(StoreError) {
            return try snapshot.device(id)
        } catch {
            guard error.isNotFound else { throw error }
            return nil
        }
    }

    /// Makes the run of an order, not stored yet.
    func makeRun(for order: RunOrder, at now: Moment) -> Run {
        let generated = "Конструктор действия " + Self.clock(now)
        return Run(
            id: store.newID(), project: order.project, job: order.job,
            name: order.name.isEmpty ? generated : order.name, initiator: order.initiator,
            user: order.user, priority: order.priority, context: order.context, created: now,
            occurrence: order.occurrence)
    }

    /// Makes a task of a run, not stored yet.
    func makeTask(_ id: UUID, run: Run, device: Device, items: [TaskItem]) -> RunTask {
        RunTask(
            id: id, run: run.id, project: run.project, device: device.id,
            serialNumber: device.serialNumber, deviceType: device.type,
            items: .array(items.map(\.json)))
    }

    /// Stores a run with its tasks.
    func create(_ run: Run, tasks: [RunTask]) async throws(DispatchError) -> Run {
        do throws(StoreError) {
            return try await store.write { (transaction) throws(StoreError) in
                try transaction.insert(run, tasks: tasks)
                return try transaction.run(run.id)
            }
        } catch {
            throw .store(error)
        }
    }

    /// Finds a run of a project.
    func run(_ id: UUID, project: UUID) async throws(DispatchError) -> Run {
        do throws(StoreError) {
            let run = try await store.read { (snapshot) throws(StoreError) in
                try snapshot.run(id)
            }
            guard run.project == project else { throw StoreError.notFound(.run) }
            return run
        } catch {
            if error.isNotFound { throw .unknownRun }
            throw .store(error)
        }
    }

    /// Notes that a session begins.
    ///
    /// - Returns: False when the store is closed.
    func begin(_ plan: AttemptPlan) async -> Bool {
        let line = JournalLine(
            at: .now(), level: .info,
            message: StoredMessage(
                id: "host.task.attempt",
                parameters: [
                    "number": JSONValue(plan.number), "channel": .string(plan.line.channel.name),
                    "protocol": .string(plan.line.profile.name),
                ]))
        return await persist("the start of a task") { (transaction) throws(StoreError) in
            if try transaction.task(plan.task).state == .pending {
                try transaction.startTask(plan.task, commline: plan.line.commline.id)
            }
            try transaction.insert([line], task: plan.task)
        }
    }

    /// Adds a line to a task's brief journal.
    func note(_ task: UUID, _ level: JournalLevel, _ message: StoredMessage) async {
        let line = JournalLine(at: .now(), level: level, message: message)
        _ = await persist("a journal line") { (transaction) throws(StoreError) in
            try transaction.insert([line], task: task)
        }
    }

    /// Puts a task back among those that wait, with a line that says why.
    func requeue(
        _ task: UUID, countsAttempt: Bool, _ level: JournalLevel, _ message: StoredMessage
    ) async {
        let line = JournalLine(at: .now(), level: level, message: message)
        _ = await persist("the pause of a task") { (transaction) throws(StoreError) in
            if try transaction.task(task).state == .running {
                try transaction.requeueTask(task, countsAttempt: countsAttempt)
            }
            try transaction.insert([line], task: task)
        }
    }

    /// Finds what an earlier life of the host left, and closes what nobody can know any more.
    ///
    /// A command that was sent and not confirmed is never repeated: it ends as indeterminate here.
    func takeOver() async throws(DispatchError) -> [(run: Run, tasks: [ActiveTask])] {
        do throws(StoreError) {
            return try await store.write { (transaction) throws(StoreError) in
                var parts = LineParts()
                var found: [(run: Run, tasks: [ActiveTask])] = []
                for interrupted in try transaction.interruptedRuns() {
                    var tasks: [ActiveTask] = []
                    for row in interrupted.tasks {
                        tasks.append(
                            try Self.takeOver(row, of: interrupted.run, &parts, transaction))
                    }
                    found.append((interrupted.run, tasks))
                }
                return found
            }
        } catch {
            throw .store(error)
        }
    }

    private static func takeOver(
        _ row: RunTask, of run: Run, _ parts: inout LineParts, _ transaction: Transaction
    ) throws(StoreError) -> ActiveTask {
        let device = try transaction.device(row.device)
        let lines = device.enabled ? try parts.lines(of: device.id, in: transaction) : []
        let items = (row.items.array ?? []).compactMap(TaskItem.init)
        var outcomes: [Int: ErrorCode] = [:]
        var sent: Set<Int> = []
        for outcome in try transaction.outcomes(ofTask: row.id) {
            if outcome.stage == .final {
                outcomes[outcome.item] = ErrorCode(rawValue: outcome.code) ?? .internalError
            } else {
                sent.insert(outcome.item)
            }
        }
        let unknown = sent.filter { outcomes[$0] == nil }.sorted()
        try transaction.insert(
            unknown.map {
                StoredItemOutcome(
                    item: $0, stage: .final, code: ErrorCode.indeterminate.rawValue,
                    at: transaction.now)
            }, task: row.id)
        for item in unknown { outcomes[item] = .indeterminate }
        if row.state == .running {
            try transaction.requeueTask(row.id, countsAttempt: false)
            try transaction.insert(
                [
                    JournalLine(
                        at: transaction.now, level: .warning,
                        message: StoredMessage(id: "host.task.interrupted"))
                ], task: row.id)
        }
        let retries = run.context["retries"]?.int ?? 0
        let delay = run.context["retryDelaySeconds"]?.int ?? 0
        return ActiveTask(
            id: row.id, run: run.id, device: device, lines: lines, priority: run.priority,
            items: items, outcomes: outcomes,
            attempts: Attempts(
                retries: retries, lineAttempts: lines.map(\.commline.attempts),
                delay: .seconds(delay)))
    }

    /// Writes the results of tasks in one transaction.
    func finish(_ endings: [(task: ActiveTask, end: TaskEnd)]) async {
        let rows = endings.map { (id: $0.task.id, end: $0.end) }
        _ = await persist("the results of \(rows.count) tasks") {
            (transaction) throws(StoreError) in
            for row in rows {
                let outcomes = row.end.leftovers.map {
                    ItemOutcome(
                        item: $0.item.number, stage: .final, code: $0.code.rawValue,
                        at: transaction.now)
                }
                try transaction.insert(outcomes, task: row.id)
                try transaction.insert([row.end.journalLine(at: transaction.now)], task: row.id)
                try transaction.finishTask(row.id, result: row.end.result, notes: row.end.notes)
            }
        }
    }

    /// Ends a run.
    func close(run: UUID, result: ExecutionResult) async {
        _ = await persist("the result of a run") { (transaction) throws(StoreError) in
            try transaction.finishRun(run, result: result)
        }
    }

    /// Writes until the store takes it.
    ///
    /// - Returns: False when the store is closed, or refuses for a reason that waiting cannot mend.
    private func persist(
        _ what: String, _ body: @escaping @Sendable (Transaction) throws(StoreError) -> Void
    ) async -> Bool {
        var pause = Duration.milliseconds(50)
        while true {
            do throws(StoreError) {
                try await store.write(body)
                return true
            } catch {
                guard error.isTransient else {
                    if error != .closed {
                        log.error("\(what) could not be stored", ["reason": "\(error)"])
                    }
                    return false
                }
                log.warning("\(what) could not be stored yet", ["reason": "\(error)"])
            }
            // The store is full or busy: it is asked again, less and less often.
            try? await Task.sleep(for: pause)
            pause = min(pause * 2, .seconds(5))
        }
    }

    private static func clock(_ now: Moment) -> String {
        let zone = TimeZones.host
        let local = CivilTime(
            millisecondsUTC: now.milliseconds,
            offsetMinutes: zone.offset(atUTC: now.milliseconds))
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return two(local.hour) + ":" + two(local.minute) + ":" + two(local.second)
    }
}

/// Collects lines with their channels and protocols, each of which is read once.
struct LineParts {
    private var channels: [UUID: Channel] = [:]
    private var profiles: [UUID: ProtocolProfile] = [:]

    /// Gives the enabled lines of a device, the highest priority first.
    mutating func lines(
        of device: UUID, in snapshot: Snapshot
    ) throws(StoreError) -> [LinePlan] {
        var plans: [LinePlan] = []
        for line in try snapshot.commlines(ofDevice: device) where line.enabled {
            plans.append(
                LinePlan(
                    commline: line, channel: try channel(line.channel, in: snapshot),
                    profile: try profile(line.profile, in: snapshot)))
        }
        return plans.sorted { $0.commline.priority > $1.commline.priority }
    }

    private mutating func channel(
        _ id: UUID, in snapshot: Snapshot
    ) throws(StoreError) -> Channel {
        if let known = channels[id] { return known }
        let channel = try snapshot.channel(id)
        channels[id] = channel
        return channel
    }

    private mutating func profile(
        _ id: UUID, in snapshot: Snapshot
    ) throws(StoreError) -> ProtocolProfile {
        if let known = profiles[id] { return known }
        let profile = try snapshot.protocolProfile(id)
        profiles[id] = profile
        return profile
    }
}
