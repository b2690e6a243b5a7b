import Testing
import Values

@testable import Scheduling

@Suite struct ClockChangeTests {
    // Berlin, 29 March 2026: 02:00 becomes 03:00 at 01:00 UTC. 25 October: 03:00 becomes 02:00.
    @Test func startsASkippedTimeAtTheMomentOfTheChange() throws {
        let schedule = try Schedule(
            reading: ["daily": ["times": ["02:30"]], "timeZone": "Europe/Berlin"])
        #expect(
            schedule.occurrences(
                in: try instant("2026-03-28T00:00:00Z")..<(try instant("2026-03-31T00:00:00Z")))
                == [
                    try instant("2026-03-28T02:30:00+01:00"), try instant("2026-03-29T01:00:00Z"),
                    try instant("2026-03-30T02:30:00+02:00"),
                ])
    }

    @Test func startsARepeatedTimeOnce() throws {
        let schedule = try Schedule(
            reading: ["daily": ["times": ["02:30"]], "timeZone": "Europe/Berlin"])
        #expect(
            schedule.occurrences(
                in: try instant("2026-10-24T00:00:00Z")..<(try instant("2026-10-27T00:00:00Z")))
                == [
                    try instant("2026-10-24T02:30:00+02:00"),
                    try instant("2026-10-25T02:30:00+02:00"),
                    try instant("2026-10-26T02:30:00+01:00"),
                ])
    }

    @Test func startsTwoSkippedTimesOnce() throws {
        let schedule = try Schedule.cron("0,15,30,45 2 * * *", in: "Europe/Berlin")
        #expect(
            schedule.occurrences(
                in: try instant("2026-03-29T00:00:00Z")..<(try instant("2026-03-29T12:00:00Z")))
                == [try instant("2026-03-29T01:00:00Z")])
    }

    /// No hour is named, so that each hour which passes has its starts.
    @Test(arguments: ["*/15 * * * *", nil])
    func followsTheHoursAsTheyPass(_ cron: String?) throws {
        let schedule =
            try cron.map { try Schedule.cron($0, in: "Europe/Berlin") }
            ?? Schedule.every(15, .minutes, in: "Europe/Berlin")
        let period = try instant("2026-10-24T22:00:00Z")..<(try instant("2026-10-25T06:00:00Z"))
        #expect(
            schedule.occurrences(in: period)
                == Array(stride(from: period.lowerBound, to: period.upperBound, by: 900_000)))
        let spring = try instant("2026-03-28T22:00:00Z")..<(try instant("2026-03-29T06:00:00Z"))
        #expect(
            schedule.occurrences(in: spring)
                == Array(stride(from: spring.lowerBound, to: spring.upperBound, by: 900_000)))
    }

    @Test func startsEveryHourThatPasses() throws {
        for schedule in [
            try Schedule.every(1, .hours, in: "Europe/Berlin"),
            try Schedule.cron("@hourly", in: "Europe/Berlin"),
        ] {
            let day = try instant("2026-10-24T22:00:00Z")..<(try instant("2026-10-25T23:00:00Z"))
            #expect(schedule.occurrences(in: day).count == 25)
        }
    }

    // Lord Howe Island, 5 April 2026: 02:00 becomes 01:30. 4 October: 02:00 becomes 02:30.
    @Test func knowsChangesOfHalfAnHour() throws {
        let daily = try Schedule(
            reading: ["daily": ["times": ["01:45", "02:15"]], "timeZone": "Australia/Lord_Howe"])
        #expect(
            try daily.shown(from: "2026-04-04T12:00:00Z", to: "2026-04-05T12:00:00Z")
                == ["2026-04-05 01:45:00", "2026-04-05 02:15:00"])
        #expect(
            try daily.shown(from: "2026-10-03T12:00:00Z", to: "2026-10-04T12:00:00Z")
                == ["2026-10-04 01:45:00", "2026-10-04 02:30:00"])
    }

    // Samoa had no 30 December 2011: 29 December was followed by the 31st.
    @Test func startsTheTimesOfALostDayOnceAtItsEnd() throws {
        let schedule = try Schedule(
            reading: ["daily": ["times": ["01:00", "23:00"]], "timeZone": "Pacific/Apia"])
        #expect(
            try schedule.shown(from: "2011-12-29T10:00:00Z", to: "2012-01-01T10:00:00Z") == [
                "2011-12-29 01:00:00", "2011-12-29 23:00:00", "2011-12-31 00:00:00",
                "2011-12-31 01:00:00", "2011-12-31 23:00:00", "2012-01-01 01:00:00",
                "2012-01-01 23:00:00",
            ])
    }

    // Moscow: clocks were set back for good on 26 October 2014 at 02:00.
    @Test func knowsTheLastChangeOfMoscow() throws {
        let schedule = try Schedule.cron("30 1 * * *", in: "Europe/Moscow")
        #expect(
            schedule.occurrences(
                in: try instant("2014-10-25T00:00:00Z")..<(try instant("2014-10-27T00:00:00Z")))
                == [
                    try instant("2014-10-26T01:30:00+04:00"),
                    try instant("2014-10-27T01:30:00+03:00"),
                ])
    }
}
