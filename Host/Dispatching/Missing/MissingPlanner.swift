import Planning
import Store
import Values

/// Finds out what a task still has to ask its device for: the gap between what is stored and what was
/// ordered, with the holes that earlier failures left.
///
/// It looks at the store once a task, just before its session: runs of many devices ask one after the
/// other, as their sessions begin, and not all at their start.
package struct MissingPlanner: Sendable {
    private let store: Store

    /// A journal is read again from so long before its newest event: clocks are set back, and a reading
    /// that broke off may have left events out.
    package static let overlap = Duration.seconds(86_400)

    /// Makes a planner.
    ///
    /// - Parameter store: Where the archives are.
    package init(store: Store) {
        self.store = store
    }

    /// Plans one item.
    ///
    /// - Parameters:
    ///   - item: What was ordered, with the whole period.
    ///   - device: Of which device.
    ///   - now: Milliseconds since 1970 UTC.
    ///   - delay: How much later than its interval's end a value may be delivered, as the channel's
    ///     settings say.
    /// - Returns: What to ask for: the ranges over nominal interval ends, from inclusive, to exclusive,
    ///   in ascending order; none where everything is stored or cannot be there yet. Nil for an item
    ///   without a period, which is asked as it is.
    /// - Throws: What the store refused.
    package func periods(
        for item: TaskItem, of device: Device, now: Int64, delay: Duration = .zero
    ) async throws(StoreError) -> [Range<Int64>]? {
        try await periods(for: [item], of: device, now: now, delay: delay)[item.number]
    }

    /// Plans all items of a task with one look at the store.
    ///
    /// - Parameters:
    ///   - items: What was ordered, each with the whole period.
    ///   - device: Of which device.
    ///   - now: Milliseconds since 1970 UTC.
    ///   - delay: As for one item.
    /// - Returns: By the items' numbers what to ask for, as for one item; an item without a period is not
    ///   in it.
    /// - Throws: What the store refused.
    package func periods(
        for items: [TaskItem], of device: Device, now: Int64, delay: Duration = .zero
    ) async throws(StoreError) -> [Int: [Range<Int64>]] {
        try await store.read { (snapshot) throws(StoreError) in
            try Self.periods(for: items, of: device, now: now, delay: delay, in: snapshot)
        }
    }

    /// Plans all items of a task in a look at the store that the caller has already.
    ///
    /// - Parameters:
    ///   - items: What was ordered, each with the whole period.
    ///   - device: Of which device.
    ///   - now: Milliseconds since 1970 UTC.
    ///   - delay: As for one item.
    ///   - snapshot: The store.
    /// - Returns: By the items' numbers what to ask for.
    /// - Throws: What the store refused.
    static func periods(
        for items: [TaskItem], of device: Device, now: Int64, delay: Duration, in snapshot: Snapshot
    ) throws(StoreError) -> [Int: [Range<Int64>]] {
        var reading = Reading(
            device: device.id, zone: device.timeZone.flatMap(TimeZones.find), now: now,
            due: now - delay.wholeMilliseconds, snapshot: snapshot)
        var plans: [Int: [Range<Int64>]] = [:]
        for item in items { plans[item.number] = try reading.plan(item) }
        return plans
    }

    /// The plans of one device.
    private struct Reading {
        let device: UUID
        let zone: TimeZoneRules?
        let now: Int64
        let due: Int64
        let snapshot: Snapshot
        /// What is stored, by archive and period: items of one archive share a walk.
        private var known: [Place: [StoredMoments]] = [:]

        private struct Place: Hashable {
            var archive: String
            var range: Range<Int64>
        }

        init(
            device: UUID, zone: TimeZoneRules?, now: Int64, due: Int64, snapshot: Snapshot
        ) {
            self.device = device
            self.zone = zone
            self.now = now
            self.due = due
            self.snapshot = snapshot
        }

        mutating func plan(_ item: TaskItem) throws(StoreError) -> [Range<Int64>]? {
            guard let period = item.period else { return nil }
            guard item.collect == .missing, !period.isEmpty else { return [period] }
            switch item.kind {
            case .archive: return try plan(item, of: period)
            case .journal: return [try plan(journal: item.symbol, of: period)]
            case .state, .command: return [period]
            }
        }

        private mutating func plan(
            _ item: TaskItem, of period: Range<Int64>
        ) throws(StoreError) -> [Range<Int64>] {
            guard let rhythm = ArchivePeriod(archive: item.symbol),
                let slots = ExpectedSlots.list(rhythm, in: period, zone: zone, due: due)
            else { return [period] }
            guard let first = slots.first, let last = slots.last else { return [] }
            let stored = try moments(
                .init(archive: item.symbol, range: first.lowerBound..<last.upperBound))
            let wanted = item.wanted(of: stored)
            return MissingPlan.ranges(slots: slots, stored: wanted)
        }

        private mutating func moments(_ place: Place) throws(StoreError) -> [StoredMoments] {
            if let moments = known[place] { return moments }
            let moments = try snapshot.storedMoments(
                of: device, archive: place.archive, from: place.range.lowerBound,
                through: place.range.upperBound - 1)
            known[place] = moments
            return moments
        }

        private func plan(
            journal: String, of period: Range<Int64>
        ) throws(StoreError) -> Range<Int64> {
            let newest = try snapshot.newestEvent(of: device, journal: journal, notAfter: now)
            guard let newest else { return period }
            let from = newest - MissingPlanner.overlap.wholeMilliseconds
            return min(max(period.lowerBound, from), period.upperBound)..<period.upperBound
        }
    }
}

extension TaskItem {
    /// The moments of each series that the item asks for.
    ///
    /// An item that names no tags asks for all that the device has: those of which anything is stored
    /// in the period.
    fileprivate func wanted(of stored: [StoredMoments]) -> [[Int64]] {
        let own = stored.filter { quantity.isEmpty || $0.quantity == quantity }
        guard !tags.isEmpty else { return own.map(\.moments) }
        return tags.map { tag in
            // Values without a tariff are kept under an empty tag.
            let tag = tag == "NONE" ? "" : tag
            return own.first { $0.tag == tag }?.moments ?? []
        }
    }
}

extension Duration {
    /// Whole milliseconds, cut off; a length of centuries is the longest there is.
    fileprivate var wholeMilliseconds: Int64 {
        let (seconds, attoseconds) = components
        let (milliseconds, overflow) = seconds.multipliedReportingOverflow(by: 1_000)
        if overflow { return 1 << 50 }
        return milliseconds + attoseconds / 1_000_000_000_000_000
    }
}
