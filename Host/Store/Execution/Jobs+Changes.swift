import JSON
import Values

extension Transaction {
    /// Makes a job, its schedule off.
    ///
    /// - Throws: `.alreadyExists` when the identifier or the name is taken, `.notFound` for a device or
    ///   group that is not in the project.
    package func insert(_ job: Job) throws(StoreError) {
        try check(job)
        let project = try key(.project, job.project)
        try database.run(
            """
            INSERT INTO job (uuid, project, name, contents, priority, retries, retry_delay,
                is_endless, schedule, missed, is_enabled, user, created, revision)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, ?, ?, 1)
            """, job.id, project, job.name, job.contents.text(), job.priority, job.retries,
            job.retryDelaySeconds, job.isEndless, job.schedule.stored, job.missed.rawValue,
            job.user, job.created)
        let key = database.lastInsertedKey
        try add(devices: job.targets.devices, toJob: key, in: project)
        try add(groups: job.targets.groups, toJob: key, in: project)
        try record(.created, .job, job.id, project: job.project)
    }

    /// Changes a job; whether its schedule is on is changed by `switchJob` alone.
    ///
    /// A schedule that has changed counts from now: what it would have started before is not missed.
    ///
    /// - Returns: The new revision.
    @discardableResult
    package func update(_ job: Job, expecting revision: Int64? = nil) throws(StoreError) -> Int64 {
        try check(job)
        let key = try editableKey(.job, job.id, expecting: revision)
        let old = try self.job(job.id)
        let project = try self.key(.project, old.project)
        if old.switching.isOn, job.schedule == .null {
            throw .invalid(field: "schedule", message: "switch the schedule off first")
        }
        try database.run(
            """
            UPDATE job SET name = ?, contents = ?, priority = ?, retries = ?, retry_delay = ?,
                is_endless = ?, schedule = ?, missed = ?, handled = ?, revision = revision + 1
            WHERE id = ?
            """, job.name, job.contents.text(), job.priority, job.retries, job.retryDelaySeconds,
            job.isEndless, job.schedule.stored, job.missed.rawValue,
            job.schedule == old.schedule ? old.handled : now, key)
        if job.targets.devices != old.targets.devices {
            try database.run("DELETE FROM job_device WHERE job = ?", key)
            try add(devices: job.targets.devices, toJob: key, in: project)
        }
        if job.targets.groups != old.targets.groups {
            try database.run("DELETE FROM job_group WHERE job = ?", key)
            try add(groups: job.targets.groups, toJob: key, in: project)
        }
        try record(.updated, .job, job.id, project: old.project)
        return try database.integer("SELECT revision FROM job WHERE id = ?", key) ?? 0
    }

    /// Adds devices to what a job is aimed at; those that it has already stay where they are.
    ///
    /// - Returns: How many are new.
    /// - Throws: `.notFound` for a device that is not in the job's project.
    package func add(devices: [UUID], toJob id: UUID) throws(StoreError) -> Int {
        let key = try key(.job, id)
        let owner = try job(id).project
        let added = try add(devices: devices, toJob: key, in: try self.key(.project, owner))
        guard added > 0 else { return 0 }
        try database.run("UPDATE job SET revision = revision + 1 WHERE id = ?", key)
        try record(.updated, .job, id, project: owner)
        return added
    }

    /// Switches a job's schedule on or off; one that stands so already is left alone.
    ///
    /// A schedule that is switched on counts from now.
    ///
    /// - Throws: `.invalid` for a job without a schedule.
    package func switchJob(_ id: UUID, on isOn: Bool, by user: UUID?) throws(StoreError) {
        let job = try job(id)
        guard job.switching.isOn != isOn else { return }
        guard !isOn || job.schedule != .null else {
            throw .invalid(field: "schedule", message: "give the job a schedule first")
        }
        let key = try key(.job, id)
        try database.run(
            """
            UPDATE job SET is_enabled = ?, switched_on = ?, switched_off = ?, switched_by = ?,
                handled = ?, revision = revision + 1
            WHERE id = ?
            """, isOn, isOn ? now : job.switching.lastOn, isOn ? job.switching.lastOff : now, user,
            isOn ? now : job.handled, key)
        try database.run(
            "INSERT INTO job_switch (job, at, user, is_on) VALUES (?, ?, ?, ?)", key, now, user,
            isOn)
        try record(.updated, .job, id, project: job.project, data: ["isOn": .bool(isOn)])
    }

    /// Notes that an occurrence is done with, so that it is not started any more.
    ///
    /// It may be earlier than the one noted before: the host's clock may have been set back.
    package func setHandled(ofJob id: UUID, _ occurrence: Moment) throws(StoreError) {
        try database.run("UPDATE job SET handled = ? WHERE uuid = ?", occurrence, id)
    }

    /// Deletes a job; its runs stay, under its name.
    package func deleteJob(_ id: UUID, expecting revision: Int64? = nil) throws(StoreError) {
        let key = try editableKey(.job, id, expecting: revision)
        let project = try job(id).project
        try deleteRow("job", key: key, entity: .job, usedBy: nil)
        try record(.deleted, .job, id, project: project)
    }

    @discardableResult
    private func add(
        devices: [UUID], toJob key: Int64, in project: Int64
    ) throws(StoreError) -> Int {
        var place = try lastPlace("job_device", ofJob: key)
        let before = place
        for id in devices {
            place += Int64(
                try database.run(
                    "INSERT OR IGNORE INTO job_device VALUES (?, ?, ?)", key, place + 1,
                    try deviceKey(id, in: project)))
        }
        return Int(place - before)
    }

    private func add(groups: [UUID], toJob key: Int64, in project: Int64) throws(StoreError) {
        var place = try lastPlace("job_group", ofJob: key)
        for id in groups {
            place += Int64(
                try database.run(
                    "INSERT OR IGNORE INTO job_group VALUES (?, ?, ?)", key, place + 1,
                    try self.key(.group, id, in: project)))
        }
    }

    private func lastPlace(_ table: String, ofJob key: Int64) throws(StoreError) -> Int64 {
        try database.integer("SELECT coalesce(max(place), 0) FROM \(table) WHERE job = ?", key) ?? 0
    }

    private func check(_ job: Job) throws(StoreError) {
        guard (1...200) ~= job.name.count else {
            throw .invalid(field: "name", message: "1 to 200 characters")
        }
        guard (0...999) ~= job.priority else {
            throw .invalid(field: "priority", message: "0 to 999")
        }
        guard (0...1_000) ~= job.retries else {
            throw .invalid(field: "retries", message: "0 to 1000")
        }
        guard (0...86_400) ~= job.retryDelaySeconds else {
            throw .invalid(field: "retryDelaySeconds", message: "0 to 86400")
        }
    }
}
