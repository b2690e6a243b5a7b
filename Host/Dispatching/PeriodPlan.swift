import Planning
import Values

/// Turns the depth that an operator asks for into instants, by the device's own calendar.
enum PeriodPlan {
    /// Gives the period of a line's contents over nominal interval ends.
    ///
    /// - Parameters:
    ///   - period: As asked for.
    ///   - archive: The archive's symbol: days for `END_OF_DAY` and profiles, months for
    ///     `END_OF_MONTH`.
    ///   - now: Milliseconds UTC.
    ///   - zone: The device's time zone; nil where its card names none.
    /// - Returns: Milliseconds UTC, from inclusive, to exclusive; nil for what has no period.
    static func range(
        of period: ContentLine.Period, archive: String, now: Int64, zone: TimeZoneRules?
    ) -> (from: Int64, to: Int64)? {
        switch period {
        case .none: return nil
        case .range(let from, let to): return (from, to)
        case .depth(let depth):
            let depth = max(depth, 1)
            guard let zone else { return anywhere(depth, archive, now) }
            let calendar = LocalCalendar(zone)
            let local = calendar.civil(at: now)
            if archive == "END_OF_MONTH" {
                let month = LocalCalendar.month(of: local)
                return (
                    calendar.start(ofMonth: month - depth + 1), calendar.start(ofMonth: month + 1)
                )
            }
            let days = archive.hasPrefix("PROFILE") ? depth : depth - 1
            return (
                calendar.start(ofDay: LocalCalendar.moved(local, by: -days)),
                calendar.start(ofDayAfter: local)
            )
        }
    }

    private static let day: Int64 = 86_400_000
    private static let hour: Int64 = 3_600_000

    /// The period for a device whose calendar nobody has told.
    ///
    /// Wherever it stands, the last 24 hours hold exactly one midnight of its clock; the hour beyond
    /// is for a clock that runs ahead. Longer intervals are widened by the farthest offset there is.
    private static func anywhere(
        _ depth: Int, _ archive: String, _ now: Int64
    ) -> (from: Int64, to: Int64)? {
        if archive == "END_OF_DAY" { return (now - Int64(depth) * day, now + hour) }
        return range(of: .depth(depth), archive: archive, now: now, zone: .utc).map {
            ($0.from - 14 * hour, $0.to + 14 * hour)
        }
    }
}
