import JSON
import Scheduling
import Store
import Testing
import Values

@testable import Jobs

/// The clock is set, or a zone's clocks change: no start is missed, doubled or in a burst.
@Suite struct ClockJumpTests {
    private static let hourly: JSONValue = ["cron": "@hourly", "timeZone": "UTC"]
    private static let hour: Int64 = 3_600_000
    private static let tenYears: Int64 = 10 * 365 * 86_400

    @Test func startsOnceWhatAClockSetForwardHasPassed() async throws {
        try await Bench.with { bench in
            let job = try await bench.job(Self.hourly, missed: .skip)
            _ = try await bench.scheduler()
            await bench.alarm.advance(seconds: 1_800)
            await bench.alarm.jump(seconds: 3_600)
            let start = Bench.noon.milliseconds
            #expect(try await bench.occurrences(job) == [start + Self.hour])
            await bench.alarm.advance(seconds: 1_800)
            #expect(
                try await bench.occurrences(job) == [start + Self.hour, start + 2 * Self.hour])
        }
    }

    @Test func doublesNothingWhenTheClockIsSetBack() async throws {
        try await Bench.with { bench in
            let job = try await bench.job(Self.hourly)
            _ = try await bench.scheduler()
            await bench.alarm.advance(seconds: 2 * 3_600 + 1_800)
            let before = try await bench.occurrences(job)
            #expect(before.count == 2)
            await bench.alarm.jump(seconds: -3_600)
            #expect(try await bench.occurrences(job) == before)
            // 14:00 comes a second time and is done with; 15:00 is new.
            await bench.alarm.advance(seconds: 3_600)
            #expect(try await bench.occurrences(job) == before)
            await bench.alarm.advance(seconds: 1_800)
            #expect(
                try await bench.occurrences(job)
                    == before + [Bench.noon.milliseconds + 3 * Self.hour])
        }
    }

    @Test func startsOneRunAfterTenYearsForward() async throws {
        try await Bench.with { bench in
            let job = try await bench.job(Self.hourly)
            _ = try await bench.scheduler()
            await bench.alarm.advance(seconds: 1_800)
            await bench.alarm.jump(seconds: Self.tenYears)
            #expect(
                try await bench.occurrences(job)
                    == [Bench.noon.milliseconds + Self.tenYears * 1_000])
            await bench.alarm.advance(seconds: 3_600)
            #expect(try await bench.occurrences(job).count == 2)
        }
    }

    @Test func goesOnAfterTenYearsBackAndForthAgain() async throws {
        try await Bench.with { bench in
            let job = try await bench.job(Self.hourly)
            _ = try await bench.scheduler()
            await bench.alarm.advance(seconds: 3_600 + 1_800)
            #expect(try await bench.occurrences(job).count == 1)
            await bench.alarm.jump(seconds: -Self.tenYears)
            #expect(try await bench.occurrences(job).count == 1)
            await bench.alarm.advance(seconds: 2 * 3_600)
            #expect(try await bench.occurrences(job).count == 3)
            // The battery is changed and the right time is back: 15:30, of which 15:00 is due.
            await bench.alarm.jump(seconds: Self.tenYears)
            let found = try await bench.occurrences(job)
            #expect(found.count == 4)
            #expect(found.last == Bench.noon.milliseconds + 3 * Self.hour)
            await bench.alarm.jump(seconds: -3_600)
            await bench.alarm.jump(seconds: 3_600)
            #expect(try await bench.occurrences(job) == found)
            #expect(Set(found).count == found.count)
        }
    }

    /// Both changes of Berlin's clocks, and a day around each.
    @Test(arguments: ["2026-03-28T12:00:00Z", "2026-10-24T12:00:00Z"])
    func neitherLosesNorDoublesAtAChangeOfTheClocks(_ start: String) async throws {
        let start = Moment(milliseconds: try #require(Timestamp(rfc3339: start)).milliseconds)
        try await Bench.with(at: start) { bench in
            let zone: JSONValue = "Europe/Berlin"
            let daily = try await bench.job(
                ["daily": ["times": ["02:30"]], "timeZone": zone], name: "daily")
            let hourly = try await bench.job(
                ["every": ["count": 1, "unit": "hours"], "timeZone": zone], name: "hourly")
            let third = try await bench.job(
                ["every": ["count": 3, "unit": "hours"], "timeZone": zone], name: "third")
            _ = try await bench.scheduler()
            await bench.alarm.advance(seconds: 36 * 3_600)
            #expect(try await bench.occurrences(daily).count == 1)
            #expect(
                try await bench.occurrences(hourly)
                    == (1...36).map { start.milliseconds + $0 * Self.hour })
            // Local midnight at every third hour of the clock: twelve in a day and a half.
            #expect(try await bench.occurrences(third).count == 12)
            #expect(try await bench.history(daily).count == 1)
        }
    }
}
