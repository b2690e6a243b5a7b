import Values

extension Snapshot {
    /// Lists the runs of a job, by default the newest first; they are there also when the job is not.
    package func runs(
        ofJob job: UUID, in project: UUID, _ query: Query<RunField> = Query(descending: true)
    ) throws(StoreError) -> Page<Run> {
        let source = ListSource(
            columns: Self.runColumns, tables: Self.runTables,
            // The plus keeps the index of the whole project's runs out of it.
            scope: "r.job = ? AND +r.project = ?",
            arguments: [job, try key(.project, project)], key: "r.id")
        return try runs(query, from: source)
    }

    /// Lists the runs of a project that have no job behind them, by default the newest first.
    package func oneOffRuns(
        in project: UUID, _ query: Query<RunField> = Query(descending: true)
    ) throws(StoreError) -> Page<Run> {
        let source = ListSource(
            columns: Self.runColumns, tables: Self.runTables,
            scope: "r.project = ? AND r.job IS NULL", arguments: [try key(.project, project)],
            key: "r.id")
        return try runs(query, from: source)
    }

    /// Reads the newest run of a job.
    package func latestRun(ofJob job: UUID) throws(StoreError) -> Run? {
        let found = try database.first(
            """
            SELECT \(Self.runColumns) FROM \(Self.runTables)
            WHERE r.job = ? ORDER BY r.id DESC LIMIT 1
            """, job, as: Self.run)
        return try found.map { (key, run) throws(StoreError) in try complete(run, key: key) }
    }

    /// Lists the runs of a job that have not ended, the oldest first.
    package func openRuns(ofJob job: UUID) throws(StoreError) -> [UUID] {
        try database.rows(
            "SELECT uuid FROM run WHERE job = ? AND job IS NOT NULL AND state <> 'done' ORDER BY id",
            job
        ) { (row) throws(StoreError) in try row.uuid() }
    }

    /// Whether an occurrence of a job's schedule has been started.
    package func hasRun(ofJob job: UUID, occurrence: Moment) throws(StoreError) -> Bool {
        try database.integer(
            "SELECT 1 FROM run WHERE job = ? AND occurrence = ? AND occurrence IS NOT NULL", job,
            occurrence) != nil
    }

    private func runs(
        _ query: Query<RunField>, from source: ListSource
    ) throws(StoreError) -> Page<Run> {
        let page = try page(query, from: source, column: \.column, as: Self.run)
        var runs: [Run] = []
        for (key, run) in page.items { runs.append(try complete(run, key: key)) }
        return Page(items: runs, next: page.next, total: page.total)
    }
}

extension Snapshot {
    /// Lists all runs that have not ended.
    package func openRuns() throws(StoreError) -> [UUID] {
        try database.rows("SELECT uuid FROM run WHERE state <> 'done' ORDER BY id") {
            (row) throws(StoreError) in try row.uuid()
        }
    }
}
