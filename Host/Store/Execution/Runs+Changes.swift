import JSON
import Values

extension Transaction {
    /// Makes a run with its tasks: either all of it is there or nothing.
    ///
    /// An occurrence of a job's schedule is done with in the same transaction that makes its run, so
    /// that whatever happens to the host it is started once.
    ///
    /// - Throws: `.notFound` for a device that does not exist in the run's project, `.alreadyExists`
    ///   for an occurrence that has its run.
    package func insert(_ run: Run, tasks: [RunTask]) throws(StoreError) {
        let project = try key(.project, run.project)
        guard (0...999).contains(run.priority) else {
            throw .invalid(field: "priority", message: "0 to 999")
        }
        if let job = run.job, let occurrence = run.occurrence {
            guard try !hasRun(ofJob: job, occurrence: occurrence) else {
                throw .alreadyExists(.run, field: "occurrence")
            }
            try setHandled(ofJob: job, occurrence)
        }
        try database.run(
            """
            INSERT INTO run (uuid, project, job, name, initiator, user, priority, state, result,
                created, started, finished, revision, context, occurrence)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1, ?, ?)
            """, run.id, project, run.job, run.name, run.initiator, run.user, run.priority,
            run.state.rawValue, run.result?.rawValue, run.created, run.started, run.finished,
            run.context.text(), run.occurrence)
        let key = database.lastInsertedKey
        try insert(tasks, run: key, project: project)
        try record(.created, .run, run.id, project: run.project, data: data(of: run.id, key))
    }

    /// Notes that the first task of a run begins.
    ///
    /// - Throws: `.illegalTransition` when the run has begun or ended before.
    package func startRun(_ id: UUID) throws(StoreError) {
        let run = try movable(id, to: .running, from: [.pending])
        try database.run(
            "UPDATE run SET state = 'running', started = ?, revision = revision + 1 WHERE id = ?",
            now, run.key)
        try record(.updated, .run, id, project: run.project, data: data(of: id, run.key))
    }

    /// Ends a run.
    ///
    /// - Throws: `.illegalTransition` when it has ended before, or a task of it has not ended yet.
    package func finishRun(_ id: UUID, result: ExecutionResult) throws(StoreError) {
        let run = try movable(id, to: .done, from: [.pending, .running])
        let tally = try tally(key: run.key)
        guard tally.pending + tally.running == 0 else {
            throw .illegalTransition(.run, from: "having open tasks", to: "done")
        }
        try database.run(
            """
            UPDATE run SET state = 'done', result = ?, finished = ?, revision = revision + 1
            WHERE id = ?
            """, result.rawValue, now, run.key)
        try record(.updated, .run, id, project: run.project, data: data(of: id, run.key))
    }

    /// Changes the priority of a run that has not ended.
    package func setPriority(ofRun id: UUID, _ priority: Int) throws(StoreError) {
        guard (0...999).contains(priority) else {
            throw .invalid(field: "priority", message: "0 to 999")
        }
        let run = try movable(id, to: .running, from: [.pending, .running])
        try database.run(
            "UPDATE run SET priority = ?, revision = revision + 1 WHERE id = ?", priority, run.key)
        try record(.updated, .run, id, project: run.project)
    }

    /// Deletes a run that has ended, with its tasks and their journals.
    ///
    /// - Throws: `.inUse` while it has not ended.
    package func deleteRun(_ id: UUID) throws(StoreError) {
        let run = try self.run(id)
        guard run.state == .done else { throw .inUse(.run, by: .task) }
        let key = try key(.run, id)
        try database.run(
            "DELETE FROM trace_block WHERE task IN (SELECT uuid FROM task WHERE run = ?)", key)
        try deleteRow("run", key: key, entity: .run, usedBy: nil)
        try record(.deleted, .run, id, project: run.project)
    }

    /// What listeners want to know about a run: its state and statistics.
    func data(of id: UUID, _ key: Int64) throws(StoreError) -> JSONValue {
        let row = try database.first("SELECT state, result FROM run WHERE id = ?", key) {
            (row) throws(StoreError) in (row.text(), row.optionalText())
        }
        let tally = try tally(key: key)
        var results = JSONObject()
        for result in ExecutionResult.allCases where tally[result] > 0 {
            results[result.rawValue] = JSONValue(tally[result])
        }
        return [
            "state": .string(row?.0 ?? ""), "result": row?.1.map { .string($0) } ?? .null,
            "all": JSONValue(tally.all), "pending": JSONValue(tally.pending),
            "running": JSONValue(tally.running), "results": .object(results),
        ]
    }

    func stored(_ notes: [TaskNote]) -> String? {
        notes.isEmpty ? nil : JSONValue.array(notes.map(\.json)).text()
    }

    private func movable(
        _ id: UUID, to state: ExecutionState, from allowed: [ExecutionState]
    ) throws(StoreError) -> (key: Int64, project: UUID) {
        let run = try run(id)
        guard allowed.contains(run.state) else {
            throw .illegalTransition(.run, from: run.state.rawValue, to: state.rawValue)
        }
        return (try key(.run, id), run.project)
    }
}
