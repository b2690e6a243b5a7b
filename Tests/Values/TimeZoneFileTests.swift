import Testing
import Values

@Suite struct TimeZoneFileTests {
    /// A file in the layout of RFC 9636, section 3: a first block without content and a second one
    /// with the given changes.
    static func file(
        changes: [(seconds: Int64, type: UInt8)] = [], types: [(offset: Int32, isSummer: Bool)],
        footer: String, version: UInt8 = UInt8(ascii: "2")
    ) -> [UInt8] {
        func header(_ counts: [UInt32]) -> [UInt8] {
            "TZif".utf8 + [version] + [UInt8](repeating: 0, count: 15)
                + counts.flatMap { bytes($0.bigEndian) }
        }
        var result = header([0, 0, 0, 0, 1, 1]) + [0, 0, 0, 0, 0, 0, 0]
        result += header([0, 0, 0, UInt32(changes.count), UInt32(types.count), 4])
        for change in changes { result += bytes(change.seconds.bigEndian) }
        result += changes.map(\.type)
        for type in types { result += bytes(type.offset.bigEndian) + [type.isSummer ? 1 : 0, 0] }
        return result + "XXX\0\n\(footer)\n".utf8
    }

    private static func bytes(_ value: some FixedWidthInteger) -> [UInt8] {
        withUnsafeBytes(of: value) { Array($0) }
    }

    private static func zone(footer: String) throws -> TimeZoneRules {
        try TimeZoneRules(name: "Test", file: file(types: [(0, false)], footer: footer))
    }

    @Test(arguments: [
        ("UTC0", "2024-06-01T00:00:00Z", 0), ("MSK-3", "2024-06-01T00:00:00Z", 180),
        ("<+0545>-5:45", "2024-06-01T00:00:00Z", 345), ("<-03>3", "2024-06-01T00:00:00Z", -180),
        ("EST5EDT,M3.2.0,M11.1.0", "2024-06-01T00:00:00Z", -240),
        ("EST5EDT4,M3.2.0/2:00:00,M11.1.0", "2024-12-01T00:00:00Z", -300),
        // The Julian day 60 is 1 March in every year; the ordinal day 59 is 29 February in a leap
        // year.
        ("AAA0BBB,J60/0,J300/0", "2024-02-29T23:59:59Z", 0),
        ("AAA0BBB,J60/0,J300/0", "2024-03-01T00:00:00Z", 60),
        ("AAA0BBB,59/0,300/0", "2024-02-29T00:00:00Z", 60),
        ("AAA0BBB,59/0,300/0", "2023-03-01T00:00:00Z", 60),
        // Times beyond a day and before it, as in Greenland and in Israel before 2013.
        ("<-02>2<-01>,M3.5.0/-1,M10.5.0/0", "2024-03-31T00:59:59Z", -120),
        ("<-02>2<-01>,M3.5.0/-1,M10.5.0/0", "2024-03-31T01:00:00Z", -60),
        ("IST-2IDT,M3.4.4/26,M10.5.0", "2024-03-28T23:59:59Z", 120),
        ("IST-2IDT,M3.4.4/26,M10.5.0", "2024-03-29T00:00:00Z", 180),
        // Summer time the whole year round (RFC 9636, section 3.3.2).
        ("XXX3EDT4,0/0,J365/23", "2024-01-01T03:00:00Z", -240),
        ("XXX3EDT4,0/0,J365/23", "2024-01-01T02:59:59Z", -240),
        // Southern summers last over the new year.
        ("AEST-10AEDT,M10.1.0,M4.1.0/3", "2024-01-01T00:00:00Z", 660),
        ("AEST-10AEDT,M10.1.0,M4.1.0/3", "2024-07-01T00:00:00Z", 600),
    ])
    func followsTheFooter(_ footer: String, _ utc: String, _ offset: Int) throws {
        let time = try #require(Timestamp(utc)).milliseconds
        #expect(try Self.zone(footer: footer).offset(atUTC: time) == offset)
    }

    @Test func doesNotTellOfChangesThatChangeNothing() throws {
        let zone = try Self.zone(footer: "XXX3EDT4,0/0,J365/23")
        #expect(zone.transitions(from: 0, to: 100 * 365 * 86_400_000).isEmpty)
    }

    @Test(arguments: [
        "X", "XX3", "MSK", "MSK-", "MSK-25", "MSK-3:60", "MSK-3MSD", "MSK-3MSD,", "MSK-3MSD,M3.5.0",
        "MSK-3MSD,M13.5.0,M10.5.0", "MSK-3MSD,M3.6.0,M10.5.0", "MSK-3MSD,M3.5.7,M10.5.0",
        "MSK-3MSD,M0.5.0,M10.5.0", "MSK-3MSD,J0,J5", "MSK-3MSD,J366,J5", "MSK-3MSD,366,5",
        "MSK-3MSD,M3.5.0/168,M10.5.0", "MSK-3MSD,M3.5.0,M10.5.0x", "<MSK-3", "<M>-3",
        "MSK-99999999999999999999",
    ])
    func refusesOtherFooters(_ footer: String) {
        #expect(throws: TimeZoneError.self) { try Self.zone(footer: footer) }
    }

    @Test func usesTheLastChangeWhereThereIsNoFooter() throws {
        let file = Self.file(
            changes: [(100, 1), (200, 0)], types: [(3600, false), (7200, true)], footer: "")
        let zone = try TimeZoneRules(name: "Test", file: file)
        #expect(zone.offset(atUTC: 99_999) == 60)
        #expect(zone.offset(atUTC: 100_000) == 120)
        #expect(zone.isSummerTime(atUTC: 199_999))
        #expect(zone.offset(atUTC: .max) == 60)
        #expect(zone.transitions(from: .min, to: .max).count == 2)
    }

    @Test func survivesAZoneThatChangesEverySecond() throws {
        var changes = (0..<1200).map { (seconds: Int64($0), type: UInt8($0 % 2)) }
        changes.append((seconds: 5000, type: 2))
        let file = Self.file(
            changes: changes, types: [(0, false), (60, false), (3600, true)], footer: "")
        let zone = try TimeZoneRules(name: "Test", file: file)
        let skipped = CivilTime(millisecondsUTC: 6_800_000)
        #expect(zone.utc(ofLocal: skipped).kind == .never)
    }

    @Test func roundsOddSecondsToMinutes() throws {
        for (seconds, minutes) in [(9017, 150), (9030, 151), (-17_762, -296), (-29, 0), (-31, -1)] {
            let file = Self.file(types: [(Int32(seconds), false)], footer: "")
            #expect(try TimeZoneRules(name: "Test", file: file).offset(atUTC: 0) == minutes)
        }
    }

    @Test func readsTheFirstVersion() throws {
        // One change at 2^31 - 1 from UTC+1 to UTC+2, in 32 bits.
        let counts: [UInt8] = [
            0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 0,
        ]
        let body: [UInt8] = [0x7F, 0xFF, 0xFF, 0xFF, 1, 0, 0, 14, 16, 0, 0, 0, 0, 28, 32, 1, 0]
        let file = "TZif\0".utf8 + [UInt8](repeating: 0, count: 15) + counts + body
        let zone = try TimeZoneRules(name: "Test", file: file)
        #expect(zone.offset(atUTC: 0) == 60)
        #expect(zone.offset(atUTC: 2_147_483_647_000) == 120)
    }

    @Test func refusesDamagedFiles() {
        func refuses(_ file: [UInt8], _ rule: String) {
            #expect(throws: TimeZoneError.malformed(rule)) {
                try TimeZoneRules(name: "Test", file: file)
            }
        }
        let types: [(offset: Int32, isSummer: Bool)] = [(0, false)]
        refuses([], "the file ends too early")
        refuses(
            Array("TZiF".utf8) + [UInt8](repeating: 0, count: 40),
            "the header does not start with TZif")
        refuses(Self.file(types: [], footer: ""), "there are no types")
        refuses(
            Self.file(changes: [(2, 0), (1, 0)], types: types, footer: ""),
            "the changes are not in ascending order")
        refuses(
            Self.file(changes: [(1, 1)], types: types, footer: ""), "a change has no type")
        refuses(
            Self.file(changes: [(.max, 0)], types: types, footer: ""), "a change is too far away")
        refuses(Self.file(types: [(.min, false)], footer: ""), "an offset is more than a day")
        refuses([UInt8](repeating: 0, count: 1 << 20 + 1), "the file is too long")
        var huge = Self.file(types: types, footer: "")
        huge[32] = 0xFF
        refuses(huge, "a count in the header is too large")
    }

    @Test func rejectsEveryTruncationAndSurvivesMutations() throws {
        let file = Self.file(
            changes: [(-5_000_000_000, 1), (0, 0), (1_000_000, 1)],
            types: [(3600, false), (7200, true)], footer: "CET-1CEST,M3.5.0,M10.5.0/3")
        #expect(throws: Never.self) { try TimeZoneRules(name: "Test", file: file) }
        for length in file.indices {
            #expect(throws: TimeZoneError.self, "first \(length) bytes") {
                try TimeZoneRules(name: "Test", file: Array(file.prefix(length)))
            }
        }
        var random = SeededRandom(seed: 7)
        var accepted = 0
        for _ in 0..<5000 {
            var changed = file
            for _ in 0...Int.random(in: 0...3, using: &random) {
                let index = Int.random(in: changed.indices, using: &random)
                changed[index] = UInt8.random(in: .min ... .max, using: &random)
            }
            guard let zone = try? TimeZoneRules(name: "Test", file: changed) else { continue }
            accepted += 1
            for time in [Int64.min, -1_000_000_000_000, 0, 1_716_843_600_000, .max] {
                _ = zone.offset(atUTC: time)
                _ = zone.utc(ofLocal: CivilTime(millisecondsUTC: time))
            }
            _ = zone.transitions(from: 0, to: 1_000_000_000_000)
        }
        #expect(accepted > 100)
    }
}
