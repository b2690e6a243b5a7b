extension Schedule {
    /// The first occurrence after a moment.
    ///
    /// - Parameter moment: Milliseconds UTC.
    /// - Returns: Nil where there is none: a day that no year has, or the end of the calendar.
    package func next(after moment: Int64) -> Int64? {
        guard moment < Self.calendar.upperBound else { return nil }
        let moment = max(moment, Self.calendar.lowerBound - 1)
        let today = day(atUTC: moment)
        var best: Int64?
        // A time that the clocks skip is carried out on a later day than its own.
        for number in (today - 2)...(today + Self.longestWait) {
            let found = instants(onDay: number).first { $0 > moment }
            if let known = best {
                // The next day's times may come before this one's last where clocks are set back.
                return min(known, found ?? known)
            }
            best = found
        }
        return best
    }

    /// The last occurrence at or before a moment.
    ///
    /// - Parameter moment: Milliseconds UTC.
    /// - Returns: Nil where there is none since 1970.
    package func previous(at moment: Int64) -> Int64? {
        guard moment >= Self.calendar.lowerBound else { return nil }
        let moment = min(moment, Self.calendar.upperBound)
        let today = day(atUTC: moment)
        var best: Int64?
        for number in ((today - Self.longestWait)...(today + 2)).reversed() {
            let found = instants(onDay: number).last { $0 <= moment }
            if let known = best { return max(known, found ?? known) }
            best = found
        }
        return best.flatMap { $0 >= Self.calendar.lowerBound ? $0 : nil }
    }

    /// The occurrences of a period in ascending order.
    ///
    /// - Parameters:
    ///   - period: Milliseconds UTC.
    ///   - limit: How many at most.
    /// - Returns: Milliseconds UTC; the first ones where there are more than the limit.
    package func occurrences(in period: Range<Int64>, limit: Int = 10_000) -> [Int64] {
        let period = period.clamped(to: Self.calendar)
        guard !period.isEmpty, limit > 0 else { return [] }
        var found: [Int64] = []
        var lastFruitful = day(atUTC: period.lowerBound) - 2
        var firstFull: Int?
        for number in lastFruitful...(day(atUTC: period.upperBound) + 2) {
            // Where clocks are set back a day's times may come before the last ones of the day before.
            if let firstFull, number > firstFull + 1 { break }
            if number > lastFruitful + Self.longestWait { break }
            let more = instants(onDay: number).filter(period.contains)
            guard let first = more.first else { continue }
            lastFruitful = number
            if let last = found.last, first <= last {
                found = Set(found + more).sorted()
            } else {
                found += more
            }
            if firstFull == nil, found.count >= limit { firstFull = number }
        }
        return Array(found.prefix(limit))
    }

    /// From 1970 to the end of the year 9998.
    private static let calendar: Range<Int64> = 0..<253_370_764_800_000
    /// The longest wait, in days: a 29 February that is a Monday may take 40 years to come again.
    static let longestWait = 40 * 366
}
