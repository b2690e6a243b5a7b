import Values

/// The days and months of a time zone as instants.
package struct LocalCalendar: Sendable {
    /// The zone.
    package let zone: TimeZoneRules

    /// Makes the calendar of a zone.
    package init(_ zone: TimeZoneRules) {
        self.zone = zone
    }

    /// What the zone's clocks show at an instant.
    package func civil(at milliseconds: Int64) -> CivilTime {
        CivilTime(
            millisecondsUTC: milliseconds, offsetMinutes: zone.offset(atUTC: milliseconds))
    }

    /// The instant at which a day begins: its midnight, or the change of the clocks that skips it.
    ///
    /// - Parameter day: Any time of the day; only the date counts.
    /// - Returns: Milliseconds since 1970 UTC.
    package func start(ofDay day: CivilTime) -> Int64 {
        let match = zone.utc(ofLocal: day.at(hour: 0) ?? day)
        return match.kind == .never ? match.later : match.earlier
    }

    /// The instant at which a month begins.
    ///
    /// - Parameter month: Counted in months since January of the year 0.
    /// - Returns: Milliseconds since 1970 UTC.
    package func start(ofMonth month: Int) -> Int64 {
        guard let first = CivilTime(year: month / 12, month: month % 12 + 1, day: 1) else {
            return month < 0 ? .min : .max
        }
        return start(ofDay: first)
    }

    /// The beginning of the day after one.
    package func start(ofDayAfter day: CivilTime) -> Int64 { start(ofDay: Self.next(day)) }

    /// The day after a day, at midnight; the same day at the end of the calendar.
    package static func next(_ day: CivilTime) -> CivilTime { moved(day, by: 1) }

    /// The day so many days after a day, at midnight.
    package static func moved(_ day: CivilTime, by days: Int) -> CivilTime {
        let midnight = day.at(hour: 0) ?? day
        return CivilTime(
            millisecondsUTC: midnight.toMillisecondsUTC() + Int64(days) * 86_400_000)
    }

    /// The months since January of the year 0.
    package static func month(of civil: CivilTime) -> Int { civil.year * 12 + civil.month - 1 }
}
