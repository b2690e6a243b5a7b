import JSON
import Values

/// A task that has not ended, with no more than what the queue wants to know.
package struct OpenTask: Hashable, Sendable {
    package var id: UUID
    package var device: UUID
    package var state: ExecutionState
}

extension Snapshot {
    /// Lists tasks of a run that have not ended, in the order of their making.
    ///
    /// - Parameters:
    ///   - run: The run.
    ///   - task: The last task of the page before; nil for the first page.
    ///   - limit: How many at most.
    /// - Returns: The tasks; none when there are no more.
    /// - Throws: `.notFound` for an unknown run.
    package func openTasks(
        ofRun run: UUID, after task: UUID?, limit: Int
    ) throws(StoreError) -> [OpenTask] {
        let start = try task.map { (task) throws(StoreError) in try key(.task, task) } ?? 0
        return try database.rows(
            """
            SELECT t.uuid, k.uuid, t.state FROM task t JOIN device_key k ON k.id = t.device
            WHERE t.run = ? AND t.state <> 'done' AND t.id > ? ORDER BY t.id LIMIT ?
            """, try key(.run, run), start, limit
        ) { (row) throws(StoreError) in
            OpenTask(id: try row.uuid(), device: try row.uuid(), state: try row.symbol())
        }
    }
}

extension Snapshot {
    /// Reads the state of a task.
    ///
    /// - Throws: `.notFound`.
    package func taskState(_ id: UUID) throws(StoreError) -> ExecutionState {
        let found = try database.first("SELECT state FROM task WHERE uuid = ?", id) {
            (row) throws(StoreError) in try row.symbol() as ExecutionState
        }
        guard let found else { throw .notFound(.task) }
        return found
    }

    /// Reads which project a device belongs to; nil where there is no such device.
    package func project(ofDevice id: UUID) throws(StoreError) -> UUID? {
        try database.first(
            """
            SELECT p.uuid FROM device_key k JOIN device d ON d.id = k.id
                JOIN project p ON p.id = d.project
            WHERE k.uuid = ?
            """, id
        ) { (row) throws(StoreError) in try row.uuid() }
    }
}

extension Transaction {
    /// Adds tasks to a run that is still being expanded.
    ///
    /// - Throws: `.notFound` for a device that does not exist in the run's project.
    package func append(_ tasks: [RunTask], toRun id: UUID) throws(StoreError) {
        let run = try run(id)
        let key = try key(.run, id)
        try insert(tasks, run: key, project: try self.key(.project, run.project))
        try record(.updated, .run, id, project: run.project, data: data(of: id, key))
    }

    /// Changes the frozen context of a run; the caller answers for what that means.
    package func setContext(ofRun id: UUID, _ context: JSONValue) throws(StoreError) {
        let key = try key(.run, id)
        try database.run(
            "UPDATE run SET context = ?, revision = revision + 1 WHERE id = ?", context.text(), key)
    }

    /// Deletes a run of which nothing was carried out, as if it had never been.
    ///
    /// The occurrence that it stood for is due again.
    package func withdrawRun(_ id: UUID) throws(StoreError) {
        let run = try run(id)
        try deleteRow("run", key: try key(.run, id), entity: .run, usedBy: nil)
        if let job = run.job, let occurrence = run.occurrence {
            try database.run(
                "UPDATE job SET handled = handled - 1 WHERE uuid = ? AND handled = ?", job,
                occurrence)
        }
        try record(.deleted, .run, id, project: run.project)
    }

    func insert(_ tasks: [RunTask], run key: Int64, project: Int64) throws(StoreError) {
        for task in tasks {
            try database.run(
                """
                INSERT INTO task (uuid, run, project, device, serial, type, state, result, attempts,
                    progress_done, progress_total, started, finished, notes, items, commline,
                    revision)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1)
                """, task.id, key, project, try deviceKey(task.device, in: project),
                task.serialNumber, task.deviceType, task.state.rawValue, task.result?.rawValue,
                task.attempts, task.progress.done, task.progress.total, task.started,
                task.finished, stored(task.notes), task.items.stored, task.commline)
        }
    }
}
