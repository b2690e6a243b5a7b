import Testing
import Values

@testable import Store

/// Chunks against the plain truth: a dictionary by key.
@Suite struct MeasurementMergeTests {
    private struct Key: Hashable {
        var child: String
        var quantity: String
        var time: Int64
    }

    /// Batches of all sizes in any order, each handed over twice: nothing lost, nothing doubled.
    @Test(arguments: [1, 2, 3] as [UInt64])
    func keepsEveryKeyOnce(_ seed: UInt64) async throws {
        let test = try await TestStore()
        let device = try await test.device()
        var random = SeededGenerator(seed: seed)
        var truth: [Key: Int64] = [:]
        let begin = TestStore.start.milliseconds
        for _ in 0..<30 {
            var records: [MeasurementRecord] = []
            let from = Int64.random(in: 0..<900, using: &random)
            for slot in from..<from + Int64.random(in: 1...40, using: &random) {
                for quantity in ["A+", "A-", "R+"] where Bool.random(using: &random) {
                    let child = Int.random(in: 0..<5, using: &random) == 0 ? "7" : ""
                    let key = Key(
                        child: child, quantity: quantity, time: begin + slot * 1_800_000)
                    let value = truth[key] ?? Int64.random(in: 0...9_999, using: &random)
                    truth[key] = value
                    records.append(
                        MeasurementRecord(
                            archive: "PROFILE_30", quantity: quantity, child: child,
                            value: .decimal(Decimal(mantissa: value, exponent: -1)),
                            status: .valid, time: nil, intervalEnd: key.time,
                            received: Timestamp(milliseconds: key.time + 1_000)))
                }
            }
            let batch = CollectionBatch(
                project: device.project, device: device.id,
                measurements: records.shuffled(using: &random))
            let first = try await test.store.append(batch)
            #expect(first.inserted + first.unchanged == records.count)
            let again = try await test.store.append(batch)
            #expect(again.unchanged == records.count)
        }
        let found = try await test.store.read { (s) throws(StoreError) in
            try s.measurements(
                MeasurementQuery(
                    devices: [device.id], archive: "PROFILE_30", from: 0, through: .max,
                    limit: 10_000)
            ).items
        }
        var shown: [Key: Int64] = [:]
        for one in found {
            guard case .decimal(let decimal) = one.value else { continue }
            let key = Key(
                child: one.child, quantity: one.quantity, time: one.time.milliseconds)
            #expect(shown.updateValue(decimal.mantissa, forKey: key) == nil)
        }
        #expect(shown == truth)
        await test.store.close()
    }

    @Test func takesAKeyTwiceInOneBatchInItsOrder() async throws {
        let test = try await TestStore()
        let device = try await test.device()
        let records = ["1", "1", "2"].map {
            MeasurementRecord.energy($0, at: "2026-11-20T00:00:00Z")
        }
        let summary = try await test.store.append(
            CollectionBatch(project: device.project, device: device.id, measurements: records))
        #expect(summary.inserted == 1 && summary.unchanged == 1 && summary.corrected == 1)
        let found = try await test.store.read { (s) throws(StoreError) in
            try s.measurements(
                MeasurementQuery(
                    devices: [device.id], archive: "END_OF_DAY", from: 0, through: .max)
            ).items
        }
        #expect(found.map { $0.value?.description } == ["2"])
        await test.store.close()
    }

    @Test func keepsAMomentOfManyQuantitiesTogether() async throws {
        let test = try await TestStore()
        let device = try await test.device()
        for half in [0, 1] {
            var records: [MeasurementRecord] = []
            for number in 0..<1_000 where number % 2 == half {
                for minute in 0..<2 as Range<Int64> {
                    records.append(
                        MeasurementRecord(
                            archive: "NETWORK", quantity: "Q\(number)", value: .unsigned(1),
                            status: .valid, time: nil,
                            intervalEnd: TestStore.start.milliseconds + minute * 60_000,
                            received: Timestamp(milliseconds: TestStore.start.milliseconds)))
                }
            }
            let batch = CollectionBatch(
                project: device.project, device: device.id, measurements: records)
            #expect(try await test.store.append(batch).inserted == 1_000)
            #expect(try await test.store.append(batch).unchanged == 1_000)
        }
        await test.store.close()
    }

    /// A file as version 1 made it: rows, a correction, a text.
    @Test func readsFilesOfTheOldForm() async throws {
        let test = try await TestStore()
        let device = try await test.device()
        let month = MeasurementMonth(
            archive: "END_OF_DAY", holding: TestStore.start.milliseconds)
        await test.store.close()
        let folder = test.folder.path + "/measurements"
        try Folder.make("\(folder)/END_OF_DAY")
        do {
            let old = try Connection(path: "\(folder)/\(month.path)", mode: .readWrite)
            try Schema.measurements.migrate(old, upTo: 1)
            try old.run(
                "INSERT INTO subject VALUES (1, ?, '', ?)", device.id, device.project)
            try old.execute(
                """
                INSERT INTO kind VALUES (0, 'A+', 'TOTAL'), (1, 'A+', 'T1');
                INSERT INTO shape VALUES (0, 1, -2, 1, 180, 3, NULL, 0, 0, 180, 0),
                    (1, 4, 0, 1, 180, 3, NULL, 0, 0, 180, 0);
                """)
            for day in 0..<20 {
                for kind in 0..<2 {
                    let time = TestStore.start.milliseconds - Int64(day) * 86_400_000
                    try old.run(
                        "INSERT INTO value VALUES (?, ?, ?, ?, 1800000)", 1 << 14 | kind,
                        time - month.origin, kind, kind == 0 ? day * 100 : nil as Int?)
                }
            }
            try old.execute("UPDATE value SET number = 'текст' WHERE shape = 1")
        }
        let store = try await test.reopen()
        let query = MeasurementQuery(
            devices: [device.id], archive: "END_OF_DAY", from: 0, through: .max)
        let found = try await store.read { (s) throws(StoreError) in
            try s.measurements(query).items
        }
        #expect(found.count == 40)
        #expect(found.filter { $0.tag == "T1" }.allSatisfy { $0.value == .text("текст") })
        let numbers = found.filter { $0.tag == "TOTAL" }.map { $0.value?.description }
        #expect(numbers.first == "19.00" && numbers.last == "0.00")
        let received = TestStore.start.milliseconds + 1_800_000
        #expect(found.last { $0.tag == "TOTAL" }?.received.milliseconds == received)
        let again = try await store.append(
            CollectionBatch(
                project: device.project, device: device.id,
                measurements: [
                    MeasurementRecord(
                        archive: "END_OF_DAY", quantity: "A+", tag: "TOTAL",
                        value: .decimal(Decimal(mantissa: 0)), status: Status(rawValue: 1),
                        time: nil, intervalEnd: TestStore.start.milliseconds,
                        received: Timestamp(milliseconds: received))
                ]))
        #expect(again.unchanged == 1)
        await store.close()
    }
}
