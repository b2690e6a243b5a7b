/// The days that a cron expression names.
struct CronDays: Hashable, Sendable {
    /// 1...12.
    var months: BitSet
    /// 1...31.
    var days = BitSet()
    /// Days before the month's last one: `L` is 0, `L-3` is 3.
    var beforeLast = BitSet()
    /// 1 is Monday, 7 is Sunday.
    var weekdays = BitSet()
    /// Weekdays of which the month's last one counts, as `5L`.
    var lastWeekdays = BitSet()
    /// The first to the fifth of a weekday in its month, as `1#2`: the weekday times 8 plus the number.
    var numbered = BitSet()
    /// Whether the day of the month begins with `*` or is `?`.
    var hasAnyDay: Bool
    /// Whether the weekday begins with `*` or is `?`.
    var hasAnyWeekday: Bool

    /// Where both the day and the weekday are named one of them is enough, as cron has always done it.
    func matches(_ day: CalendarDay) -> Bool {
        guard months.contains(day.month) else { return false }
        let isDay = days.contains(day.day) || beforeLast.contains(day.lastDay - day.day)
        let isWeekday =
            weekdays.contains(day.weekday)
            || lastWeekdays.contains(day.weekday) && day.day + 7 > day.lastDay
            || numbered.contains(day.weekday * 8 + (day.day - 1) / 7 + 1)
        return hasAnyDay || hasAnyWeekday ? isDay && isWeekday : isDay || isWeekday
    }
}
