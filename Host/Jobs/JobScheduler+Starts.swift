import Dispatching
import Scheduling
import Store
import Values

extension JobScheduler {
    /// Starts the run of an occurrence, in the place of the job's run that may still be going.
    func begin(_ occurrence: Int64, of id: UUID) async {
        do throws(StoreError) {
            let open = try await store.read { (snapshot) throws(StoreError) in
                (project: try snapshot.job(id).project, runs: try snapshot.openRuns(ofJob: id))
            }
            guard open.runs.isEmpty else {
                guard await cancel(open.runs, in: open.project) else {
                    return rest(id, after: DispatchError.stopping)
                }
                // A newer occurrence may have come, or the window have closed.
                let plan = plans[id]
                let now = alarm.now.milliseconds
                guard case .begin(let newest) = plan?.decide(at: now, hostWasDown: false) else {
                    return
                }
                return try await make(newest, of: id)
            }
            try await make(occurrence, of: id)
        } catch {
            if case .notFound = error { return drop(id) }
            rest(id, after: error)
        }
    }

    /// Cancels runs in the schedule's name and waits for their ends.
    ///
    /// - Returns: False where the host is going down.
    private func cancel(_ open: [UUID], in project: UUID) async -> Bool {
        for run in open {
            do throws(DispatchError) {
                try await runs.cancel(run: run, project: project, as: .cancelledBySchedule)
            } catch .stopping {
                return false
            } catch {
                // It has ended meanwhile, or its end is all that is left to wait for.
                continue
            }
        }
        let (ends, patience) = (ends, patience)
        let hasEnded = await whileWaiting {
            await withTaskGroup(of: Bool.self) { group in
                group.addTask {
                    await ends.wait(for: open)
                    return true
                }
                group.addTask {
                    // Ends early when the other one was faster.
                    try? await Task.sleep(for: patience)
                    return false
                }
                let first = await group.next() ?? true
                group.cancelAll()
                return first
            }
        }
        if !hasEnded {
            log.warning(
                "a run that was cancelled by its schedule has not ended; the next one begins beside it",
                ["runs": open.map(\.description).joined(separator: ", ")])
        }
        return true
    }

    /// Makes the run of an occurrence.
    private func make(_ occurrence: Int64, of id: UUID) async throws(StoreError) {
        // Devices and groups may be deleted between reading the job and starting its run.
        for _ in 0..<3 {
            let job = try await store.read { (snapshot) throws(StoreError) in try snapshot.job(id) }
            guard job.switching.isOn else { return drop(id) }
            if let handled = job.handled?.milliseconds, handled >= occurrence {
                // The schedule was changed or switched on anew meanwhile, and counts from then.
                return noteBegun(handled, of: id)
            }
            var order = job.order
            order.occurrence = Moment(milliseconds: occurrence)
            order.initiator = RunOrder.schedule
            order.notAfter = plans[id]?.schedule.closing(of: occurrence).map {
                Moment(milliseconds: $0)
            }
            do throws(DispatchError) {
                let run = try await start(order)
                noteBegun(occurrence, of: id)
                log.info(
                    "a job was started by its schedule",
                    ["job": job.name, "run": run.id.description])
                return
            } catch .unknownDevices, .unknownGroups {
                continue
            } catch .store(.alreadyExists) {
                // The occurrence has its run: the clock was set back and has come here again.
                _ = await pass(over: occurrence, of: id)
                return
            } catch .store(let error) {
                throw error
            } catch .stopping {
                return rest(id, after: DispatchError.stopping)
            } catch {
                log.error(
                    "a job cannot be started; it waits for its next time",
                    ["job": job.name, "reason": "\(error)"])
                _ = await pass(over: occurrence, of: id)
                return
            }
        }
        rest(id, after: JobError.dispatch(.unknownDevices([])))
    }

    /// Starts a run; where no target is left it ends at once, as one with nothing to do.
    func start(_ order: RunOrder) async throws(DispatchError) -> Run {
        guard order.devices.isEmpty, order.groups.isEmpty else {
            return try await runs.start(order)
        }
        let now = alarm.now
        let run = Run(
            id: store.newID(), project: order.project, job: order.job, name: order.name,
            initiator: order.initiator, user: order.user, priority: order.priority,
            context: order.context, state: .done, result: .nothingToDo, created: now, started: now,
            finished: now, occurrence: order.occurrence)
        do throws(StoreError) {
            return try await store.write { (transaction) throws(StoreError) in
                try transaction.insert(run, tasks: [])
                return try transaction.run(run.id)
            }
        } catch {
            throw .store(error)
        }
    }
}

extension RunOrder {
    /// The initiator of runs that a schedule starts.
    package static let schedule = "schedule"
}

extension Job {
    /// The order for a run of the job, as it stands now.
    var order: RunOrder {
        var order = RunOrder(
            project: project, name: name, devices: targets.devices, groups: targets.groups,
            contents: (contents.array ?? []).compactMap { ContentLine($0) }, priority: priority,
            retries: retries, retryDelay: .seconds(retryDelaySeconds))
        order.job = id
        order.isEndless = isEndless
        return order
    }
}
