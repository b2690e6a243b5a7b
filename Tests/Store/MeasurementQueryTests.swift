import Testing
import Values

@testable import Store

@Suite struct MeasurementQueryTests {
    /// Three devices with four quantities over five days that lie in two months.
    private func filled() async throws -> (TestStore, [Device]) {
        let test = try await TestStore()
        var devices: [Device] = []
        for serial in ["a", "b", "c"] {
            let device = try await test.device(serial)
            devices.append(device)
            var records: [MeasurementRecord] = []
            for day in ["10-30", "10-31", "11-01", "11-02", "11-03"] {
                for tag in ["T1", "TOTAL"] {
                    for child in ["", "17"] {
                        var record = MeasurementRecord.energy(
                            "\(records.count)", at: "2026-\(day)T21:00:00Z", tag: tag)
                        record.child = child
                        records.append(record)
                    }
                }
            }
            try await test.store.append(
                CollectionBatch(
                    project: device.project, device: device.id, measurements: records.shuffled()))
        }
        return (test, devices)
    }

    private func all(_ query: MeasurementQuery, _ test: TestStore) async throws -> [Measurement] {
        try await test.store.read { (s) throws(StoreError) in try s.measurements(query).items }
    }

    @Test func givesThePagesOfAListWithoutGapsAndRepetitions() async throws {
        let (test, devices) = try await filled()
        let order = [devices[2].id, devices[0].id, devices[1].id]
        var query = MeasurementQuery(devices: order, archive: "END_OF_DAY", from: 0, through: .max)
        let whole = try await all(query, test)
        #expect(whole.count == 60)
        #expect(whole.map(\.device).uniqued() == order)
        for limit in [1, 7, 20, 59, 60] {
            query.limit = limit
            query.cursor = nil
            var collected: [Measurement] = []
            repeat {
                let part = query
                let page = try await test.store.read { (s) throws(StoreError) in
                    try s.measurements(part)
                }
                #expect(page.items.count <= limit)
                collected += page.items
                query.cursor = page.next
            } while query.cursor != nil
            #expect(collected == whole, "pages of \(limit)")
        }
        await test.store.close()
    }

    @Test func filtersByPeriodTagAndChild() async throws {
        let (test, devices) = try await filled()
        let end = Timestamp.at("2026-11-01T21:00:00Z").milliseconds
        var query = MeasurementQuery(
            devices: [devices[0].id], archive: "END_OF_DAY", from: end, through: end)
        #expect(try await all(query, test).count == 4)
        query.from = end + 1
        #expect(try await all(query, test).isEmpty)
        query.through = .max
        query.tags = ["T1"]
        let found = try await all(query, test)
        #expect(found.count == 4 && found.allSatisfy { $0.tag == "T1" })
        query.child = "17"
        #expect(try await all(query, test).count == 2)
        query.child = ""
        #expect(try await all(query, test).allSatisfy { $0.child.isEmpty })
        query.quantities = ["A-"]
        #expect(try await all(query, test).isEmpty)
        query.quantities = []
        query.archive = "PROFILE_30"
        #expect(try await all(query, test).isEmpty)
        await test.store.close()
    }

    @Test func givesTheNewestOfEachSeries() async throws {
        let (test, devices) = try await filled()
        let last = Timestamp.at("2026-10-31T22:00:00Z").milliseconds
        let query = MeasurementQuery(
            devices: [devices[1].id], archive: "END_OF_DAY", from: 0, through: last, child: "")
        let found = try await test.store.read { (s) throws(StoreError) in
            try s.latestMeasurements(query)
        }
        #expect(found.map(\.tag) == ["T1", "TOTAL"])
        let expected = Timestamp.at("2026-10-31T21:00:00Z").milliseconds
        #expect(found.allSatisfy { $0.time.milliseconds == expected })
        await test.store.close()
    }

    @Test func refusesTheCursorOfAnotherQuery() async throws {
        let (test, devices) = try await filled()
        let query = MeasurementQuery(
            devices: devices.map(\.id), archive: "END_OF_DAY", from: 0, through: .max, limit: 5)
        let cursor = try await test.store.read { (s) throws(StoreError) in
            try s.measurements(query).next
        }
        var other = query
        other.cursor = cursor
        other.tags = ["T1"]
        var forged = query
        forged.cursor = Cursor(text: "AAAA")
        for wrong in [other, forged] {
            await #expect(throws: StoreError.self) {
                _ = try await test.store.read { (s) throws(StoreError) in
                    try s.measurements(wrong)
                }
            }
        }
        await test.store.close()
    }

    @Test func readsMoreMonthsThanItKeepsOpen() async throws {
        let test = try await TestStore(readers: 1)
        let device = try await test.device()
        var records: [MeasurementRecord] = []
        for year in 2020...2025 {
            for month in 1...12 {
                records.append(
                    .energy("1", at: "\(year)-\(month < 10 ? "0" : "")\(month)-15T00:00:00Z"))
            }
        }
        let summary = try await test.store.append(
            CollectionBatch(project: device.project, device: device.id, measurements: records))
        #expect(summary.inserted == 72)
        let query = MeasurementQuery(
            devices: [device.id], archive: "END_OF_DAY", from: 0, through: .max)
        #expect(try await all(query, test).count == 72)
        await test.store.close()
    }

    @Test func deletesWhatIsBeyondTheRetention() async throws {
        let (test, devices) = try await filled()
        let query = MeasurementQuery(
            devices: devices.map(\.id), archive: "END_OF_DAY", from: 0, through: .max)
        test.clock.advance(milliseconds: 345 * 86_400_000)  // 1 November 2027
        #expect(try await test.store.cleanUp().measurementFiles == 1)
        #expect(try await all(query, test).count == 36)
        var archive = try await test.store.read { (s) throws(StoreError) in
            try s.archive("END_OF_DAY")
        }
        archive.keepsForever = true
        let edited = archive
        try await test.store.write { (t) throws(StoreError) in try t.update(edited) }
        test.clock.advance(milliseconds: 3_650 * 86_400_000)
        #expect(try await test.store.cleanUp().measurementFiles == 0)
        #expect(try await all(query, test).count == 36)
        await test.store.close()
    }
}

extension Array where Element: Equatable {
    /// The elements without those equal to the one before.
    func uniqued() -> [Element] {
        reduce(into: []) { result, element in
            if result.last != element { result.append(element) }
        }
    }
}
