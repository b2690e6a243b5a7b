import Values

extension Store {
    /// Does what must be done once a day: deletes what is beyond the retention of its archive, and beyond
    /// the limits of the extended journal, of the change log and of logins.
    ///
    /// Measurement files are unlinked whole; of what lies in the main database small parts are deleted one
    /// after the other, and other changes come in between. The audit is never deleted.
    package func cleanUp() async throws(StoreError) -> CleanUpSummary {
        let now = now
        var summary = CleanUpSummary()
        summary.traceSegments = try await traces.trim()
        summary.sessions = try await write { (transaction) throws(StoreError) in
            try transaction.trimChanges(keeping: Transaction.keptChanges)
            return try transaction.deleteExpiredSessions(now)
        }
        summary.measurementFiles = try await writer.expireMeasurements(now)
        let limits = try await limits(now)
        let states = try await self.limits(now, of: .state)
        if let limit = limits[Archive.events] {
            summary.events = try await expire { (transaction, place) throws(StoreError) in
                try transaction.expireEvents(before: limit, after: place)
            }
        }
        summary.states = try await expire { (transaction, place) throws(StoreError) in
            try transaction.expireStates(before: states, after: place)
        }
        if let limit = limits[Archive.commands] {
            summary.commands = try await expire { (transaction, place) throws(StoreError) in
                try transaction.expireCommands(before: limit, after: place)
            }
        }
        if let limit = limits[Archive.journals] {
            summary.journalLines = try await expire { (transaction, place) throws(StoreError) in
                try transaction.expireJournals(before: limit, after: place)
            }
        }
        if let limit = limits[Archive.runs] {
            summary.runs = try await expire { (transaction, place) throws(StoreError) in
                try transaction.expireRuns(before: limit, after: place)
            }
        }
        summary.reachability = try await trimReachability()
        return summary
    }

    /// The instant before which an archive's records go, for those that are not kept for ever.
    private func limits(
        _ now: Moment, of category: Archive.Category? = nil
    ) async throws(StoreError) -> [String: Int64] {
        let archives = try await read { (snapshot) throws(StoreError) in
            try snapshot.archives(category)
        }
        var limits: [String: Int64] = [:]
        for archive in archives where !archive.keepsForever {
            let (span, overflow) = archive.retentionSeconds.multipliedReportingOverflow(by: 1_000)
            if !overflow { limits[archive.id] = now.milliseconds - span }
        }
        return limits
    }

    /// Repeats a step, a transaction each, until there is no next one.
    ///
    /// - Returns: How many rows were deleted.
    private func expire(
        _ step: @escaping @Sendable (Transaction, Int64) throws(StoreError) -> ExpiryStep
    ) async throws(StoreError) -> Int {
        var deleted = 0
        var place: Int64? = 0
        // The host may stop at any moment: the rest is done the next day.
        while let from = place, !Task.isCancelled {
            let done = try await write { (transaction) throws(StoreError) in
                try step(transaction, from)
            }
            deleted += done.deleted
            place = done.next
        }
        return deleted
    }
}

/// What a clean-up deleted.
package struct CleanUpSummary: Hashable, Sendable {
    package var traceSegments = 0
    package var sessions = 0
    package var measurementFiles = 0
    package var events = 0
    package var states = 0
    package var commands = 0
    package var journalLines = 0
    package var runs = 0
    /// Rows of the heat map.
    package var reachability = 0

    package init() {}
}
