import Values

/// A day of the Gregorian calendar.
struct CalendarDay: Hashable, Sendable {
    /// Days since 1970-01-01.
    let number: Int
    let year: Int
    /// 1...12.
    let month: Int
    /// From 1.
    let day: Int
    /// 1 is Monday, 7 is Sunday.
    let weekday: Int

    init(number: Int) {
        let civil = CivilTime(millisecondsUTC: Int64(number) * Self.milliseconds)
        self.number = number
        year = civil.year
        month = civil.month
        day = civil.day
        weekday = civil.weekday
    }

    /// The last day of the month.
    var lastDay: Int { CivilTime.daysInMonth(month, year: year) }

    static let milliseconds: Int64 = 86_400_000

    /// The number of the day on which a clock shows a time.
    ///
    /// - Parameter local: Milliseconds of the local calendar since 1970-01-01 00:00.
    /// - Returns: Days since 1970-01-01.
    static func number(ofLocal local: Int64) -> Int {
        let (quotient, remainder) = local.quotientAndRemainder(dividingBy: milliseconds)
        return Int(remainder < 0 ? quotient - 1 : quotient)
    }
}
