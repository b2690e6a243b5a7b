import Testing
import Values

@testable import Scheduling

@Suite struct IntervalTests {
    // ceCloud 2.3.15.3.2: "every 7 minutes … 07, 14, 21 …", counted from the start of the hour.
    @Test func countsMinutesWithinTheHour() throws {
        let shown = try Schedule.every(7, .minutes).shown(
            from: "2026-01-10T10:00:00Z", to: "2026-01-10T12:00:00Z")
        let minutes = ["07", "14", "21", "28", "35", "42", "49", "56"]
        #expect(
            shown
                == minutes.map { "2026-01-10 10:\($0):00" }
                + minutes.map { "2026-01-10 11:\($0):00" })
    }

    // The same place: "every 3 hours … 03:00, 06:00, 09:00 …", counted from the start of the day.
    @Test func countsHoursWithinTheDay() throws {
        let shown = try Schedule.every(3, .hours, in: "Europe/Moscow").shown(
            from: "2026-01-09T21:00:00.001Z", to: "2026-01-10T21:00:00.001Z")
        #expect(
            shown.map { $0.suffix(8) } == [
                "03:00:00", "06:00:00", "09:00:00", "12:00:00", "15:00:00", "18:00:00",
                "21:00:00", "00:00:00",
            ])
    }

    // The same place: "every 5 days … at 00:00 of each day 05, 10, 15 …".
    @Test func countsDaysWithinTheMonth() throws {
        let shown = try Schedule.every(5, .days).shown(
            from: "2026-02-01T00:00:00Z", to: "2026-04-01T00:00:00Z")
        #expect(
            shown.map { $0.dropFirst(5).prefix(11) } == [
                "02-05 00:00", "02-10 00:00", "02-15 00:00", "02-20 00:00", "02-25 00:00",
                "03-05 00:00", "03-10 00:00", "03-15 00:00", "03-20 00:00", "03-25 00:00",
                "03-30 00:00",
            ])
    }

    @Test func countsMonthsWithinTheYear() throws {
        let shown = try Schedule.every(3, .months).shown(
            from: "2026-01-01T00:00:00Z", to: "2027-04-01T00:00:00Z")
        #expect(
            shown.map { $0.prefix(10) } == [
                "2026-03-01", "2026-06-01", "2026-09-01", "2026-12-01", "2027-03-01",
            ])
    }

    @Test func startsEveryHalfHourAtTheHourToo() throws {
        let shown = try Schedule.every(30, .minutes).shown(
            from: "2026-01-10T10:00:00Z", to: "2026-01-10T11:00:00Z")
        #expect(shown.map { $0.suffix(8) } == ["10:00:00", "10:30:00"])
    }

    @Test(
        arguments: [
            (7, .minutes, 5, .minutes, ["00:01", "00:12", "00:19", "00:26"]),
            (30, .minutes, 10, .minutes, ["00:10", "00:40", "01:10", "01:40"]),
            (3, .hours, 20, .minutes, ["00:20", "03:20", "06:20", "09:20"]),
            (1, .days, 60, .minutes, ["01:00", "01:00"]),
            (1, .days, 1, .hours, ["01:00", "01:00"]),
        ] as [(Int, Interval.Unit, Int, Interval.Unit, [String])])
    func shiftsByItsOffset(
        _ count: Int, _ unit: Interval.Unit, _ offset: Int, _ offsetUnit: Interval.Unit,
        _ expected: [String]
    ) throws {
        let schedule = try Schedule.every(count, unit, offset: .init(offset, offsetUnit))
        let shown = try schedule.shown(from: "2026-01-10T00:00:00Z", to: "2026-01-12T00:00:00Z")
        #expect(
            shown.prefix(expected.count).map { $0.dropFirst(11).prefix(5) }
                == expected[...].map { $0[...] })
    }

    @Test func shiftsMonthsByMonthsAndDays() throws {
        let byMonth = try Schedule.every(6, .months, offset: .init(1, .months))
        #expect(
            try byMonth.shown(from: "2026-01-01T00:00:00Z", to: "2027-01-01T00:00:00Z")
                == ["2026-01-01 00:00:00", "2026-07-01 00:00:00"])
        let byDay = try Schedule.every(6, .months, offset: .init(9, .days))
        #expect(
            try byDay.shown(from: "2026-01-01T00:00:00Z", to: "2027-01-01T00:00:00Z")
                == ["2026-06-10 00:00:00", "2026-12-10 00:00:00"])
    }

    @Test(
        arguments: [
            (0, .minutes, nil), (61, .minutes, nil), (25, .hours, nil), (32, .days, nil),
            (13, .months, nil), (7, .minutes, .init(60, .minutes)),
            (7, .minutes, .init(1, .hours)), (3, .hours, .init(24, .hours)),
            (5, .days, .init(28, .days)), (5, .days, .init(1, .months)),
            (1, .months, .init(12, .months)), (7, .minutes, .init(-1, .minutes)),
        ] as [(Int, Interval.Unit, Interval.Offset?)])
    func refusesWhatDoesNotFitItsPeriod(
        _ count: Int, _ unit: Interval.Unit, _ offset: Interval.Offset?
    ) {
        #expect(Interval(count, unit, offset: offset) == nil)
    }
}
