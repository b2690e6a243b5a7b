/// When something comes again, by the clocks of a place.
package enum Recurrence: Hashable, Sendable {
    /// Every so many minutes, hours, days or months.
    case every(Interval)
    /// Every day at the times.
    case daily(times: [TimeOfDay])
    /// On weekdays (1 is Monday, 7 is Sunday) at the times.
    case weekly(weekdays: [Int], times: [TimeOfDay])
    /// On days of the month, 1...31, at the times.
    ///
    /// A day that a month does not have is its last day; where that is named too there is still one
    /// start.
    case monthly(days: [Int], times: [TimeOfDay])
    /// By a cron expression.
    case cron(CronExpression)
}

extension Recurrence {
    /// The same as one of a kind that the arithmetic walks.
    var pattern: DayPattern {
        switch self {
        case .every(let interval): interval.pattern
        case .daily(let times):
            DayPattern(rule: .every, minutes: times.map(\.minute))
        case .weekly(let weekdays, let times):
            DayPattern(rule: .weekdays(BitSet(weekdays)), minutes: times.map(\.minute))
        case .monthly(let days, let times):
            DayPattern(rule: .monthDays(BitSet(days)), minutes: times.map(\.minute))
        case .cron(let expression): expression.pattern
        }
    }
}

extension Interval {
    fileprivate var pattern: DayPattern {
        let shift = offsetMinutes
        switch unit {
        case .minutes:
            let within = Set(multiples.map { ($0 + shift) % 60 })
            let all = (0..<24).flatMap { hour in within.map { hour * 60 + $0 } }
            return DayPattern(rule: .every, minutes: all, followsHours: true)
        case .hours:
            let starts = multiples.map { ($0 * 60 + shift) % 1440 }
            // Every hour is every 60 minutes: one that comes twice has a start each time.
            return DayPattern(rule: .every, minutes: starts, followsHours: count == 1)
        case .days:
            return DayPattern(
                rule: .monthAndDay(months: BitSet(1...12), days: BitSet(multiples)),
                minutes: [shift % 1440], dayShift: shift / 1440)
        case .months:
            let later = offset.map { $0.unit == .months ? $0.count : 0 } ?? 0
            let months = multiples.map { ($0 - 1 + later) % 12 + 1 }
            return DayPattern(
                rule: .monthAndDay(months: BitSet(months), days: BitSet([1])),
                minutes: [shift % 1440], dayShift: shift / 1440)
        }
    }
}
