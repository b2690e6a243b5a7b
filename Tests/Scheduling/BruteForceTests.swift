import Testing
import Values

@testable import Scheduling

/// Every minute of a year is asked whether it is one: what the arithmetic must agree with.
@Suite struct BruteForceTests {
    /// A recurrence, and the same told a second time without arithmetic.
    struct Case: Sendable {
        let recurrence: Recurrence
        let followsHours: Bool
        /// Day of the calendar with the month's length, hour, minute.
        let isMoment: @Sendable (CivilTime, Int, Int, Int) -> Bool
    }

    private static func times(_ texts: String...) -> [TimeOfDay] {
        texts.compactMap { TimeOfDay($0) }
    }

    private static func cases() throws -> [Case] {
        [
            Case(recurrence: .every(try #require(Interval(7, .minutes))), followsHours: true) {
                _, _, _, minute in minute > 0 && minute % 7 == 0
            },
            Case(
                recurrence: .every(
                    try #require(Interval(3, .hours, offset: .init(20, .minutes)))),
                followsHours: false
            ) { _, _, hour, minute in hour % 3 == 0 && minute == 20 },
            Case(
                recurrence: .every(try #require(Interval(5, .days, offset: .init(26, .hours)))),
                followsHours: false
            ) { day, length, hour, minute in
                guard hour == 2, minute == 0 else { return false }
                // The day after a multiple of five; of a month's last one that is the first.
                guard day.day > 1 else {
                    let before = day.month == 1 ? 12 : day.month - 1
                    return CivilTime.daysInMonth(before, year: day.year) % 5 == 0
                }
                return (day.day - 1) % 5 == 0
            },
            Case(
                recurrence: .monthly(days: [1, 31], times: times("02:15", "23:45")),
                followsHours: false
            ) { day, length, hour, minute in
                (day.day == 1 || day.day == length)
                    && (hour == 2 && minute == 15 || hour == 23 && minute == 45)
            },
            Case(
                recurrence: .weekly(weekdays: [6, 7], times: times("00:00", "02:30")),
                followsHours: false
            ) { day, _, hour, minute in
                day.weekday >= 6 && (hour == 0 && minute == 0 || hour == 2 && minute == 30)
            },
            Case(
                recurrence: .cron(try CronExpression("*/10 1-3 13 * FRI")), followsHours: false
            ) { day, _, hour, minute in
                (day.day == 13 || day.weekday == 5) && (1...3) ~= hour && minute % 10 == 0
            },
            Case(recurrence: .cron(try CronExpression("5,35 * * * *")), followsHours: true) {
                _, _, _, minute in minute == 5 || minute == 35
            },
        ]
    }

    /// The last number: in which minutes of the hour the zone's clocks may change.
    @Test(
        arguments: [
            ("Europe/Moscow", 2014, 30), ("Europe/Berlin", 2026, 30),
            ("Australia/Lord_Howe", 2026, 30), ("Pacific/Apia", 2011, 30),
            // Clocks changed a minute after midnight.
            ("America/St_Johns", 2006, 1),
        ] as [(String, Int, Int64)])
    func agreesWithEveryMinuteOfAYear(_ name: String, _ year: Int, _ step: Int64) throws {
        let zone = try Zone.named(name)
        let cases = try Self.cases()
        let start = try #require(CivilTime(year: year, month: 1, day: 1)).toMillisecondsUTC()
        let end = try #require(CivilTime(year: year + 1, month: 1, day: 1)).toMillisecondsUTC()
        let expected = Self.moments(of: cases, from: start, to: end, in: zone, step: step)
        for (number, one) in cases.enumerated() {
            let schedule = Schedule(one.recurrence, in: zone)
            let found = schedule.occurrences(in: start..<end, limit: 1_000_000)
            #expect(found.count == expected[number].count, "case \(number)")
            let wrong = zip(found, expected[number]).first { $0 != $1 }
            #expect(wrong == nil, "case \(number)")
        }
    }

    /// Walks through the minutes.
    private static func moments(
        of cases: [Case], from start: Int64, to end: Int64, in zone: TimeZoneRules,
        step: Int64
    ) -> [[Int64]] {
        var found = [[Int64]](repeating: [], count: cases.count)
        var (offsetMoment, offset) = (Int64.min, Int64(0))
        func local(_ moment: Int64) -> Int64 {
            let minute = moment / 60_000
            if minute - minute % step != offsetMoment {
                offsetMoment = minute - minute % step
                offset = Int64(zone.offset(atUTC: offsetMoment * 60_000))
            }
            return minute + offset
        }
        var day = CivilTime(millisecondsUTC: 0)
        var (dayNumber, length) = (Int64.min, 0)
        func matches(_ one: Case, _ minute: Int64) -> Bool {
            let number = minute.quotientAndRemainder(dividingBy: 1440).quotient
            if number != dayNumber {
                dayNumber = number
                day = CivilTime(millisecondsUTC: number * 86_400_000)
                length = CivilTime.daysInMonth(day.month, year: day.year)
            }
            let rest = Int(minute - number * 1440)
            return one.isMoment(day, length, rest / 60, rest % 60)
        }
        // A day earlier, for what was shown before.
        var newest = local(start - 86_400_000)
        var moment = start - 86_400_000 + 60_000
        while moment < end {
            let shown = local(moment)
            for (index, one) in cases.enumerated() where moment >= start {
                let isRepeated = shown <= newest
                var isMoment = (one.followsHours || !isRepeated) && matches(one, shown)
                if shown > newest + 1, !isMoment, local(moment - 60_000) + 1 < shown {
                    isMoment = (local(moment - 60_000) + 1..<shown).contains { matches(one, $0) }
                }
                if isMoment { found[index].append(moment) }
            }
            newest = max(newest, shown)
            moment += 60_000
        }
        return found
    }
}
