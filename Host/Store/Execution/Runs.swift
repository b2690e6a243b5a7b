import Values

/// The fields that lists of runs can be filtered and sorted by.
package enum RunField: String, QueryField {
    case name, state, result, initiator, user, job, priority, created, started, finished

    package var isSortable: Bool { self == .name || self == .state }

    var column: ListColumn {
        switch self {
        case .name: ListColumn("r.name", .text)
        case .state: ListColumn("r.state", .text)
        case .result: ListColumn("r.result", .text)
        case .initiator: ListColumn("r.initiator", .text)
        case .user: ListColumn("r.user", .id)
        case .job: ListColumn("r.job", .id)
        case .priority: ListColumn("r.priority", .integer)
        case .created: ListColumn("r.created", .moment)
        case .started: ListColumn("r.started", .moment)
        case .finished: ListColumn("r.finished", .moment)
        }
    }
}

extension Snapshot {
    static let runColumns = """
        r.id, r.uuid, p.uuid, r.job, r.name, r.initiator, r.user, r.priority, r.context, r.state, \
        r.result, r.created, r.started, r.finished, r.revision, r.occurrence
        """
    static let runTables = "run r JOIN project p ON p.id = r.project"

    /// Lists runs of a project, by default the newest first.
    package func runs(
        in project: UUID, _ query: Query<RunField> = Query(descending: true)
    ) throws(StoreError) -> Page<Run> {
        let source = ListSource(
            columns: Self.runColumns, tables: Self.runTables, scope: "r.project = ?",
            arguments: [try key(.project, project)], key: "r.id")
        let page = try page(query, from: source, column: \.column, as: Self.run)
        var runs: [Run] = []
        for (key, run) in page.items { runs.append(try complete(run, key: key)) }
        return Page(items: runs, next: page.next, total: page.total)
    }

    /// Reads one run.
    ///
    /// - Throws: `.notFound`.
    package func run(_ id: UUID) throws(StoreError) -> Run {
        let found = try database.first(
            "SELECT \(Self.runColumns) FROM \(Self.runTables) WHERE r.uuid = ?", id, as: Self.run)
        guard let found else { throw .notFound(.run) }
        return try complete(found.run, key: found.key)
    }

    /// Counts a run's tasks by state and result.
    package func tally(ofRun id: UUID) throws(StoreError) -> RunTally {
        try tally(key: try key(.run, id))
    }

    /// Lists the runs that have not ended, the oldest first.
    package func unfinishedRuns() throws(StoreError) -> [Run] {
        let found = try database.rows(
            """
            SELECT \(Self.runColumns) FROM \(Self.runTables)
            WHERE r.state <> 'done' ORDER BY r.id
            """, as: Self.run)
        var runs: [Run] = []
        for (key, run) in found { runs.append(try complete(run, key: key)) }
        return runs
    }

    func tally(key: Int64) throws(StoreError) -> RunTally {
        let rows = try database.rows("SELECT bucket, count FROM run_tally WHERE run = ?", key) {
            (row) throws(StoreError) in (row.text(), row.int())
        }
        var tally = RunTally()
        for (bucket, count) in rows where count > 0 {
            if let result = ExecutionResult(rawValue: bucket) {
                tally.results[result] = count
            } else if bucket == ExecutionState.pending.rawValue {
                tally.pending = count
            } else {
                tally.running = count
            }
        }
        return tally
    }

    /// Adds the statistics of a run.
    func complete(_ run: Run, key: Int64) throws(StoreError) -> Run {
        var run = run
        run.tally = try tally(key: key)
        return run
    }

    static func run(_ row: inout Row) throws(StoreError) -> (key: Int64, run: Run) {
        (
            row.integer(),
            Run(
                id: try row.uuid(), project: try row.uuid(), job: try row.optionalUUID(),
                name: row.text(), initiator: row.text(), user: try row.optionalUUID(),
                priority: row.int(), context: try row.json(), state: try row.symbol(),
                result: try row.optionalSymbol(), created: row.moment(),
                started: row.optionalMoment(), finished: row.optionalMoment(),
                revision: row.integer(), occurrence: row.optionalMoment())
        )
    }
}
