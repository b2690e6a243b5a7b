import Testing
import Values

@Suite struct TimeZoneRulesTests {
    static func zone(_ name: String) throws -> TimeZoneRules { try TimeZoneRules(name) }

    static func instant(_ text: String) throws -> Int64 {
        try #require(Timestamp(text), "\(text)").milliseconds
    }

    /// A local time, an instant which has it in a zone, and whether it is summer time there.
    ///
    /// From the announcements of the changes: Russia 2011-08-31 No. 725 and 2014-07-21 No. 248-FZ,
    /// Directive 2000/84/EC, US Energy Policy Act of 2005.
    @Test(arguments: [
        ("Europe/Moscow", "2010-01-01T00:00:00Z", "2010-01-01T03:00:00+03:00", false),
        ("Europe/Moscow", "2010-07-01T00:00:00Z", "2010-07-01T04:00:00+04:00", true),
        ("Europe/Moscow", "2012-01-01T00:00:00Z", "2012-01-01T04:00:00+04:00", false),
        ("Europe/Moscow", "2014-10-25T21:59:59Z", "2014-10-26T01:59:59+04:00", false),
        ("Europe/Moscow", "2014-10-25T22:00:00Z", "2014-10-26T01:00:00+03:00", false),
        ("Europe/Moscow", "2024-07-01T00:00:00Z", "2024-07-01T03:00:00+03:00", false),
        ("Europe/Moscow", "2500-07-01T00:00:00Z", "2500-07-01T03:00:00+03:00", false),
        ("Europe/Berlin", "2024-03-31T00:59:59Z", "2024-03-31T01:59:59+01:00", false),
        ("Europe/Berlin", "2024-03-31T01:00:00Z", "2024-03-31T03:00:00+02:00", true),
        ("Europe/Berlin", "2024-10-27T01:00:00Z", "2024-10-27T02:00:00+01:00", false),
        ("Europe/Berlin", "2150-07-01T00:00:00Z", "2150-07-01T02:00:00+02:00", true),
        ("America/New_York", "2024-03-10T07:00:00Z", "2024-03-10T03:00:00-04:00", true),
        ("America/New_York", "2100-11-07T05:59:59Z", "2100-11-07T01:59:59-04:00", true),
        ("America/New_York", "2100-11-07T06:00:00Z", "2100-11-07T01:00:00-05:00", false),
        ("Australia/Sydney", "2090-01-01T00:00:00Z", "2090-01-01T11:00:00+11:00", true),
        ("Australia/Sydney", "2090-07-01T00:00:00Z", "2090-07-01T10:00:00+10:00", false),
        ("Asia/Kolkata", "2024-01-01T00:00:00Z", "2024-01-01T05:30:00+05:30", false),
        ("Asia/Kathmandu", "2024-01-01T00:00:00Z", "2024-01-01T05:45:00+05:45", false),
        ("Etc/GMT-14", "2024-01-01T00:00:00Z", "2024-01-01T14:00:00+14:00", false),
        ("UTC", "2024-01-01T00:00:00Z", "2024-01-01T00:00:00Z", false),
        ("-05:30", "2024-01-01T00:00:00Z", "2023-12-31T18:30:00-05:30", false),
    ])
    func knowsTheOffsetsOfZones(
        _ name: String, _ utc: String, _ local: String, _ isSummerTime: Bool
    ) throws {
        let zone = try Self.zone(name)
        let time = zone.timestamp(atUTC: try Self.instant(utc))
        #expect(time.rfc3339 == local)
        #expect(time.flags.contains(.summerTime) == isSummerTime)
        #expect(zone.isSummerTime(atUTC: time.milliseconds) == isSummerTime)
        #expect(zone.offset(atUTC: time.milliseconds) == time.offsetMinutes)
        #expect(zone.name == name)
    }

    @Test func listsTransitions() throws {
        let berlin = try Self.zone("Europe/Berlin")
        let year = try berlin.transitions(
            from: Self.instant("2024-01-01T00:00:00Z"), to: Self.instant("2025-01-01T00:00:00Z"))
        #expect(
            year == [
                .init(
                    milliseconds: try Self.instant("2024-03-31T01:00:00Z"), offsetBefore: 60,
                    offsetAfter: 120, isSummerTime: true),
                .init(
                    milliseconds: try Self.instant("2024-10-27T01:00:00Z"), offsetBefore: 120,
                    offsetAfter: 60, isSummerTime: false),
            ])
        let change = try Self.instant("2024-03-31T01:00:00Z")
        #expect(berlin.transitions(from: change, to: change + 1).count == 1)
        #expect(berlin.transitions(from: change + 1, to: change + 1000).isEmpty)
        #expect(berlin.transitions(from: change - 1000, to: change).isEmpty)
        #expect(berlin.transitions(from: change, to: change).isEmpty)
        #expect(berlin.transitions(from: change, to: change - 1).isEmpty)
        #expect(TimeZoneRules.utc.transitions(from: .min, to: .max).isEmpty)
    }

    @Test func listsTransitionsWithoutAGapWhereTheRuleTakesOver() throws {
        let berlin = try Self.zone("Europe/Berlin")
        let all = try berlin.transitions(
            from: Self.instant("2000-01-01T00:00:00Z"), to: Self.instant("2200-01-01T00:00:00Z"))
        #expect(all.count == 400)
        for (earlier, later) in zip(all, all.dropFirst()) {
            #expect(earlier.milliseconds < later.milliseconds)
            #expect(earlier.offsetAfter == later.offsetBefore)
        }
        for change in all {
            #expect(berlin.offset(atUTC: change.milliseconds) == change.offsetAfter)
            #expect(berlin.offset(atUTC: change.milliseconds - 1) == change.offsetBefore)
        }
        #expect(berlin.transitions(from: .min, to: .max).count == TimeZoneRules.mostTransitions)
    }

    @Test func findsTheInstantOfALocalTime() throws {
        let berlin = try Self.zone("Europe/Berlin")
        let noon = try #require(CivilTime(year: 2024, month: 7, day: 1, hour: 12))
        let match = berlin.utc(ofLocal: noon)
        #expect(match.kind == .once)
        #expect(match.earlier == (try Self.instant("2024-07-01T10:00:00Z")))
        #expect(match.later == match.earlier)
    }

    @Test func findsBothInstantsWhenClocksAreSetBack() throws {
        let berlin = try Self.zone("Europe/Berlin")
        let time = try #require(CivilTime(year: 2024, month: 10, day: 27, hour: 2, minute: 30))
        let match = berlin.utc(ofLocal: time)
        #expect(match.kind == .twice)
        #expect(match.earlier == (try Self.instant("2024-10-27T00:30:00Z")))
        #expect(match.later == (try Self.instant("2024-10-27T01:30:00Z")))
        #expect(berlin.timestamp(ofLocal: time).rfc3339 == "2024-10-27T02:30:00+02:00")
        #expect(
            berlin.timestamp(ofLocal: time, isSummerTime: true).rfc3339
                == "2024-10-27T02:30:00+02:00")
        #expect(
            berlin.timestamp(ofLocal: time, isSummerTime: false).rfc3339
                == "2024-10-27T02:30:00+01:00")
        let end = try #require(time.at(hour: 3))
        #expect(berlin.utc(ofLocal: end).kind == .once)
        // In Moscow the clocks were set back without summer time: the earlier instant is taken.
        let moscow = try Self.zone("Europe/Moscow")
        let repeated = try #require(CivilTime(year: 2014, month: 10, day: 26, hour: 1, minute: 30))
        #expect(moscow.utc(ofLocal: repeated).kind == .twice)
        #expect(
            moscow.timestamp(ofLocal: repeated, isSummerTime: false).rfc3339
                == "2014-10-26T01:30:00+04:00")
    }

    @Test func findsInstantsAroundAGapWhenClocksAreSetForward() throws {
        let berlin = try Self.zone("Europe/Berlin")
        let time = try #require(CivilTime(year: 2024, month: 3, day: 31, hour: 2, minute: 30))
        let match = berlin.utc(ofLocal: time)
        #expect(match.kind == .never)
        #expect(match.earlier == (try Self.instant("2024-03-31T00:30:00Z")))
        #expect(match.later == (try Self.instant("2024-03-31T01:30:00Z")))
        #expect(berlin.timestamp(ofLocal: time).rfc3339 == "2024-03-31T03:30:00+02:00")
        // Samoa left 30 December 2011 out.
        let apia = try Self.zone("Pacific/Apia")
        let skipped = try #require(CivilTime(year: 2011, month: 12, day: 30, hour: 12))
        #expect(apia.utc(ofLocal: skipped).kind == .never)
    }

    @Test func agreesWithItselfEveryHalfHourOfTwoYears() throws {
        for name in ["Europe/Moscow", "Europe/Berlin", "America/Caracas", "Australia/Lord_Howe"] {
            let zone = try Self.zone(name)
            for (start, steps) in [
                ("2013-12-31T23:30:00Z", 17_700), ("2107-01-01T00:00:00Z", 17_700),
            ] {
                var utc = try Self.instant(start)
                for _ in 0..<steps {
                    let match = zone.utc(ofLocal: zone.timestamp(atUTC: utc).civil)
                    guard match.kind != .never, match.earlier == utc || match.later == utc else {
                        Issue.record("\(name) \(utc)")
                        return
                    }
                    utc += 1_800_000
                }
            }
        }
    }

    @Test func survivesTheEndsOfTime() throws {
        for name in ["Europe/Berlin", "Europe/Moscow", "+03:00"] {
            let zone = try Self.zone(name)
            for time in [Int64.min, .min + 1, .max - 1, .max] {
                _ = zone.offset(atUTC: time)
                _ = zone.utc(ofLocal: CivilTime(millisecondsUTC: time))
                _ = zone.timestamp(ofLocal: CivilTime(millisecondsUTC: time))
                _ = zone.transitions(from: time, to: .max)
                _ = zone.transitions(from: .min, to: time)
            }
        }
    }

    @Test(arguments: [
        "", "/", "/etc/passwd", "../../../etc/passwd", "Europe/../../../../etc/passwd",
        "Europe//Moscow",
        "Europe/", "/Europe/Moscow", "./Europe/Moscow", "Europe/Moscow\0", "zone.tab", "Москва",
        "Europe\\Moscow", "+3:00", "+24:00", "+03:00x", "-", String(repeating: "a", count: 101),
    ])
    func refusesTextThatIsNoName(_ text: String) {
        #expect(throws: TimeZoneError.invalidName(text)) { try TimeZoneRules(text) }
    }

    @Test func saysWhatIsMissing() {
        #expect(throws: TimeZoneError.unknownZone("Europe/Atlantis")) {
            try TimeZoneRules("Europe/Atlantis")
        }
        #expect(throws: TimeZoneError.unknownZone("Europe")) { try TimeZoneRules("Europe") }
        #expect(throws: TimeZoneError.unknownZone("Europe/Moscow/Center")) {
            try TimeZoneRules("Europe/Moscow/Center")
        }
        let error = #expect(throws: TimeZoneError.self) {
            try TimeZoneRules("Europe/Moscow", directory: "/nonexistent")
        }
        #expect(
            error?.description == "/nonexistent does not exist; install the Debian package tzdata")
    }

    @Test func hasFixedOffsets() {
        #expect(TimeZoneRules(fixedOffsetMinutes: 180)?.name == "+03:00")
        #expect(TimeZoneRules(fixedOffsetMinutes: -90)?.offset(atUTC: 0) == -90)
        #expect(TimeZoneRules(fixedOffsetMinutes: 1440) == nil)
        #expect(TimeZoneRules(fixedOffsetMinutes: .min) == nil)
    }
}
