import Testing
import Values

@Suite struct CivilTimeTests {
    @Test func countsFromTheEpoch() throws {
        let epoch = try #require(CivilTime(year: 1970, month: 1, day: 1))
        #expect(epoch.toMillisecondsUTC() == 0)
        #expect(epoch.weekday == 4)
        #expect(CivilTime(millisecondsUTC: 0) == epoch)
        // `date -u -d 2024-05-27T21:00:00Z +%s` says 1716843600.
        let end = try #require(CivilTime(year: 2024, month: 5, day: 28))
        #expect(end.toMillisecondsUTC(offsetMinutes: 180) == 1_716_843_600_000)
        #expect(CivilTime(millisecondsUTC: 1_716_843_600_000, offsetMinutes: 180) == end)
    }

    @Test func refusesFieldsOutsideOfTheirRange() {
        #expect(CivilTime(year: 2023, month: 2, day: 29) == nil)
        #expect(CivilTime(year: 2024, month: 2, day: 29) != nil)
        #expect(CivilTime(year: 1900, month: 2, day: 29) == nil)
        #expect(CivilTime(year: 2000, month: 2, day: 29) != nil)
        #expect(CivilTime(year: 2024, month: 13, day: 1) == nil)
        #expect(CivilTime(year: 2024, month: 0, day: 1) == nil)
        #expect(CivilTime(year: 2024, month: .max, day: 1) == nil)
        #expect(CivilTime(year: 2024, month: 1, day: 0) == nil)
        #expect(CivilTime(year: 2024, month: 1, day: 1, hour: 24) == nil)
        #expect(CivilTime(year: 2024, month: 1, day: 1, minute: 60) == nil)
        #expect(CivilTime(year: 2024, month: 1, day: 1, second: 60) == nil)
        #expect(CivilTime(year: 2024, month: 1, day: 1, millisecond: 1000) == nil)
        #expect(CivilTime(year: -1, month: 1, day: 1) == nil)
        #expect(CivilTime(year: 10_000, month: 1, day: 1) == nil)
    }

    @Test func walksEveryDayOfFourCenturies() throws {
        var milliseconds = try #require(CivilTime(year: 1800, month: 1, day: 1)).toMillisecondsUTC()
        var weekday = 3
        for year in 1800..<2200 {
            for month in 1...12 {
                for day in 1...CivilTime.daysInMonth(month, year: year) {
                    let time = try #require(CivilTime(year: year, month: month, day: day))
                    guard time.toMillisecondsUTC() == milliseconds,
                        CivilTime(millisecondsUTC: milliseconds) == time, time.weekday == weekday
                    else {
                        Issue.record("\(time)")
                        return
                    }
                    milliseconds += 86_400_000
                    weekday = weekday % 7 + 1
                }
            }
        }
    }

    @Test func survivesTheEndsOfTime() {
        for milliseconds in [Int64.min, .min + 1, -1, 0, .max - 1, .max] {
            for offset in [Int.min, -1440, 0, 1440, .max] {
                let time = CivilTime(millisecondsUTC: milliseconds, offsetMinutes: offset)
                _ = time.weekday
                _ = time.description
                _ = time.toMillisecondsUTC(offsetMinutes: offset)
            }
            let time = CivilTime(millisecondsUTC: milliseconds)
            #expect(time.toMillisecondsUTC() == milliseconds)
            #expect(Timestamp(milliseconds: milliseconds, offsetMinutes: 180).rfc3339.count > 20)
        }
    }

    @Test func ordersByTheClock() throws {
        let day = try #require(CivilTime(year: 2024, month: 5, day: 28))
        let noon = try #require(day.at(hour: 12))
        #expect(day < noon)
        let later = try #require(day.at(hour: 12, millisecond: 1))
        #expect(noon < later)
        #expect(noon.description == "2024-05-28 12:00:00")
        #expect(day.at(hour: 25) == nil)
    }
}

@Suite struct TimestampTests {
    @Test(arguments: [
        ("2024-05-28T00:00:00+03:00", 1_716_843_600_000, 180),
        ("2024-05-27T21:00:00Z", 1_716_843_600_000, 0),
        ("1970-01-01T00:00:00.001Z", 1, 0),
        ("1969-12-31T23:59:59.999Z", -1, 0),
        ("2024-05-27T15:30:00-05:30", 1_716_843_600_000, -330),
        ("0000-01-01T00:00:00Z", -62_167_219_200_000, 0),
        ("9999-12-31T23:59:59.999Z", 253_402_300_799_999, 0),
    ])
    func readsAndWritesTheSameText(_ text: String, _ milliseconds: Int64, _ offset: Int) throws {
        let time = try #require(Timestamp(text))
        #expect(time.milliseconds == milliseconds)
        #expect(time.offsetMinutes == offset)
        #expect(time.flags == [.known, .offsetKnown])
        #expect(time.rfc3339 == text)
    }

    @Test func readsWhatTheStandardAllows() {
        let expected = Timestamp(milliseconds: 1_716_843_600_120)
        #expect(Timestamp("2024-05-27t21:00:00.12z") == expected)
        #expect(Timestamp("2024-05-27 21:00:00.1209999999999999999Z") == expected)
        #expect(Timestamp("2024-05-27T21:00:00.12+00:00") == expected)
        let unknown = Timestamp("2024-05-27T21:00:00.12-00:00")
        #expect(unknown?.flags == [.known])
        #expect(unknown?.rfc3339 == "2024-05-27T21:00:00.120Z")
        #expect(Timestamp(rfc3339: "x2024-05-27T21:00:00.12Z".dropFirst()) == expected)
    }

    @Test func countsALeapSecondAsTheNextOne() {
        #expect(
            Timestamp("2016-12-31T23:59:60Z")?.milliseconds
                == Timestamp("2017-01-01T00:00:00Z")?.milliseconds)
        #expect(Timestamp("2017-01-01T02:59:60+03:00")?.rfc3339 == "2017-01-01T03:00:00+03:00")
        #expect(Timestamp("2016-12-31T22:59:60Z") == nil)
    }

    @Test(arguments: [
        "", "2024-05-27", "2024-05-27T21:00:00", "2024-05-27T21:00Z", "2024-5-27T21:00:00Z",
        "2024-05-27T21:00:00.Z", "2024-05-27T21:00:00+3:00", "2024-05-27T21:00:00+0300",
        "2024-05-27T21:00:00+24:00", "2024-05-27T21:00:00+00:60", "2024-02-30T00:00:00Z",
        "2024-05-27T24:00:00Z", "2024-05-27T21:00:00ZZ", "2024-05-27T21:00:00,5Z",
        "+2024-05-27T21:00:00Z", "2024-05-27T21:00:00−03:00", "2024-05-27T21:00:61Z",
        "2024-05-27T21:00:00." + String(repeating: "0", count: 200) + "Z",
    ])
    func refusesOtherText(_ text: String) {
        #expect(Timestamp(text) == nil)
    }

    @Test func rejectsEveryTruncationAndSurvivesMutations() {
        let text = Array("2024-05-28T00:00:00.123+03:00".utf8)
        for length in text.indices {
            #expect(Timestamp(String(decoding: text.prefix(length), as: UTF8.self)) == nil)
        }
        var random = SeededRandom(seed: 4)
        for _ in 0..<5000 {
            var changed = text
            for _ in 0...Int.random(in: 0...3, using: &random) {
                let index = Int.random(in: changed.indices, using: &random)
                changed[index] = UInt8.random(in: .min ... .max, using: &random)
            }
            if let time = Timestamp(String(decoding: changed, as: UTF8.self)) {
                #expect(Timestamp(time.rfc3339)?.milliseconds == time.milliseconds)
                #expect(Timestamp(time.rfc3339)?.offsetMinutes == time.offsetMinutes)
            }
        }
    }

    @Test func writesOffsetsThatCannotBeWrittenAsUTC() {
        let time = Timestamp(milliseconds: 0, offsetMinutes: 1440)
        #expect(time.rfc3339 == "1970-01-01T00:00:00Z")
        #expect(
            Timestamp(milliseconds: 0, offsetMinutes: -1439).rfc3339
                == "1969-12-31T00:01:00-23:59")
    }

    @Test func ordersByTheInstant() throws {
        let early = try #require(Timestamp("2024-05-28T00:00:00+03:00"))
        let late = try #require(Timestamp("2024-05-27T21:00:01Z"))
        #expect(early < late)
        #expect(early.civil.day == 28)
        #expect(Timestamp(early.civil, offsetMinutes: 180) == early)
    }
}
