import Values

/// The fields that lists of tasks can be filtered and sorted by.
package enum TaskField: String, QueryField {
    case device, serialNumber, deviceType, state, result, attempts, started, finished

    package var isSortable: Bool { self == .serialNumber || self == .state }

    var column: ListColumn {
        switch self {
        case .device: ListColumn("t.device", .reference(.device))
        case .serialNumber: ListColumn("t.serial", .text)
        case .deviceType: ListColumn("t.type", .text)
        case .state: ListColumn("t.state", .text)
        case .result: ListColumn("t.result", .text)
        case .attempts: ListColumn("t.attempts", .integer)
        case .started: ListColumn("t.started", .moment)
        case .finished: ListColumn("t.finished", .moment)
        }
    }
}

extension Snapshot {
    private static let taskColumns = """
        t.uuid, r.uuid, p.uuid, k.uuid, t.serial, t.type, t.state, t.result, t.attempts, \
        t.progress_done, t.progress_total, t.started, t.finished, t.notes, t.items, t.commline, \
        t.revision
        """
    private static let taskTables = """
        task t JOIN run r ON r.id = t.run JOIN project p ON p.id = t.project
            JOIN device_key k ON k.id = t.device
        """

    /// Lists tasks of a run.
    package func tasks(
        ofRun run: UUID, _ query: Query<TaskField> = Query()
    ) throws(StoreError) -> Page<RunTask> {
        let source = ListSource(
            columns: Self.taskColumns, tables: Self.taskTables, scope: "t.run = ?",
            arguments: [try key(.run, run)], key: "t.id")
        return try page(query, from: source, column: \.column, as: Self.task)
    }

    /// Lists the tasks of a device, by default the newest first.
    package func tasks(
        ofDevice device: UUID, _ query: Query<TaskField> = Query(descending: true)
    ) throws(StoreError) -> Page<RunTask> {
        let source = ListSource(
            columns: Self.taskColumns, tables: Self.taskTables, scope: "t.device = ?",
            arguments: [try key(.device, device)], key: "t.id")
        return try page(query, from: source, column: \.column, as: Self.task)
    }

    /// Reads one task.
    ///
    /// - Throws: `.notFound`.
    package func task(_ id: UUID) throws(StoreError) -> RunTask {
        let found = try database.first(
            "SELECT \(Self.taskColumns) FROM \(Self.taskTables) WHERE t.uuid = ?", id,
            as: Self.task)
        guard let found else { throw .notFound(.task) }
        return found
    }

    /// Lists the tasks of a run that have not ended, in the order of their making.
    package func unfinishedTasks(ofRun run: UUID) throws(StoreError) -> [RunTask] {
        try database.rows(
            """
            SELECT \(Self.taskColumns) FROM \(Self.taskTables)
            WHERE t.run = ? AND t.state <> 'done' ORDER BY t.id
            """, try key(.run, run), as: Self.task)
    }

    /// Lists the outcomes of a task's items, by item and stage.
    package func outcomes(ofTask task: UUID) throws(StoreError) -> [ItemOutcome] {
        try database.rows(
            """
            SELECT item, stage, code, detail, message, at FROM outcome
            WHERE task = ? ORDER BY item, stage
            """, try key(.task, task)
        ) { (row) throws(StoreError) in
            let item = row.int()
            guard let stage = OutcomeStage(rawValue: row.int()) else {
                throw .malformed("the stage of an outcome")
            }
            return ItemOutcome(
                item: item, stage: stage, code: Int32(truncatingIfNeeded: row.integer()),
                detail: Int32(truncatingIfNeeded: row.integer()),
                message: try row.optionalMessage(), at: row.moment())
        }
    }

    /// Reads a page of a task's brief journal, the oldest line first.
    package func journal(
        ofTask task: UUID, limit: Int = 1_000, cursor: Cursor? = nil
    ) throws(StoreError) -> Page<JournalLine> {
        let source = ListSource(
            columns: "j.at, j.level, j.message", tables: "journal_line j", scope: "j.task = ?",
            arguments: [try key(.task, task)], key: "j.id")
        let query = Query<JournalField>(
            [Condition(.task, .equal, .id(task))], limit: limit, cursor: cursor)
        return try page(query, from: source, column: \.column) { (row) throws(StoreError) in
            let at = row.moment()
            let level = JournalLevel(rawValue: row.int()) ?? .info
            return JournalLine(
                at: at, level: level, message: try StoredMessage(json: try row.json()))
        }
    }

    private static func task(_ row: inout Row) throws(StoreError) -> RunTask {
        RunTask(
            id: try row.uuid(), run: try row.uuid(), project: try row.uuid(),
            device: try row.uuid(), serialNumber: row.text(), deviceType: row.text(),
            state: try row.symbol(), result: try row.optionalSymbol(), attempts: row.int(),
            progress: TaskProgress(done: row.int(), total: row.int()),
            started: row.optionalMoment(), finished: row.optionalMoment(),
            notes: try row.list { (json) throws(StoreError) in try TaskNote(json: json) },
            items: try row.json(), commline: try row.optionalUUID(), revision: row.integer())
    }
}

/// The one condition of a journal's pages: it binds a cursor to its task.
private enum JournalField: String, QueryField {
    case task

    var isSortable: Bool { false }
    var column: ListColumn { ListColumn("j.task", .reference(.task)) }
}
