import Values

/// When a device was last asked and when it last answered.
package struct DeviceContact: Hashable, Sendable {
    /// The end of the last session in which the device answered as it should; nil for never.
    package var lastSuccess: Moment?
    /// The end of the last session; nil for never.
    package var lastAttempt: Moment?
    /// The code of the last session's end in the error registry; 0 is success.
    package var lastCode: Int32
    /// Failed sessions since the last success.
    package var failures: Int

    /// The contact of a device that was never asked.
    package static let none = DeviceContact(
        lastSuccess: nil, lastAttempt: nil, lastCode: 0, failures: 0)

    package init(lastSuccess: Moment?, lastAttempt: Moment?, lastCode: Int32, failures: Int) {
        self.lastSuccess = lastSuccess
        self.lastAttempt = lastAttempt
        self.lastCode = lastCode
        self.failures = failures
    }
}

/// One attempt to hold a session with a device, as it ended.
package struct ContactMark: Hashable, Sendable {
    package var device: UUID
    /// When the attempt began: the hour that it counts for.
    package var began: Moment
    /// When it ended.
    package var ended: Moment
    /// Whether a session with the device came about.
    package var succeeded: Bool
    /// The code of its end in the error registry; 0 is success.
    package var code: Int32

    package init(device: UUID, began: Moment, ended: Moment, succeeded: Bool, code: Int32) {
        self.device = device
        self.began = began
        self.ended = ended
        self.succeeded = succeeded
        self.code = code
    }
}

/// How many devices were not reached for too long.
package struct ContactAlarms: Hashable, Sendable {
    /// Enabled devices whose last success is older than the threshold.
    package var overdue: Int
    /// The oldest of their last successes, or when they were added if there was none; nil without any.
    package var oldest: Moment?

    package init(overdue: Int, oldest: Moment?) {
        self.overdue = overdue
        self.oldest = oldest
    }
}

extension Snapshot {
    /// Counts the enabled devices that were not reached since an instant.
    ///
    /// A device that never answered counts from when it was added.
    ///
    /// - Parameters:
    ///   - limit: Whose last success is older is overdue.
    ///   - project: One project; nil for all.
    /// - Returns: How many there are, and the oldest.
    /// - Throws: `.notFound` for an unknown project.
    package func contactAlarms(
        before limit: Moment, in project: UUID? = nil
    ) throws(StoreError) -> ContactAlarms {
        var alarms = ContactAlarms(overdue: 0, oldest: nil)
        let keys: [Int64]
        if let project {
            keys = [try key(.project, project)]
        } else {
            keys = try database.rows("SELECT id FROM project") { (row) throws(StoreError) in
                row.integer()
            }
        }
        for key in keys {
            let found = try database.first(
                """
                SELECT count(*), min(max(a.last_success, d.added))
                FROM device_contact a CROSS JOIN device d ON d.id = a.device
                WHERE a.project = ?1 AND a.last_success < ?2 AND d.added < ?2 AND d.enabled
                """, key, limit
            ) { (row) throws(StoreError) in (row.int(), row.optionalMoment()) }
            guard let (count, oldest) = found else { continue }
            alarms.overdue += count
            if let oldest { alarms.oldest = min(alarms.oldest ?? oldest, oldest) }
        }
        return alarms
    }
}

extension Snapshot {
    /// Counts a project's enabled devices by the age of their last success.
    ///
    /// - Parameters:
    ///   - project: The project.
    ///   - bounds: Instants in ascending order.
    /// - Returns: How many never answered; and for each bound how many answered last before it and not
    ///   before the one before; and how many since the last bound.
    /// - Throws: `.notFound` for an unknown project.
    package func contactAges(
        in project: UUID, bounds: [Moment]
    ) throws(StoreError) -> (never: Int, before: [Int], since: Int) {
        let key = try key(.project, project)
        var known = 0
        var counts: [Int] = []
        for bound in [Moment(milliseconds: 1)] + bounds + [Moment(milliseconds: .max)] {
            let count = try database.integer(
                """
                SELECT count(*) FROM device_contact a CROSS JOIN device d ON d.id = a.device
                WHERE a.project = ? AND a.last_success < ? AND d.enabled
                """, key, bound)
            counts.append(Int(count ?? 0) - known)
            known += counts.last ?? 0
        }
        return (counts[0], Array(counts[1..<counts.count - 1]), counts[counts.count - 1])
    }
}

extension Transaction {
    /// Notes the end of an attempt: the hour of the heat map, and the device's last contact.
    ///
    /// Call it in the transaction that writes the attempt's end, so that neither is there without the
    /// other. An attempt of a device that was deleted meanwhile is dropped.
    package func note(_ mark: ContactMark) throws(StoreError) {
        guard let device = try optionalKey(.device, mark.device) else { return }
        let hour = mark.began.milliseconds / Reachability.hour
        try database.run(
            """
            INSERT INTO reachability VALUES (?1, ?2, 1, ?3)
                ON CONFLICT (hour, device) DO UPDATE SET tried = tried + 1,
                    succeeded = succeeded + excluded.succeeded
            """, hour, device, mark.succeeded)
        try database.run(
            """
            UPDATE device_contact SET last_attempt = max(last_attempt, ?2),
                last_success = CASE WHEN ?3 THEN max(last_success, ?2) ELSE last_success END,
                last_code = ?4, failures = CASE WHEN ?3 THEN 0 ELSE failures + 1 END
            WHERE device = ?1
            """, device, mark.ended, mark.succeeded, Int(mark.code))
    }
}

extension Row {
    /// Reads `last_success, last_attempt, last_code, failures`; 0 stands for never.
    mutating func contact() -> DeviceContact {
        func moment(_ milliseconds: Int64) -> Moment? {
            milliseconds == 0 ? nil : Moment(milliseconds: milliseconds)
        }
        return DeviceContact(
            lastSuccess: moment(integer()), lastAttempt: moment(integer()),
            lastCode: Int32(truncatingIfNeeded: integer()), failures: int())
    }
}
