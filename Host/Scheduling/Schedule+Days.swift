import Values

// From the times of a day to instants: the one place where changes of the clocks matter.

extension Schedule {
    /// Finds the instants of the starts that stand on a day of the calendar.
    ///
    /// A time that the clocks skip is the moment of the change. A time that they show twice counts once,
    /// when it is first shown; where the recurrence names no hour, each of the two hours has its own.
    ///
    /// - Parameter number: The day, in days since 1970-01-01.
    /// - Returns: Milliseconds UTC, ascending, each once.
    func instants(onDay number: Int) -> [Int64] {
        guard pattern.hasTimes(onDay: number) else { return [] }
        let midnight = Int64(number) * CalendarDay.milliseconds
        let changes = zone.transitions(
            from: midnight - Self.reach, to: midnight + CalendarDay.milliseconds + Self.reach)
        guard !changes.isEmpty else {
            let start = midnight - Int64(zone.offset(atUTC: midnight)) * 60_000
            return pattern.minutes.map { start + Int64($0) * 60_000 }
        }
        var found: Set<Int64> = []
        for minute in pattern.minutes {
            let local = midnight + Int64(minute) * 60_000
            let match = zone.utc(ofLocal: CivilTime(millisecondsUTC: local))
            switch match.kind {
            case .once: found.insert(match.earlier)
            case .twice:
                found.insert(match.earlier)
                if pattern.followsHours { found.insert(match.later) }
            case .never:
                let change = changes.first {
                    match.earlier < $0.milliseconds && $0.milliseconds <= match.later
                        && $0.offsetBefore < $0.offsetAfter
                }
                found.insert(change?.milliseconds ?? match.later)
            }
        }
        return found.sorted()
    }

    /// The day that the zone's clocks show at an instant.
    func day(atUTC milliseconds: Int64) -> Int {
        CalendarDay.number(
            ofLocal: milliseconds + Int64(zone.offset(atUTC: milliseconds)) * 60_000)
    }

    /// No clock is farther than this from UTC.
    private static let reach: Int64 = 26 * 3_600_000
}
