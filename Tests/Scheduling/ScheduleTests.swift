import JSON
import Testing
import Values

@testable import Scheduling

@Suite struct ScheduleTests {
    /// Schedules of every kind, in zones of every kind.
    static func all() throws -> [Schedule] {
        let recurrences: [JSONValue] = [
            ["every": ["count": 7, "unit": "minutes"]],
            ["every": ["count": 5, "unit": "hours", "offset": ["count": 59, "unit": "minutes"]]],
            ["every": ["count": 5, "unit": "days", "offset": ["count": 25, "unit": "hours"]]],
            ["every": ["count": 2, "unit": "months", "offset": ["count": 1, "unit": "months"]]],
            ["daily": ["times": ["02:30", "01:00"]]],
            ["weekly": ["weekdays": ["sunday", "saturday"], "times": ["02:00"]]],
            ["monthly": ["days": [31, 1], "times": ["00:00"]]],
            ["cron": "*/7 2-4 * 3,10 SUN"], ["cron": "0 0 29 2 *"],
        ]
        let zones = [
            "UTC", "+05:30", "Europe/Moscow", "Europe/Berlin", "Australia/Lord_Howe",
            "Pacific/Apia",
        ]
        return try zones.flatMap { zone in
            try recurrences.map { recurrence in
                var object = try #require(recurrence.object)
                object["timeZone"] = .string(zone)
                return try Schedule(reading: .object(object))
            }
        }
    }

    @Test func goesForwardFromAnyMoment() throws {
        var random = SeededRandom(seed: 7)
        for schedule in try Self.all() {
            for _ in 0..<20 {
                let moment = Int64.random(in: 1_250_000_000_000...2_000_000_000_000, using: &random)
                let next = try #require(schedule.next(after: moment))
                #expect(next > moment)
                #expect(schedule.previous(at: next) == next)
                #expect(try #require(schedule.next(after: next)) > next)
                #expect(schedule.next(after: next - 1) == next)
                // Nothing lies between: what comes last before the next one came before the moment.
                let before = try #require(schedule.previous(at: next - 1))
                #expect(before <= moment)
                #expect(schedule.next(after: before) == next)
                let several = schedule.occurrences(in: (moment + 1)..<(next + 1))
                #expect(several == [next])
            }
        }
    }

    @Test func comesBackFromItsJSON() throws {
        for schedule in try Self.all() {
            #expect(try Schedule(reading: schedule.json) == schedule)
        }
        let whole = try Schedule(reading: [
            "cron": "@daily", "timeZone": "Europe/Moscow", "jitterSeconds": 90,
            "windowMinutes": 240,
        ])
        #expect(
            whole.json == [
                "cron": "@daily", "timeZone": "Europe/Moscow", "jitterSeconds": 90,
                "windowMinutes": 240,
            ])
    }

    @Test(
        arguments: [
            ([:], ["", "/timeZone"]),
            (["cron": "@daily", "daily": ["times": ["01:00"]], "timeZone": "UTC"], [""]),
            (["cron": "@daily", "timeZone": "Mars/Olympus"], ["/timeZone"]),
            (["cron": "61 * * * *", "timeZone": "UTC"], ["/cron"]),
            (["cron": "0 0 30 2 *", "timeZone": "UTC"], ["/cron"]),
            (["cron": 5, "timeZone": "UTC"], ["/cron"]),
            (["every": ["count": 0, "unit": "minutes"], "timeZone": "UTC"], ["/every/count"]),
            (["every": ["count": 61, "unit": "minutes"], "timeZone": "UTC"], ["/every/count"]),
            (["every": ["count": 1, "unit": "years"], "timeZone": "UTC"], ["/every/unit"]),
            (
                [
                    "every": [
                        "count": 1, "unit": "hours", "offset": ["count": 1, "unit": "days"],
                    ], "timeZone": "UTC",
                ], ["/every/offset/unit"]
            ),
            (["daily": ["times": []], "timeZone": "UTC"], ["/daily/times"]),
            (["daily": ["times": ["24:00"]], "timeZone": "UTC"], ["/daily/times"]),
            (["daily": ["times": ["1:00"]], "timeZone": "UTC"], ["/daily/times"]),
            (
                ["weekly": ["weekdays": ["caturday"], "times": []], "timeZone": "UTC"],
                ["/weekly/weekdays", "/weekly/times"]
            ),
            (
                ["monthly": ["days": [0], "times": ["01:00"]], "timeZone": "UTC"], ["/monthly/days"]
            ),
            (["cron": "@daily", "timeZone": "UTC", "jitterSeconds": -1], ["/jitterSeconds"]),
            (["cron": "@daily", "timeZone": "UTC", "windowMinutes": 0], ["/windowMinutes"]),
            (
                ["cron": "@daily", "timeZone": "UTC", "windowMinutes": 1, "jitterSeconds": 60],
                ["/jitterSeconds"]
            ),
        ] as [(JSONValue, [String])])
    func namesEveryFault(_ json: JSONValue, _ pointers: [String]) throws {
        do throws(ScheduleFaults) {
            _ = try Schedule(json) { try? TimeZoneRules($0) }
            Issue.record("\(json) was taken")
        } catch {
            #expect(error.faults.map(\.place.description) == pointers, "\(json)")
            #expect(error.faults.allSatisfy { !$0.russian.isEmpty && !$0.english.isEmpty })
        }
    }

    @Test func namesTheLastDayOfAShortMonth() throws {
        let schedule = try Schedule(reading: [
            "monthly": ["days": [30, 31], "times": ["01:00"]], "timeZone": "UTC",
        ])
        #expect(
            try schedule.shown(from: "2026-01-01T00:00:00Z", to: "2026-05-01T00:00:00Z")
                .map { $0.prefix(10) } == [
                    "2026-01-30", "2026-01-31", "2026-02-28", "2026-03-30", "2026-03-31",
                    "2026-04-30",
                ])
    }

    // ceHES 3.3: every day at 01:00 of Moscow's clocks, "beginning (UTC) at 22:00".
    @Test func startsAtTheManualsTime() throws {
        let schedule = try Schedule(reading: [
            "daily": ["times": ["01:00"]], "timeZone": "Europe/Moscow",
        ])
        #expect(
            schedule.next(after: try instant("2026-03-26T12:00:00Z"))
                == (try instant("2026-03-26T22:00:00Z")))
    }

    @Test func endsWithTheCalendar() throws {
        let schedule = try Schedule.cron("@daily")
        #expect(schedule.next(after: .max) == nil)
        #expect(schedule.next(after: .min) == 0)
        #expect(schedule.previous(at: .min) == nil)
        #expect(schedule.previous(at: .max) != nil)
        #expect(schedule.occurrences(in: Int64.min..<0, limit: 3).isEmpty)
        #expect(schedule.occurrences(in: 0..<Int64.max, limit: 3) == [0, 86_400_000, 172_800_000])
    }
}

@Suite struct JitterTests {
    private let job = UUID(high: 0x018f_b9c2_6a00_7abc, low: 0x8def_0123_4567_89ab)

    @Test func spreadsStartsAndNeverReachesTheNextOccurrence() throws {
        let schedule = Schedule(
            .every(try #require(Interval(5, .minutes))), in: .utc, jitterSeconds: 3_600)
        var delays: Set<Int64> = []
        var last: Int64 = 0
        for occurrence in schedule.occurrences(in: 0..<86_400_000) {
            let start = schedule.start(of: occurrence, for: job)
            #expect(start == schedule.start(of: occurrence, for: job))
            #expect((occurrence..<occurrence + 300_000) ~= start)
            #expect(start > last)
            last = start
            delays.insert(start - occurrence)
        }
        #expect(delays.count > 250)
        #expect(delays.contains { $0 < 60_000 } && delays.contains { $0 > 240_000 })
    }

    @Test func differsFromJobToJob() throws {
        let schedule = Schedule(.cron(try CronExpression("@daily")), in: .utc, jitterSeconds: 600)
        let starts = (0..<1_000).map { schedule.start(of: 0, for: UUID(high: 7, low: $0)) }
        #expect(Set(starts).count > 950)
        #expect(starts.allSatisfy { (0...600_000) ~= $0 })
    }

    @Test func isDueOnceItsStartHasCome() throws {
        let schedule = Schedule(.cron(try CronExpression("@hourly")), in: .utc, jitterSeconds: 900)
        let hour: Int64 = 3_600_000
        let start = schedule.start(of: 10 * hour, for: job)
        #expect(start > 10 * hour)
        #expect(schedule.due(at: start - 1, for: job) == 9 * hour)
        #expect(schedule.due(at: start, for: job) == 10 * hour)
        let coming = schedule.upcoming(after: start - 1, handled: 9 * hour, for: job)
        #expect(coming?.occurrence == 10 * hour)
        #expect(coming?.start == start)
        let later = schedule.upcoming(after: start - 1, handled: 10 * hour, for: job)
        #expect(later?.occurrence == 11 * hour)
    }

    @Test func closesItsWindow() throws {
        let schedule = Schedule(.cron(try CronExpression("@daily")), in: .utc, windowMinutes: 240)
        #expect(schedule.closing(of: 0) == 14_400_000)
        #expect(Schedule(.cron(try CronExpression("@daily")), in: .utc).closing(of: 0) == nil)
    }
}
