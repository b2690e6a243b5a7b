/// What every recurrence comes down to: days of the calendar, and times on them.
struct DayPattern: Hashable, Sendable {
    /// Which days of the calendar count.
    enum Rule: Hashable, Sendable {
        case every
        case weekdays(BitSet)
        /// Days of each month; one that a month does not have is its last day.
        case monthDays(BitSet)
        /// Days that a month does not have do not count.
        case monthAndDay(months: BitSet, days: BitSet)
        case cron(CronDays)

        func matches(_ day: CalendarDay) -> Bool {
            switch self {
            case .every: true
            case .weekdays(let weekdays): weekdays.contains(day.weekday)
            case .monthDays(let days):
                days.contains(day.day)
                    || day.day == day.lastDay
                        && (day.day...31).contains { days.contains($0) }
            case .monthAndDay(let months, let days):
                months.contains(day.month) && days.contains(day.day)
            case .cron(let days): days.matches(day)
            }
        }
    }

    let rule: Rule
    /// Minutes since midnight, ascending, each once.
    let minutes: [Int]
    /// How many days after a day of the rule the times are.
    let dayShift: Int
    /// Whether no hour is named, so that an hour which comes twice has its starts twice.
    let followsHours: Bool

    init(rule: Rule, minutes: [Int], dayShift: Int = 0, followsHours: Bool = false) {
        self.rule = rule
        self.minutes = Set(minutes).sorted()
        self.dayShift = dayShift
        self.followsHours = followsHours
    }

    /// Whether there are times on a day.
    func hasTimes(onDay number: Int) -> Bool {
        rule.matches(CalendarDay(number: number - dayShift))
    }
}
