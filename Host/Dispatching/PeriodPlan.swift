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
            let local = CivilTime(millisecondsUTC: now, offsetMinutes: zone.offset(atUTC: now))
            if archive == "END_OF_MONTH" {
                let month = local.year * 12 + local.month - 1
                return (
                    start(ofMonth: month - depth + 1, zone: zone),
                    start(ofMonth: month + 1, zone: zone)
                )
            }
            let today = start(ofDayOf: local)
            let days = archive.hasPrefix("PROFILE") ? depth : depth - 1
            return (
                instant(ofLocal: today - Int64(days) * day, zone: zone),
                instant(ofLocal: today + day, zone: zone)
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

    /// Midnight of a civil time's day, as milliseconds of the local calendar.
    private static func start(ofDayOf civil: CivilTime) -> Int64 {
        let local = civil.toMillisecondsUTC()
        let remainder = local % day
        return local - (remainder < 0 ? remainder + day : remainder)
    }

    /// The instant at which a month begins, which is counted in months since the year 0.
    private static func start(ofMonth month: Int, zone: TimeZoneRules) -> Int64 {
        let civil = CivilTime(year: month / 12, month: month % 12 + 1, day: 1)
        return instant(ofLocal: civil?.toMillisecondsUTC() ?? 0, zone: zone)
    }

    /// The instant at which the zone's clocks first show a local time.
    private static func instant(ofLocal local: Int64, zone: TimeZoneRules) -> Int64 {
        let before = zone.offset(atUTC: local - day)
        let guess = local - Int64(before) * 60_000
        return local - Int64(zone.offset(atUTC: guess)) * 60_000
    }
}
