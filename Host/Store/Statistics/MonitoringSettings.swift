import JSON

/// What the host watches, and how long it remembers it.
package struct MonitoringSettings: Hashable, Sendable {
    /// A device whose last success is older than so many hours is overdue.
    package var alarmHours: Int
    /// How many days of the heat map are kept.
    package var reachabilityDays: Int

    /// The name of the setting.
    package static let key = "monitoring"
    package static let alarmHoursRange = 1...87_600
    package static let reachabilityDaysRange = 1...3_650

    package init(alarmHours: Int = 72, reachabilityDays: Int = 365) {
        self.alarmHours = alarmHours
        self.reachabilityDays = reachabilityDays
    }

    /// When the last success of a device is so old that it is overdue.
    package func alarmLimit(_ now: Moment) -> Moment {
        Moment(milliseconds: now.milliseconds - Int64(alarmHours) * Reachability.hour)
    }

    /// The first hour of the heat map that is kept, in hours since 1970 UTC.
    package func firstHour(_ now: Moment) -> Int64 {
        now.milliseconds / Reachability.hour - Int64(reachabilityDays) * 24
    }
}

extension Snapshot {
    /// Reads what the host watches; its revision is 0 while nobody has changed it.
    package func monitoring() throws(StoreError) -> (
        settings: MonitoringSettings, revision: Int64
    ) {
        guard let stored = try setting(MonitoringSettings.key) else {
            return (MonitoringSettings(), 0)
        }
        var settings = MonitoringSettings()
        if let hours = stored.value["alarmHours"]?.int,
            MonitoringSettings.alarmHoursRange.contains(hours)
        {
            settings.alarmHours = hours
        }
        if let days = stored.value["reachabilityDays"]?.int,
            MonitoringSettings.reachabilityDaysRange.contains(days)
        {
            settings.reachabilityDays = days
        }
        return (settings, stored.revision)
    }
}

extension Transaction {
    /// Changes what the host watches.
    ///
    /// - Throws: `.invalid` outside of the ranges, `.revisionMismatch`.
    package func set(
        _ settings: MonitoringSettings, expecting revision: Int64? = nil
    ) throws(StoreError) {
        let (hours, days) = (
            MonitoringSettings.alarmHoursRange, MonitoringSettings.reachabilityDaysRange
        )
        guard hours.contains(settings.alarmHours) else {
            throw .invalid(
                field: "alarmHours", message: "\(hours.lowerBound) to \(hours.upperBound)")
        }
        guard days.contains(settings.reachabilityDays) else {
            throw .invalid(
                field: "reachabilityDays", message: "\(days.lowerBound) to \(days.upperBound)")
        }
        try setSetting(
            MonitoringSettings.key,
            [
                "alarmHours": JSONValue(settings.alarmHours),
                "reachabilityDays": JSONValue(settings.reachabilityDays),
            ], expecting: revision)
    }
}

extension Store {
    /// Deletes what is beyond the retention of the heat map, in small steps.
    ///
    /// - Returns: How many rows were deleted.
    package func trimReachability() async throws(StoreError) -> Int {
        let now = now
        let first = try await read { (snapshot) throws(StoreError) in
            try snapshot.monitoring().settings.firstHour(now)
        }
        var all = 0
        while true {
            let limit = 5_000
            let count = try await write { (transaction) throws(StoreError) in
                try transaction.trimReachability(before: first, limit: limit)
            }
            all += count
            if count < limit { return all }
        }
    }
}
