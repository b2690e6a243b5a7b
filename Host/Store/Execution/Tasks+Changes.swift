import JSON
import Values

extension Transaction {
    /// Notes that a session for a task begins; the first one also starts the run.
    ///
    /// - Parameters:
    ///   - id: The task.
    ///   - commline: The line that the session uses.
    ///   - items: The items as numbered for the driver; nil leaves them as they are.
    /// - Throws: `.illegalTransition` when the task is not pending.
    package func startTask(
        _ id: UUID, commline: UUID? = nil, items: JSONValue? = nil
    ) throws(StoreError) {
        let task = try movable(id, to: .running, from: [.pending])
        if task.runState == .pending { try startRun(task.run) }
        try database.run(
            """
            UPDATE task SET state = 'running', attempts = attempts + 1, started = coalesce(started, ?),
                commline = coalesce(?, commline), items = coalesce(?, items), revision = revision + 1
            WHERE uuid = ?
            """, now, commline, items?.stored, id)
        try recordTask(id)
    }

    /// Puts a running task back into the queue.
    ///
    /// - Parameters:
    ///   - id: The task.
    ///   - countsAttempt: False for what was not the device's fault: the attempt is given back.
    ///   - note: A phrase to add to the task's note.
    /// - Throws: `.illegalTransition` when the task is not running.
    package func requeueTask(
        _ id: UUID, countsAttempt: Bool, note: TaskNote? = nil
    ) throws(StoreError) {
        let task = try movable(id, to: .pending, from: [.running])
        let attempts = countsAttempt ? task.attempts : max(0, task.attempts - 1)
        try database.run(
            """
            UPDATE task SET state = 'pending', attempts = ?, notes = ?, revision = revision + 1
            WHERE uuid = ?
            """, attempts, stored(task.notes + (note.map { [$0] } ?? [])), id)
        try recordTask(id)
    }

    /// Notes how far a task is.
    package func setProgress(ofTask id: UUID, _ progress: TaskProgress) throws(StoreError) {
        let changed = try database.run(
            """
            UPDATE task SET progress_done = ?, progress_total = ?, revision = revision + 1
            WHERE uuid = ?
            """, progress.done, progress.total, id)
        guard changed > 0 else { throw .notFound(.task) }
        try recordTask(id)
    }

    /// Ends a task.
    ///
    /// - Parameters:
    ///   - id: The task.
    ///   - result: How it ended.
    ///   - notes: Phrases to add to the task's note.
    /// - Returns: The run's statistics with this task: the run can be ended when nothing is open.
    /// - Throws: `.illegalTransition` when the task has ended before.
    @discardableResult
    package func finishTask(
        _ id: UUID, result: ExecutionResult, notes: [TaskNote] = []
    ) throws(StoreError) -> RunTally {
        let task = try movable(id, to: .done, from: [.pending, .running])
        try database.run(
            """
            UPDATE task SET state = 'done', result = ?, finished = ?, notes = ?,
                revision = revision + 1
            WHERE uuid = ?
            """, result.rawValue, now, stored(task.notes + notes), id)
        try recordTask(id)
        let key = try key(.run, task.run)
        try record(
            .updated, .run, task.run, project: task.project, data: try data(of: task.run, key))
        return try tally(key: key)
    }

    /// Ends all tasks of a run that have not begun.
    ///
    /// - Returns: Those tasks.
    @discardableResult
    package func finishPendingTasks(
        ofRun run: UUID, result: ExecutionResult, notes: [TaskNote] = []
    ) throws(StoreError) -> [UUID] {
        let pending = try unfinishedTasks(ofRun: run).filter { $0.state == .pending }.map(\.id)
        for id in pending { try finishTask(id, result: result, notes: notes) }
        return pending
    }

    /// Writes outcomes of a task's items; one that is there already stays as it is.
    package func insert(_ outcomes: [ItemOutcome], task: UUID) throws(StoreError) {
        guard !outcomes.isEmpty else { return }
        let key = try key(.task, task)
        for outcome in outcomes {
            try database.run(
                "INSERT OR IGNORE INTO outcome VALUES (?, ?, ?, ?, ?, ?, ?)", key, outcome.item,
                outcome.stage.rawValue, Int(outcome.code), Int(outcome.detail),
                outcome.message?.json.stored, outcome.at)
        }
        try advanceCommands(ofTask: task, by: outcomes)
    }

    /// Adds lines to a task's brief journal.
    package func insert(_ lines: [JournalLine], task: UUID) throws(StoreError) {
        guard !lines.isEmpty else { return }
        let key = try key(.task, task)
        for line in lines {
            try database.run(
                "INSERT INTO journal_line (task, at, level, message) VALUES (?, ?, ?, ?)", key,
                line.at, line.level.rawValue, line.message.json.text())
        }
    }

    /// What a step of a task needs to know of it: not its items, which are long.
    private struct MovableTask {
        var state: ExecutionState
        var attempts: Int
        var notes: [TaskNote]
        var run: UUID
        var runState: ExecutionState
        var project: UUID
    }

    private func movable(
        _ id: UUID, to state: ExecutionState, from allowed: [ExecutionState]
    ) throws(StoreError) -> MovableTask {
        let found = try database.first(
            """
            SELECT t.state, t.attempts, t.notes, r.uuid, r.state, p.uuid
            FROM task t JOIN run r ON r.id = t.run JOIN project p ON p.id = t.project
            WHERE t.uuid = ?
            """, id
        ) { (row) throws(StoreError) in
            MovableTask(
                state: try row.symbol(), attempts: row.int(),
                notes: try row.list { (json) throws(StoreError) in try TaskNote(json: json) },
                run: try row.uuid(), runState: try row.symbol(), project: try row.uuid())
        }
        guard let task = found else { throw .notFound(.task) }
        guard allowed.contains(task.state) else {
            throw .illegalTransition(.task, from: task.state.rawValue, to: state.rawValue)
        }
        return task
    }

    /// Tells listeners where a task stands.
    private func recordTask(_ id: UUID) throws(StoreError) {
        let found = try database.first(
            """
            SELECT p.uuid, r.uuid, k.uuid, t.state, t.result, t.attempts, t.progress_done,
                t.progress_total
            FROM task t JOIN run r ON r.id = t.run JOIN project p ON p.id = t.project
                JOIN device_key k ON k.id = t.device
            WHERE t.uuid = ?
            """, id
        ) { (row) throws(StoreError) in
            let project = try row.uuid()
            let data: JSONValue = [
                "run": .string(try row.uuid().description),
                "device": .string(try row.uuid().description), "state": .string(row.text()),
                "result": row.optionalText().map { .string($0) } ?? .null,
                "attempts": JSONValue(row.int()), "done": JSONValue(row.int()),
                "total": JSONValue(row.int()),
            ]
            return (project: project, data: data)
        }
        guard let found else { throw .notFound(.task) }
        try record(.updated, .task, id, project: found.project, data: found.data)
    }
}
