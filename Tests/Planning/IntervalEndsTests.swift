import Testing
import Values

@testable import Planning

/// An instant of a text.
func at(_ text: String) -> Int64 {
    Timestamp(rfc3339: text)?.milliseconds ?? .min
}

@Suite struct IntervalEndsTests {
    private func ends(
        _ period: ArchivePeriod, _ from: String, _ to: String, _ zone: String
    ) throws -> [Int64] {
        IntervalEnds.list(period, in: at(from)..<at(to), zone: try TimeZoneRules(zone))
    }

    @Test(
        arguments: [
            ("END_OF_DAY", ArchivePeriod.day), ("END_OF_MONTH", .month),
            ("PROFILE_30", .minutes(30)),
            ("PROFILE_60", .minutes(60)), ("CURRENT", nil), ("NETWORK", nil), ("PROFILE_", nil),
            ("PROFILE_7", nil), ("PROFILE_0", nil), ("PROFILE_99999999999999999999", nil),
        ] as [(String, ArchivePeriod?)])
    func knowsThePeriodOfAnArchive(_ archive: String, _ period: ArchivePeriod?) {
        #expect(ArchivePeriod(archive: archive) == period)
    }

    @Test func endsDaysByTheDevicesCalendar() throws {
        let found = try ends(.day, "2026-05-27T00:00:00Z", "2026-05-29T00:00:00Z", "Europe/Moscow")
        #expect(found == [at("2026-05-27T21:00:00Z"), at("2026-05-28T21:00:00Z")])
    }

    @Test func takesTheFirstInstantOfARangeAndNotTheOneAfterIt() throws {
        let found = try ends(.day, "2026-05-27T21:00:00Z", "2026-05-28T21:00:00Z", "+03:00")
        #expect(found == [at("2026-05-27T21:00:00Z")])
    }

    @Test(arguments: [
        ("Europe/Berlin", "2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z", 46),
        ("Europe/Berlin", "2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z", 50),
        ("Australia/Lord_Howe", "2026-04-04T13:00:00Z", "2026-04-05T13:30:00Z", 49),
        ("Europe/Moscow", "2026-03-28T21:00:00Z", "2026-03-29T21:00:00Z", 48),
    ])
    func countsTheHalfHoursOfADay(
        _ zone: String, _ from: String, _ to: String, _ count: Int
    ) throws {
        let found = try ends(.minutes(30), from, to, zone)
        #expect(found.count == count)
        #expect(found == found.sorted())
        let rules = try TimeZoneRules(zone)
        for end in found {
            let civil = LocalCalendar(rules).civil(at: end)
            #expect(civil.minute % 30 == 0 && civil.second == 0, "\(civil)")
        }
    }

    @Test func alignsHoursWithTheClockOfTheZone() throws {
        let found = try ends(
            .minutes(60), "2026-01-01T00:00:00Z", "2026-01-01T03:00:00Z", "Asia/Kolkata")
        #expect(
            found == [
                at("2026-01-01T00:30:00Z"), at("2026-01-01T01:30:00Z"), at("2026-01-01T02:30:00Z"),
            ])
    }

    @Test func endsMonths() throws {
        let found = try ends(
            .month, "2025-11-30T21:00:00Z", "2026-03-01T00:00:00Z", "Europe/Moscow")
        #expect(
            found == [
                at("2025-11-30T21:00:00Z"), at("2025-12-31T21:00:00Z"), at("2026-01-31T21:00:00Z"),
                at("2026-02-28T21:00:00Z"),
            ])
    }

    @Test func hasNoEndForADayThatAZoneLeavesOut() throws {
        // Samoa went from 29 to 31 December 2011.
        let found = try ends(
            .day, "2011-12-28T00:00:00Z", "2012-01-02T00:00:00Z", "Pacific/Apia")
        #expect(
            found == [
                at("2011-12-28T10:00:00Z"), at("2011-12-29T10:00:00Z"), at("2011-12-30T10:00:00Z"),
                at("2011-12-31T10:00:00Z"), at("2012-01-01T10:00:00Z"),
            ])
    }

    @Test func beginsADayWhoseMidnightIsSkippedWithTheChange() throws {
        // Cairo sets its clocks from 00:00 to 01:00 on the last Friday of April.
        let found = try ends(
            .day, "2026-04-23T12:00:00Z", "2026-04-24T12:00:00Z", "Africa/Cairo")
        #expect(found == [at("2026-04-23T22:00:00Z")])
    }

    @Test func agreesWithACountMinuteByMinute() throws {
        for name in ["Europe/Moscow", "Europe/Berlin", "Australia/Lord_Howe", "Asia/Kathmandu"] {
            let zone = try TimeZoneRules(name)
            let range = at("2026-03-01T00:00:00Z")..<at("2026-05-01T00:00:00Z")
            var hours: [Int64] = []
            var midnights: [Int64] = []
            for instant in stride(from: range.lowerBound, to: range.upperBound, by: 60_000) {
                let civil = LocalCalendar(zone).civil(at: instant)
                if civil.minute == 0 { hours.append(instant) }
                if civil.minute == 0, civil.hour == 0 { midnights.append(instant) }
            }
            #expect(IntervalEnds.list(.minutes(60), in: range, zone: zone) == hours, "\(name)")
            #expect(IntervalEnds.list(.day, in: range, zone: zone) == midnights, "\(name)")
        }
    }

    @Test func stopsAtItsLimit() throws {
        let range = at("2026-01-01T00:00:00Z")..<at("2026-02-01T00:00:00Z")
        for period in [ArchivePeriod.minutes(30), .day] {
            let all = IntervalEnds.list(period, in: range, zone: .utc)
            let some = IntervalEnds.list(period, in: range, zone: .utc, limit: 5)
            #expect(some == Array(all.prefix(5)))
        }
        #expect(IntervalEnds.list(.day, in: 5..<5, zone: .utc).isEmpty)
    }
}
