/// How a zone's clocks change every year: the footer of a TZif file (RFC 9636, section 3.3).
///
/// Such as `MSK-3` or `CET-1CEST,M3.5.0,M10.5.0/3`.
struct RecurringRule: Hashable, Sendable {
    /// A day of the year.
    enum Day: Hashable, Sendable {
        /// The day 1...365; 29 February is never counted.
        case julian(Int)
        /// The day 0...365; 29 February is counted.
        case ordinal(Int)
        /// A weekday (0 is Sunday) of a week (5 is the last one) of a month.
        case month(Int, week: Int, weekday: Int)
    }

    /// A day and the time on it at which the clocks change.
    struct Moment: Hashable, Sendable {
        let day: Day
        /// Since midnight; negative, or beyond a day, for other days.
        let seconds: Int
    }

    struct Summer: Hashable, Sendable {
        let type: TimeZoneRules.LocalType
        let start: Moment
        let end: Moment
    }

    let standard: TimeZoneRules.LocalType
    let summer: Summer?

    /// Whether the clocks change at all.
    var changesYearly: Bool { summer != nil }

    /// The two changes of a year, the return to standard time first where both are at one instant.
    func changes(in year: Int) -> [TimeZoneRules.Change] {
        guard let summer else { return [] }
        let start = Self.seconds(of: summer.start, in: year) - Int64(standard.offsetSeconds)
        let end = Self.seconds(of: summer.end, in: year) - Int64(summer.type.offsetSeconds)
        let begins = TimeZoneRules.Change(seconds: start, type: summer.type)
        let ends = TimeZoneRules.Change(seconds: end, type: standard)
        return start < end ? [begins, ends] : [ends, begins]
    }

    /// The kind of time at an instant.
    func type(at seconds: Int64) -> TimeZoneRules.LocalType {
        guard summer != nil else { return standard }
        let days = seconds / 86_400 - (seconds % 86_400 < 0 ? 1 : 0)
        let year = CivilTime.date(days: Int(days)).year
        var latest: TimeZoneRules.Change?
        for candidate in year - 1...year + 1 {
            for change in changes(in: candidate) where change.seconds <= seconds {
                if change.seconds >= latest?.seconds ?? .min { latest = change }
            }
        }
        return latest?.type ?? standard
    }

    /// Local seconds since 1970-01-01 of a moment.
    private static func seconds(of moment: Moment, in year: Int) -> Int64 {
        let days: Int
        switch moment.day {
        case .julian(let day):
            let isAfterLeapDay = CivilTime.isLeap(year) && day >= 60
            days = CivilTime.days(year: year, month: 1, day: 1) + day - 1 + (isAfterLeapDay ? 1 : 0)
        case .ordinal(let day):
            days = CivilTime.days(year: year, month: 1, day: 1) + day
        case .month(let month, let week, let weekday):
            let first = CivilTime.days(year: year, month: month, day: 1)
            // 1970-01-01 was a Thursday, the weekday 4.
            let firstWeekday = ((first + 4) % 7 + 7) % 7
            var day = (weekday - firstWeekday + 7) % 7 + (week - 1) * 7
            if day >= CivilTime.daysInMonth(month, year: year) { day -= 7 }
            days = first + day
        }
        return Int64(days) * 86_400 + Int64(moment.seconds)
    }
}

/// Reads a recurring rule.
struct RecurringRuleScanner {
    private let bytes: [UInt8]
    private var index = 0

    init(_ text: some Sequence<UInt8>) {
        bytes = Array(text)
    }

    mutating func scan() -> RecurringRule? {
        guard name(), let west = duration(most: 24) else { return nil }
        let standard = TimeZoneRules.LocalType(offsetSeconds: -west, isSummerTime: false)
        if index == bytes.count { return RecurringRule(standard: standard, summer: nil) }
        guard name() else { return nil }
        var summerWest = west - 3600
        if peek != UInt8(ascii: ",") {
            guard let given = duration(most: 24) else { return nil }
            summerWest = given
        }
        guard take(","), let start = moment(), take(","), let end = moment(), index == bytes.count
        else { return nil }
        let type = TimeZoneRules.LocalType(offsetSeconds: -summerWest, isSummerTime: true)
        return RecurringRule(
            standard: standard, summer: .init(type: type, start: start, end: end))
    }

    private var peek: UInt8? { index < bytes.count ? bytes[index] : nil }

    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard let peek, UInt32(peek) == character.value else { return false }
        index += 1
        return true
    }

    /// An abbreviation: at least three letters, or anything of letters, digits and signs in `<>`.
    private mutating func name() -> Bool {
        let isQuoted = take("<")
        let start = index
        while let next = peek, Self.isLetter(next) || isQuoted && Self.isDigitOrSign(next) {
            index += 1
        }
        guard index - start >= 3 else { return false }
        return !isQuoted || take(">")
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
    }

    private static func isDigitOrSign(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-")
    }

    private mutating func number(most: Int) -> Int? {
        var result: Int?
        while let next = peek, (0x30...0x39).contains(next) {
            let value = (result ?? 0) * 10 + Int(next & 0x0F)
            guard value <= most else { return nil }
            result = value
            index += 1
        }
        return result
    }

    /// `[+-]hh[:mm[:ss]]` in seconds.
    private mutating func duration(most: Int) -> Int? {
        let isNegative = take("-")
        if !isNegative { _ = take("+") }
        guard var seconds = number(most: most).map({ $0 * 3600 }) else { return nil }
        if take(":") {
            guard let minutes = number(most: 59) else { return nil }
            seconds += minutes * 60
            if take(":") {
                guard let rest = number(most: 59) else { return nil }
                seconds += rest
            }
        }
        return isNegative ? -seconds : seconds
    }

    private mutating func moment() -> RecurringRule.Moment? {
        let day: RecurringRule.Day
        if take("M") {
            guard let month = number(most: 12), month >= 1, take("."), let week = number(most: 5),
                week >= 1, take("."), let weekday = number(most: 6)
            else { return nil }
            day = .month(month, week: week, weekday: weekday)
        } else if take("J") {
            guard let number = number(most: 365), number >= 1 else { return nil }
            day = .julian(number)
        } else {
            guard let number = number(most: 365) else { return nil }
            day = .ordinal(number)
        }
        guard take("/") else { return RecurringRule.Moment(day: day, seconds: 7200) }
        return duration(most: 167).map { RecurringRule.Moment(day: day, seconds: $0) }
    }
}
