import JSON
import Values

/// The fields that lists of jobs can be filtered and sorted by.
package enum JobField: String, QueryField {
    case name, priority, isOn, created

    package var isSortable: Bool { self == .name }

    var column: ListColumn {
        switch self {
        case .name: ListColumn("b.name", .text)
        case .priority: ListColumn("b.priority", .integer)
        case .isOn: ListColumn("b.is_enabled", .flag)
        case .created: ListColumn("b.created", .moment)
        }
    }
}

extension Snapshot {
    private static let jobColumns = """
        b.uuid, p.uuid, b.name, b.contents, b.priority, b.retries, b.retry_delay, b.is_endless, \
        b.schedule, b.missed, b.is_enabled, b.switched_on, b.switched_off, b.switched_by, b.user, \
        b.handled, b.created, b.revision, \
        (SELECT count(*) FROM job_device d WHERE d.job = b.id), \
        (SELECT count(*) FROM job_group g WHERE g.job = b.id)
        """
    private static let jobTables = "job b JOIN project p ON p.id = b.project"

    /// Lists jobs of a project, their targets counted and not named.
    package func jobs(
        in project: UUID, _ query: Query<JobField> = Query()
    ) throws(StoreError) -> Page<Job> {
        let source = ListSource(
            columns: Self.jobColumns, tables: Self.jobTables, scope: "b.project = ?",
            arguments: [try key(.project, project)], key: "b.id")
        return try page(query, from: source, column: \.column, as: Self.job)
    }

    /// Reads one job with its targets.
    ///
    /// - Throws: `.notFound`.
    package func job(_ id: UUID) throws(StoreError) -> Job {
        let found = try database.first(
            "SELECT \(Self.jobColumns) FROM \(Self.jobTables) WHERE b.uuid = ?", id, as: Self.job)
        guard var job = found else { throw .notFound(.job) }
        let key = try key(.job, id)
        job.targets.devices = try database.rows(
            """
            SELECT k.uuid FROM job_device j JOIN device_key k ON k.id = j.device
            WHERE j.job = ? ORDER BY j.place
            """, key
        ) { (row) throws(StoreError) in try row.uuid() }
        job.targets.groups = try database.rows(
            """
            SELECT g.uuid FROM job_group j JOIN device_group g ON g.id = j.device_group
            WHERE j.job = ? ORDER BY j.place
            """, key
        ) { (row) throws(StoreError) in try row.uuid() }
        return job
    }

    /// Lists what the scheduler has to know: the jobs of all projects whose schedules are on.
    package func scheduledJobs() throws(StoreError) -> [ScheduledJob] {
        try database.rows(
            """
            SELECT b.uuid, p.uuid, b.schedule, b.missed, b.handled
            FROM job b JOIN project p ON p.id = b.project
            WHERE b.is_enabled AND b.schedule IS NOT NULL ORDER BY b.id
            """, as: Self.scheduledJob)
    }

    /// Reads what the scheduler has to know of one job.
    ///
    /// - Returns: Nil where there is no such job, or its schedule is off.
    package func scheduledJob(_ id: UUID) throws(StoreError) -> ScheduledJob? {
        try database.first(
            """
            SELECT b.uuid, p.uuid, b.schedule, b.missed, b.handled
            FROM job b JOIN project p ON p.id = b.project
            WHERE b.uuid = ? AND b.is_enabled AND b.schedule IS NOT NULL
            """, id, as: Self.scheduledJob)
    }

    /// Finds the devices and groups that are not in a project.
    ///
    /// - Returns: Their places in the lists.
    package func missingTargets(
        _ targets: JobTargets, in project: UUID
    ) throws(StoreError) -> (devices: [Int], groups: [Int]) {
        let key = try key(.project, project)
        var missing: (devices: [Int], groups: [Int]) = ([], [])
        for (place, id) in targets.devices.enumerated() {
            let found = try database.integer(
                """
                SELECT 1 FROM device_key k JOIN device d ON d.id = k.id
                WHERE k.uuid = ? AND d.project = ?
                """, id, key)
            if found == nil { missing.devices.append(place) }
        }
        for (place, id) in targets.groups.enumerated() {
            let found = try database.integer(
                "SELECT 1 FROM device_group WHERE uuid = ? AND project = ?", id, key)
            if found == nil { missing.groups.append(place) }
        }
        return missing
    }

    /// Lists when a job's schedule was switched, the newest first.
    package func switches(
        ofJob job: UUID, limit: Int = 1_000
    ) throws(StoreError) -> [JobSwitch] {
        try database.rows(
            "SELECT at, user, is_on FROM job_switch WHERE job = ? ORDER BY id DESC LIMIT ?",
            try key(.job, job), limit
        ) { (row) throws(StoreError) in
            JobSwitch(at: row.moment(), user: try row.optionalUUID(), isOn: row.bool())
        }
    }

    private static func scheduledJob(_ row: inout Row) throws(StoreError) -> ScheduledJob {
        ScheduledJob(
            id: try row.uuid(), project: try row.uuid(), schedule: try row.json(),
            missed: try row.symbol(), handled: row.moment())
    }

    private static func job(_ row: inout Row) throws(StoreError) -> Job {
        var job = Job(
            id: try row.uuid(), project: try row.uuid(), name: row.text(),
            contents: try row.json(), priority: row.int(), retries: row.int(),
            retryDelaySeconds: row.int(), isEndless: row.bool(), schedule: try row.json(),
            missed: try row.symbol(),
            switching: JobSwitching(
                isOn: row.bool(), lastOn: row.optionalMoment(), lastOff: row.optionalMoment(),
                by: try row.optionalUUID()),
            user: try row.optionalUUID(), handled: row.optionalMoment(), created: row.moment(),
            revision: row.integer())
        job.targets.deviceCount = row.int()
        job.targets.groupCount = row.int()
        return job
    }
}
