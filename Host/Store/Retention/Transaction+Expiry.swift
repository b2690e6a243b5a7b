import Values

/// What one small step of a clean-up did.
struct ExpiryStep: Hashable, Sendable {
    /// Rows that were deleted.
    var deleted = 0
    /// Where the next step begins; nil when there is none.
    var next: Int64?
}

/// Steps of the daily clean-up: each looks at some rows in the order of their making, so that no writer
/// waits long. That order is about the order of receipt, and the first step without an old row is the last.
extension Transaction {
    /// Rows that one step looks at.
    static let expiryRows = 500
    /// Tasks that one step deletes, with their outcomes and journals.
    static let expiryTasks = 50

    /// Deletes events that were received before an instant.
    func expireEvents(
        before limit: Int64, after place: Int64
    ) throws(StoreError) -> ExpiryStep {
        try expire("event", "received", before: limit, after: place)
    }

    /// Deletes commands that have ended and were given before an instant.
    func expireCommands(
        before limit: Int64, after place: Int64
    ) throws(StoreError) -> ExpiryStep {
        try expire("command", "created", before: limit, after: place, only: "AND state = 'done'")
    }

    /// Deletes lines of brief journals that were written before an instant.
    func expireJournals(
        before limit: Int64, after place: Int64
    ) throws(StoreError) -> ExpiryStep {
        try expire("journal_line", "at", before: limit, after: place)
    }

    private func expire(
        _ table: String, _ column: String, before limit: Int64, after place: Int64,
        only filter: String = ""
    ) throws(StoreError) -> ExpiryStep {
        let found = try database.first(
            """
            SELECT coalesce(max(id), 0), coalesce(sum(old), 0) FROM
                (SELECT id, \(column) < ?2 AS old FROM \(table) WHERE id > ?1 ORDER BY id LIMIT ?3)
            """, place, limit, Self.expiryRows
        ) { (row) throws(StoreError) in (last: row.integer(), old: row.int()) }
        guard let found, found.old > 0 else { return ExpiryStep() }
        let deleted = try database.run(
            "DELETE FROM \(table) WHERE id > ? AND id <= ? AND \(column) < ? \(filter)", place,
            found.last, limit)
        return ExpiryStep(deleted: deleted, next: found.last)
    }

    /// Deletes rows of states that were confirmed last before their archive's limit and that another row
    /// has followed: the newest row of a state always stays.
    ///
    /// - Parameters:
    ///   - limits: The instant for each archive; an archive that is not named is kept.
    ///   - place: Where the step begins.
    /// - Returns: What it did.
    /// - Throws: A failure of the database.
    func expireStates(
        before limits: [String: Int64], after place: Int64
    ) throws(StoreError) -> ExpiryStep {
        let newest = limits.values.max() ?? .min
        let rows = try database.rows(
            """
            SELECT s.id, s.archive, s.received, s.confirmed, EXISTS (SELECT 1 FROM state n
                    WHERE n.device = s.device AND n.archive = s.archive AND n.type = s.type
                        AND n.child = s.child AND (n.time, n.id) > (s.time, s.id))
            FROM state s WHERE s.id > ? ORDER BY s.id LIMIT ?
            """, place, Self.expiryRows
        ) { (row) throws(StoreError) in
            (
                id: row.integer(), archive: row.text(), received: row.integer(),
                confirmed: row.integer(), isFollowed: row.bool()
            )
        }
        guard let last = rows.last?.id, rows.contains(where: { $0.received < newest }) else {
            return ExpiryStep()
        }
        var step = ExpiryStep(next: last)
        for row in rows where row.isFollowed {
            guard let limit = limits[row.archive], row.confirmed < limit else { continue }
            step.deleted += try database.run("DELETE FROM state WHERE id = ?", row.id)
        }
        return step
    }

    /// Deletes a run that ended before an instant: some of its tasks in a step, and at last itself.
    func expireRuns(before limit: Int64, after place: Int64) throws(StoreError) -> ExpiryStep {
        let rows = try database.rows(
            """
            SELECT r.id, r.uuid, p.uuid, coalesce(r.finished, r.created), r.state
            FROM run r JOIN project p ON p.id = r.project
            WHERE r.id > ? ORDER BY r.id LIMIT ?
            """, place, Self.expiryRows
        ) { (row) throws(StoreError) in
            (
                key: row.integer(), id: try row.uuid(), project: try row.uuid(),
                ended: row.integer(), state: row.text()
            )
        }
        guard rows.contains(where: { $0.ended < limit }), let last = rows.last else {
            return ExpiryStep()
        }
        guard let run = rows.first(where: { $0.state == "done" && $0.ended < limit }) else {
            return ExpiryStep(next: last.key)
        }
        let some = "FROM task WHERE run = ? ORDER BY id LIMIT \(Self.expiryTasks)"
        try database.run("DELETE FROM trace_block WHERE task IN (SELECT uuid \(some))", run.key)
        let tasks = try database.run("DELETE FROM task WHERE id IN (SELECT id \(some))", run.key)
        // The same run again, until no task is left.
        if tasks > 0 { return ExpiryStep(next: run.key - 1) }
        try deleteRow("run", key: run.key, entity: .run, usedBy: nil)
        try record(.deleted, .run, run.id, project: run.project)
        return ExpiryStep(deleted: 1, next: run.key)
    }
}
