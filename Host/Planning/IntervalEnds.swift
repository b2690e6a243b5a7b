import Values

/// The nominal ends of an archive's intervals, by the calendar of a device.
///
/// The end of 27 May at UTC+3 is 27 May 21:00 UTC. A day on which the clocks are set forward has
/// fewer half-hours than others, one on which they are set back has more.
package enum IntervalEnds {
    /// Lists the ends in a period.
    ///
    /// - Parameters:
    ///   - period: How often the archive gets a value.
    ///   - range: From inclusive, to exclusive, milliseconds since 1970 UTC.
    ///   - zone: The device's time zone.
    ///   - limit: The most that are listed: the first ones.
    /// - Returns: Instants in ascending order.
    package static func list(
        _ period: ArchivePeriod, in range: Range<Int64>, zone: TimeZoneRules, limit: Int = .max
    ) -> [Int64] {
        guard !range.isEmpty, limit > 0 else { return [] }
        switch period {
        case .minutes(let minutes):
            return steps(of: Int64(minutes) * 60_000, in: range, zone: zone, limit: limit)
        case .day: return days(in: range, LocalCalendar(zone), limit: limit)
        case .month: return months(in: range, LocalCalendar(zone), limit: limit)
        }
    }

    /// The instants at which the zone's clocks show a multiple of a step.
    private static func steps(
        of step: Int64, in range: Range<Int64>, zone: TimeZoneRules, limit: Int
    ) -> [Int64] {
        var ends: [Int64] = []
        var from = range.lowerBound
        let changes = zone.transitions(from: range.lowerBound, to: range.upperBound)
        for bound in changes.map(\.milliseconds) + [range.upperBound] where bound > from {
            let offset = Int64(zone.offset(atUTC: from)) * 60_000
            let behind = (from + offset) % step
            var next = from + (behind == 0 ? 0 : step - (behind < 0 ? behind + step : behind))
            while next < bound {
                guard ends.count < limit else { return ends }
                ends.append(next)
                next += step
            }
            from = bound
        }
        return ends
    }

    private static func days(
        in range: Range<Int64>, _ calendar: LocalCalendar, limit: Int
    ) -> [Int64] {
        // A day earlier, because a change of the clocks may lie between.
        var day = LocalCalendar.moved(calendar.civil(at: range.lowerBound), by: -1)
        var ends: [Int64] = []
        while ends.count < limit {
            let start = calendar.start(ofDay: day)
            if start >= range.upperBound { break }
            // A day that a zone leaves out begins with the one after it.
            if start >= range.lowerBound, start != ends.last { ends.append(start) }
            day = LocalCalendar.next(day)
            guard day.year <= 9_999 else { break }
        }
        return ends
    }

    private static func months(
        in range: Range<Int64>, _ calendar: LocalCalendar, limit: Int
    ) -> [Int64] {
        var month = LocalCalendar.month(of: calendar.civil(at: range.lowerBound))
        var ends: [Int64] = []
        while ends.count < limit {
            let start = calendar.start(ofMonth: month)
            if start >= range.upperBound { break }
            if start >= range.lowerBound { ends.append(start) }
            month += 1
        }
        return ends
    }
}
