import JSON
import Store
import Values

extension RunLedger {
    /// Devices that are read, and tasks that are written, in one go.
    static let portion = 1_000

    /// Finds what an order is aimed at: named devices first, then members of groups, each once.
    func members(of order: RunOrder) async throws(DispatchError) -> [UUID] {
        let found: Result<[UUID], DispatchError>
        do throws(StoreError) {
            found = try await store.read { (snapshot) throws(StoreError) in
                try Self.members(of: order, in: snapshot)
            }
        } catch {
            throw .store(error)
        }
        return try found.get()
    }

    private static func members(
        of order: RunOrder, in snapshot: Snapshot
    ) throws(StoreError) -> Result<[UUID], DispatchError> {
        var ids: [UUID] = []
        var seen: Set<UUID> = []
        var unknown: [UUID] = []
        for id in order.devices where seen.insert(id).inserted {
            guard try snapshot.project(ofDevice: id) == order.project else {
                unknown.append(id)
                continue
            }
            ids.append(id)
        }
        if !unknown.isEmpty { return .failure(.unknownDevices(unknown)) }
        for group in order.groups {
            do throws(StoreError) {
                guard try snapshot.group(group).project == order.project else {
                    unknown.append(group)
                    continue
                }
                for id in try snapshot.deviceIDs(inGroup: group) where seen.insert(id).inserted {
                    ids.append(id)
                }
            } catch {
                guard error.isNotFound else { throw error }
                unknown.append(group)
            }
        }
        return unknown.isEmpty ? .success(ids) : .failure(.unknownGroups(unknown))
    }

    /// Reads devices with their lines; those that are gone or disabled are left out.
    func targets(_ ids: [UUID], project: UUID) async throws(DispatchError) -> [DispatchTarget] {
        do throws(StoreError) {
            return try await store.read { (snapshot) throws(StoreError) in
                var parts = LineParts()
                var targets: [DispatchTarget] = []
                for id in ids {
                    guard let device = try snapshot.existingDevice(id), device.enabled,
                        device.project == project
                    else { continue }
                    targets.append(
                        DispatchTarget(
                            device: device, lines: try parts.lines(of: id, in: snapshot)))
                }
                return targets
            }
        } catch {
            throw .store(error)
        }
    }

    /// Makes the run of an order, not stored yet.
    ///
    /// - Parameters:
    ///   - order: What was ordered.
    ///   - now: When it was made.
    ///   - isWhole: Whether its first tasks are all that it gets; otherwise it is marked until
    ///     `complete`, so that a host that dies meanwhile forgets it.
    /// - Returns: The run.
    func makeRun(for order: RunOrder, at now: Moment, isWhole: Bool) -> Run {
        let generated = "Конструктор действия " + Self.clock(now)
        var context = order.context.object ?? [:]
        if !isWhole { context[Self.expanding] = true }
        return Run(
            id: store.newID(), project: order.project, job: order.job,
            name: order.name.isEmpty ? generated : order.name, initiator: order.initiator,
            user: order.user, priority: order.priority, context: .object(context), created: now,
            occurrence: order.occurrence)
    }

    /// The member of a run's context that says that its tasks are not all there yet.
    static let expanding = "expanding"

    /// Makes a task of a run, not stored yet.
    func makeTask(run: Run, device: Device, items: [TaskItem]) -> RunTask {
        RunTask(
            id: store.newID(), run: run.id, project: run.project, device: device.id,
            serialNumber: device.serialNumber, deviceType: device.type,
            items: .array(items.map(\.json)))
    }

    /// Stores a run with its first tasks.
    func create(_ run: Run, tasks: [RunTask]) async throws(DispatchError) {
        do throws(StoreError) {
            try await store.write { (transaction) throws(StoreError) in
                try transaction.insert(run, tasks: tasks)
                try Self.noteCommands(of: tasks, in: run, transaction)
            }
        } catch {
            throw .store(error)
        }
    }

    /// Stores further tasks of a run.
    func append(_ tasks: [RunTask], to run: Run) async throws(DispatchError) {
        do throws(StoreError) {
            try await store.write { (transaction) throws(StoreError) in
                try transaction.append(tasks, toRun: run.id)
                try Self.noteCommands(of: tasks, in: run, transaction)
            }
        } catch {
            throw .store(error)
        }
    }

    /// Enters the commands of tasks in the history.
    private static func noteCommands(
        of tasks: [RunTask], in run: Run, _ transaction: Transaction
    ) throws(StoreError) {
        for task in tasks {
            for command in CommandHistory.entries(of: task, in: run, makeID: transaction.newID) {
                try transaction.insert(command)
            }
        }
    }

    /// Notes that all tasks of a run are there.
    func complete(_ run: Run, order: RunOrder) async throws(DispatchError) {
        do throws(StoreError) {
            try await store.write { (transaction) throws(StoreError) in
                try transaction.setContext(ofRun: run.id, order.context)
            }
        } catch {
            throw .store(error)
        }
    }

    /// Forgets a run that was not completed.
    func withdraw(_ run: UUID) async {
        _ = await persist("the end of a run that never began") {
            (transaction) throws(StoreError) in try transaction.withdrawRun(run)
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
