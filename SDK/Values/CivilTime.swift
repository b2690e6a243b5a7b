/// A moment as a calendar and a clock on the wall show it, in the proleptic Gregorian calendar.
///
/// Which instant it is depends on an offset from UTC; see ``TimeZoneRules``.
public struct CivilTime: Hashable, Sendable {
    /// The year; 0 is the year before the year 1.
    public let year: Int
    /// The month, 1...12.
    public let month: Int
    /// The day of the month, from 1.
    public let day: Int
    /// The hour, 0...23.
    public let hour: Int
    /// The minute, 0...59.
    public let minute: Int
    /// The second, 0...59.
    public let second: Int
    /// The millisecond, 0...999.
    public let millisecond: Int

    /// Makes a civil time from its fields.
    ///
    /// - Parameters:
    ///   - year: 0...9999.
    ///   - month: 1...12.
    ///   - day: From 1 to the month's last day.
    ///   - hour: 0...23.
    ///   - minute: 0...59.
    ///   - second: 0...59.
    ///   - millisecond: 0...999. Nil is returned when a field is outside of its range.
    public init?(
        year: Int, month: Int, day: Int, hour: Int = 0, minute: Int = 0, second: Int = 0,
        millisecond: Int = 0
    ) {
        guard (0...9999).contains(year), (1...12).contains(month),
            day >= 1, day <= Self.daysInMonth(month, year: year),
            (0...23).contains(hour), (0...59).contains(minute), (0...59).contains(second),
            (0...999).contains(millisecond)
        else { return nil }
        self.year = year
        self.month = month
        self.day = day
        self.hour = hour
        self.minute = minute
        self.second = second
        self.millisecond = millisecond
    }

    /// Makes the civil time of an instant.
    ///
    /// - Parameters:
    ///   - milliseconds: Since 1970-01-01 UTC; any value is allowed, so the year may lie outside of
    ///     0...9999.
    ///   - offsetMinutes: How far the clock is ahead of UTC.
    public init(millisecondsUTC milliseconds: Int64, offsetMinutes: Int = 0) {
        let (local, overflow) = milliseconds.addingReportingOverflow(
            Int64(clamping: Int128(offsetMinutes) * 60_000))
        let shown = overflow ? (milliseconds < 0 ? Int64.min : .max) : local
        let (quotient, remainder) = shown.quotientAndRemainder(
            dividingBy: Self.millisecondsPerDay)
        let days = remainder < 0 ? quotient - 1 : quotient
        let rest = Int(remainder < 0 ? remainder + Self.millisecondsPerDay : remainder)
        let date = Self.date(days: Int(days))
        year = date.year
        month = date.month
        day = date.day
        hour = rest / 3_600_000
        minute = rest / 60_000 % 60
        second = rest / 1000 % 60
        millisecond = rest % 1000
    }

    /// The instant at which a clock with a given offset shows this time.
    ///
    /// - Parameter offsetMinutes: How far the clock is ahead of UTC.
    /// - Returns: Milliseconds since 1970-01-01 UTC; the nearest representable one where the year
    ///   is hundreds of millions of years away.
    public func toMillisecondsUTC(offsetMinutes: Int = 0) -> Int64 {
        let days = Int128(Self.days(year: year, month: month, day: day))
        let clock = Int128(((hour * 60 + minute) * 60 + second) * 1000 + millisecond)
        let local = days * Int128(Self.millisecondsPerDay) + clock
        return Int64(clamping: local - Int128(offsetMinutes) * 60_000)
    }

    /// The day of the week: 1 is Monday, 7 is Sunday, as ISO 8601 and DLMS count.
    public var weekday: Int {
        // 1970-01-01 was a Thursday.
        let remainder = (Self.days(year: year, month: month, day: day) + 3) % 7
        return (remainder + 7) % 7 + 1
    }

    /// The same time with another time of day.
    ///
    /// - Parameters:
    ///   - hour: 0...23.
    ///   - minute: 0...59.
    ///   - second: 0...59.
    ///   - millisecond: 0...999.
    /// - Returns: The time, or nil when a field is outside of its range.
    public func at(
        hour: Int, minute: Int = 0, second: Int = 0, millisecond: Int = 0
    ) -> CivilTime? {
        CivilTime(
            year: year, month: month, day: day, hour: hour, minute: minute, second: second,
            millisecond: millisecond)
    }
}

extension CivilTime: Comparable {
    /// Whether a time stands earlier in the calendar.
    ///
    /// - Parameters:
    ///   - left: A civil time.
    ///   - right: Another one.
    /// - Returns: True where `left` is earlier.
    public static func < (left: CivilTime, right: CivilTime) -> Bool {
        (left.year, left.month, left.day, left.hour, left.minute, left.millisecondOfMinute)
            < (
                right.year, right.month, right.day, right.hour, right.minute,
                right.millisecondOfMinute
            )
    }

    private var millisecondOfMinute: Int { second * 1000 + millisecond }
}

// MARK: - The calendar

extension CivilTime {
    static let millisecondsPerDay: Int64 = 86_400_000

    /// How many days a month has.
    ///
    /// - Parameters:
    ///   - month: 1...12.
    ///   - year: Decides on February.
    /// - Returns: 28...31; 0 for a month that does not exist.
    public static func daysInMonth(_ month: Int, year: Int) -> Int {
        switch month {
        case 2: isLeap(year) ? 29 : 28
        case 4, 6, 9, 11: 30
        case 1, 3, 5, 7, 8, 10, 12: 31
        default: 0
        }
    }

    /// Whether a year has a 29 February.
    ///
    /// - Parameter year: Any year.
    /// - Returns: True for a leap year of the Gregorian calendar.
    public static func isLeap(_ year: Int) -> Bool {
        year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    }

    /// The number of days from 1970-01-01 to a date; negative before it.
    ///
    /// Years are counted from March, so that the leap day is the last one, in eras of 400 years,
    /// which have 146,097 days each.
    static func days(year: Int, month: Int, day: Int) -> Int {
        let shifted = month <= 2 ? year - 1 : year
        let era = (shifted >= 0 ? shifted : shifted - 399) / 400
        let yearOfEra = shifted - era * 400
        let monthFromMarch = (month + 9) % 12
        let dayOfYear = (153 * monthFromMarch + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }

    /// The date a number of days after 1970-01-01.
    static func date(days: Int) -> (year: Int, month: Int, day: Int) {
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra =
            (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
    }
}

extension CivilTime: CustomStringConvertible {
    /// The time as `2024-05-27 23:59:59`, with milliseconds where there are any.
    public var description: String {
        var writer = TimeText()
        writer.date(self)
        writer.append(UInt8(ascii: " "))
        writer.clock(self)
        return writer.text
    }
}
