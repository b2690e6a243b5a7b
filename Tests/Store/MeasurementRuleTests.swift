import Testing
import Values

@testable import Store

/// A key that is written twice: what came before, what comes now, and what the rules make of it.
struct RuleCase: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var first: MeasurementRecord
    var second: MeasurementRecord
    /// The value and status that are shown afterwards.
    var shown: (value: String?, status: Status)
    /// Values that are kept beside.
    var kept: [String] = []
    var counted: WritableKeyPath<AppendSummary, Int> & Sendable

    private static func reading(
        _ value: String?, _ status: Status = .valid, stamp: String = "2026-11-20T00:00:00+03:00"
    ) -> MeasurementRecord {
        .energy(value, at: stamp, status: status)
    }

    static let all: [RuleCase] = [
        RuleCase(
            testDescription: "the same again changes nothing",
            first: reading("3724.10"), second: reading("3724.10"),
            shown: ("3724.10", .valid), counted: \.unchanged),
        RuleCase(
            testDescription: "values are compared as numbers",
            first: reading("3724.10"), second: reading("3724.1"),
            shown: ("3724.10", .valid), counted: \.unchanged),
        RuleCase(
            testDescription: "a different value is a correction",
            first: reading("3724.10"), second: reading("3724.11"),
            shown: ("3724.11", .valid), kept: ["3724.10"], counted: \.corrected),
        RuleCase(
            testDescription: "a smaller value is a correction too",
            first: reading("3724.10"), second: reading("-1"),
            shown: ("-1", .valid), kept: ["3724.10"], counted: \.corrected),
        RuleCase(
            testDescription: "an incomplete value is replaced without a correction",
            first: reading("1", [.valid, .incomplete]), second: reading("2"),
            shown: ("2", .valid), counted: \.updated),
        RuleCase(
            testDescription: "an incomplete value is replaced by another incomplete one",
            first: reading("1", [.valid, .incomplete]),
            second: reading("2", [.valid, .incomplete]),
            shown: ("2", [.valid, .incomplete]), counted: \.updated),
        RuleCase(
            testDescription: "a change of status alone is an update",
            first: reading("1"), second: reading("1", [.valid, .timeCorrected]),
            shown: ("1", [.valid, .timeCorrected]), counted: \.updated),
        RuleCase(
            testDescription: "a change of the driver's own bits is an update",
            first: reading("1"), second: reading("1", Status(.valid, driverBits: 1 << 31)),
            shown: ("1", Status(.valid, driverBits: 1 << 31)), counted: \.updated),
        RuleCase(
            testDescription: "a reading through another system does not displace a direct one",
            first: reading("1"), second: reading("2", [.valid, .throughIntermediate]),
            shown: ("1", .valid), counted: \.outranked),
        RuleCase(
            testDescription: "a value by hand does not displace one through another system",
            first: reading("1", [.throughIntermediate]), second: reading("2", [.byHand]),
            shown: ("1", [.throughIntermediate]), counted: \.outranked),
        RuleCase(
            testDescription: "a value by hand does not displace an incomplete direct one",
            first: reading("1", [.incomplete]), second: reading("2", [.byHand]),
            shown: ("1", [.incomplete]), counted: \.outranked),
        RuleCase(
            testDescription: "a direct reading displaces a value by hand, which is kept",
            first: reading("1", [.byHand]), second: reading("2"),
            shown: ("2", .valid), kept: ["1"], counted: \.corrected),
        RuleCase(
            testDescription: "a direct reading of the same number raises the source",
            first: reading("1", [.byHand]), second: reading("1"),
            shown: ("1", .valid), counted: \.updated),
        RuleCase(
            testDescription: "a lesser source that says the same changes nothing",
            first: reading("1"), second: reading("1", [.byHand]),
            shown: ("1", .valid), counted: \.unchanged),
        RuleCase(
            testDescription: "a value takes the place of none",
            first: reading(nil, .absent), second: reading("1"),
            shown: ("1", .valid), counted: \.updated),
        RuleCase(
            testDescription: "none does not take the place of a value",
            first: reading("1"), second: reading(nil, .absent),
            shown: ("1", .valid), counted: \.outranked),
        RuleCase(
            testDescription: "none again changes nothing",
            first: reading(nil, .absent), second: reading(nil, .absent),
            shown: (nil, .absent), counted: \.unchanged),
    ]
}

@Suite struct MeasurementRuleTests {
    @Test(arguments: RuleCase.all)
    func decidesWhatIsShown(_ rule: RuleCase) async throws {
        let test = try await TestStore()
        let device = try await test.device()
        func append(_ record: MeasurementRecord) async throws -> AppendSummary {
            try await test.store.append(
                CollectionBatch(
                    project: device.project, device: device.id, measurements: [record]))
        }
        #expect(try await append(rule.first).inserted == 1)
        let summary = try await append(rule.second)
        var expected = AppendSummary()
        expected[keyPath: rule.counted] = 1
        #expect(summary == expected)

        let query = MeasurementQuery(
            devices: [device.id], archive: "END_OF_DAY", from: 0, through: .max)
        let (page, corrections) = try await test.store.read { (s) throws(StoreError) in
            let page = try s.measurements(query)
            return (
                page,
                try page.items.first.map { (m) throws(StoreError) in
                    try s.corrections(of: m)
                }
            )
        }
        #expect(page.items.count == 1)
        let shown = try #require(page.items.first)
        #expect(shown.value?.description == rule.shown.value)
        #expect(shown.status == rule.shown.status)
        #expect(shown.isCorrected == !rule.kept.isEmpty)
        #expect(corrections?.map { $0.displaced.value?.description } == rule.kept)

        let audit = try await test.store.read { (s) throws(StoreError) in
            try s.audit(.general).items
        }
        #expect(audit.count == rule.kept.count)
        if let entry = audit.first {
            #expect(entry.symbol == "MEASUREMENT_CORRECTED")
            #expect(entry.project == device.project)
            #expect(entry.id == corrections?.first?.id)
            #expect(entry.parameters["device"]?.string == device.id.description)
            #expect(entry.parameters["displaced"]?.string == rule.kept.first)
            #expect(entry.parameters["value"]?.string == rule.shown.value)
        }

        // The same session once more, as after a lost acknowledgement: nothing new.
        let again = try await append(rule.second)
        #expect(again.inserted + again.corrected + again.updated == 0)
        await test.store.close()
    }

    @Test func keepsEveryDisplacedValue() async throws {
        let test = try await TestStore()
        let device = try await test.device()
        for value in ["1", "2", "1", "3"] {
            try await test.store.append(
                CollectionBatch(
                    project: device.project, device: device.id,
                    measurements: [.energy(value, at: "2026-11-20T00:00:00+03:00")]))
        }
        let corrections = try await test.store.read { (s) throws(StoreError) in
            let query = MeasurementQuery(
                devices: [device.id], archive: "END_OF_DAY", from: 0, through: .max)
            guard let shown = try s.measurements(query).items.first else {
                throw .notFound(.measurement)
            }
            return try s.corrections(of: shown)
        }
        #expect(corrections.map { $0.displaced.value?.description } == ["1", "2", "1"])
        await test.store.close()
    }
}

@Suite struct MeasurementKeyTests {
    /// 27 May ends at UTC+3 when it is 21:00 UTC.
    static let end = Timestamp.at("2024-05-28T00:00:00+03:00")

    static let cases: [(String, MeasurementRecord, Timestamp, Timestamp?)] = {
        let received = Timestamp.at("2024-05-28T00:10:00+05:00")
        let fromHost = Timestamp(
            milliseconds: received.milliseconds, offsetMinutes: 300,
            flags: [.known, .offsetKnown, .fromHost])
        func record(_ time: Timestamp?, end: Int64? = nil) -> MeasurementRecord {
            MeasurementRecord(
                archive: "END_OF_DAY", quantity: "A+", value: .unsigned(1), status: .valid,
                time: time, intervalEnd: end, received: received)
        }
        let lastSecond = Timestamp.at("2024-05-27T23:59:59+03:00")
        let summer = Timestamp(
            milliseconds: end.milliseconds, offsetMinutes: 240,
            flags: [.known, .offsetKnown, .summerTime])
        let doubtful = Timestamp(
            milliseconds: end.milliseconds, offsetMinutes: 180, flags: [.known, .invalid])
        let wild = Timestamp(milliseconds: -1, offsetMinutes: 180, flags: [.known])
        let unknown = Timestamp(milliseconds: 5, offsetMinutes: 180, flags: [])
        return [
            ("a stamp equal to the nominal end", record(end, end: end.milliseconds), end, nil),
            (
                "a stamp a second before it", record(lastSecond, end: end.milliseconds), end,
                lastSecond
            ),
            ("a stamp with summer time", record(summer, end: end.milliseconds), summer, nil),
            ("a stamp and no interval", record(lastSecond), lastSecond, nil),
            ("a stamp that the device doubts", record(doubtful), doubtful, nil),
            ("no stamp", record(nil), fromHost, nil),
            ("a stamp that is not known", record(unknown), fromHost, nil),
            ("a stamp before 1970", record(wild), fromHost, wild),
            (
                "an interval without a stamp", record(nil, end: end.milliseconds),
                Timestamp(milliseconds: end.milliseconds, offsetMinutes: 300, flags: [.known]), nil
            ),
        ]
    }()

    @Test(arguments: cases)
    func takesTheTime(
        _ name: String, _ record: MeasurementRecord, _ key: Timestamp, _ stamp: Timestamp?
    ) async throws {
        let test = try await TestStore()
        let device = try await test.device()
        try await test.store.append(
            CollectionBatch(project: device.project, device: device.id, measurements: [record]))
        let found = try await test.store.read { (s) throws(StoreError) in
            try s.measurements(
                MeasurementQuery(
                    devices: [device.id], archive: "END_OF_DAY", from: 0, through: .max)
            ).items
        }
        let only = try #require(found.first)
        #expect(only.time == key)
        #expect(only.stamp == stamp)
        #expect(only.received == record.received)
        await test.store.close()
    }

    @Test func keepsEveryKindOfValue() async throws {
        let test = try await TestStore()
        let device = try await test.device()
        let values: [Value] = [
            .decimal(Decimal(mantissa: .max, exponent: 127)),
            .decimal(Decimal(mantissa: .min, exponent: -128)), .decimal(Decimal(mantissa: 0)),
            .unsigned(.max), .unsigned(0), .bits(.max), .text(""), .text("10.84.2076\u{0}№"),
        ]
        let records = values.enumerated().map { number, value in
            MeasurementRecord(
                archive: "CURRENT", quantity: "Q\(number)", value: value,
                status: Status(rawValue: .max), time: nil, received: .at("2026-11-21T00:00:00Z"))
        }
        try await test.store.append(
            CollectionBatch(project: device.project, device: device.id, measurements: records))
        let found = try await test.store.read { (s) throws(StoreError) in
            try s.measurements(
                MeasurementQuery(devices: [device.id], archive: "CURRENT", from: 0, through: .max)
            ).items
        }
        #expect(found.map(\.value) == values)
        #expect(found.map(\.value?.description) == values.map(\.description))
        #expect(found.allSatisfy { $0.status == Status(rawValue: .max) })
        await test.store.close()
    }

    @Test func putsEachMonthIntoAFileOfItsOwn() async throws {
        let test = try await TestStore()
        let device = try await test.device()
        let times = [
            "2026-10-01T00:00:00+03:00",  // still September in UTC
            "2026-10-01T03:00:00+03:00", "2026-10-31T23:59:59.999Z", "2026-11-01T00:00:00Z",
            "1970-01-01T00:00:00Z", "2199-12-31T23:59:59.999Z",
        ]
        let summary = try await test.store.append(
            CollectionBatch(
                project: device.project, device: device.id,
                measurements: times.map { .energy("1", at: $0) }))
        #expect(summary.inserted == 6)
        let folder = test.folder.path + "/measurements/END_OF_DAY"
        let files = try Folder.names(in: folder).filter { $0.hasSuffix(".sqlite") }
        #expect(
            files == [
                "1970-01.sqlite", "2026-09.sqlite", "2026-10.sqlite", "2026-11.sqlite",
                "2199-12.sqlite",
            ])
        let found = try await test.store.read { (s) throws(StoreError) in
            try s.measurements(
                MeasurementQuery(
                    devices: [device.id], archive: "END_OF_DAY", from: 0, through: .max)
            ).items.map(\.time)
        }
        #expect(found.map(\.milliseconds) == times.map { Timestamp.at($0).milliseconds }.sorted())
        await test.store.close()
    }

    @Test func refusesUnknownArchivesAndLeavesOutInactiveOnes() async throws {
        let test = try await TestStore()
        let device = try await test.device()
        var archive = try await test.store.read { (s) throws(StoreError) in
            try s.archive("END_OF_DAY")
        }
        archive.isActive = false
        let edited = archive
        try await test.store.write { (t) throws(StoreError) in try t.update(edited) }
        let summary = try await test.store.append(
            CollectionBatch(
                project: device.project, device: device.id,
                measurements: [.energy("1", at: "2026-11-20T00:00:00Z")]))
        #expect(summary.notCollected == 1)
        for name in ["NOWHERE", "../../etc", ""] {
            await #expect(throws: StoreError.self) {
                try await test.store.append(
                    CollectionBatch(
                        project: device.project, device: device.id,
                        measurements: [.energy("1", at: "2026-11-20T00:00:00Z", archive: name)]))
            }
        }
        await #expect(throws: StoreError.self) {
            _ = try await test.store.read { (s) throws(StoreError) in
                try s.measurements(
                    MeasurementQuery(
                        devices: [device.id], archive: "../..", from: 0, through: .max))
            }
        }
        await test.store.close()
    }
}
