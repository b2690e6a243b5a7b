import Values

// From what is due to who carries it out, each job by one hand at a time.

extension JobScheduler {
    /// Starts runs for jobs that are due, without waiting for what they have to wait for.
    func launch(_ due: [UUID]) {
        guard !due.isEmpty else { return }
        Task { await self.carryOut(due) }
    }

    /// Starts runs for jobs that are due, a few at a time.
    func carryOut(_ due: [UUID]) async {
        await withTaskGroup { group in
            for id in due where busy.insert(id).inserted {
                group.addTask { await self.carryOut(id) }
            }
        }
    }

    private func carryOut(_ id: UUID) async {
        await slots.enter()
        if let plan = plans[id], isRunning,
            case .begin(let occurrence) = plan.decide(
                at: alarm.now.milliseconds, hostWasDown: false)
        {
            await begin(occurrence, of: id)
        }
        await slots.leave()
        busy.remove(id)
        let isDue = await settle(id, hostWasDown: false)
        setAlarm()
        if isDue { await carryOut([id]) }
    }

    /// Notes that the run of an occurrence is on disk.
    func noteBegun(_ occurrence: Int64, of id: UUID) {
        plans[id]?.handled = occurrence
    }

    /// Frees the place of a start that waits for an older run's end.
    func whileWaiting<T: Sendable>(_ wait: () async -> T) async -> T {
        await slots.leave()
        let answer = await wait()
        await slots.enter()
        return answer
    }

    /// Keeps the schedule's hands off a job for as long as somebody starts it by hand.
    ///
    /// - Returns: Nil where a run of it is being started already.
    func alone<T: Sendable>(
        with id: UUID, _ body: () async throws(JobError) -> T
    ) async throws(JobError) -> T? {
        guard busy.insert(id).inserted else { return nil }
        defer {
            busy.remove(id)
            // What came due meanwhile was left alone.
            if plans[id] != nil { Task { await self.lookAgain(at: id) } }
        }
        return try await body()
    }

    private func lookAgain(at id: UUID) async {
        let isDue = await settle(id, hostWasDown: false)
        setAlarm()
        if isDue { launch([id]) }
    }
}
