import Testing
import Values

@testable import Store

@Suite struct StatisticsPlanTests {
    /// Tables that grow with the number of devices or with time, by name and as the questions call them.
    private static let large: Set<String> = [
        "device", "d", "device_key", "k", "device_contact", "a", "reachability", "r", "event", "e",
        "state", "s", "command", "c", "value", "chunk", "subject",
    ]

    private func scans(_ connection: Connection) throws(StoreError) -> [String] {
        var found: [String] = []
        for sql in connection.preparedTexts where !sql.hasPrefix("PRAGMA") {
            for line in try connection.plan(sql) where line.hasPrefix("SCAN ") {
                let table = line.split(separator: " ").dropFirst().first.map { String($0) } ?? ""
                if Self.large.contains(table) { found.append("\(line): \(sql)") }
            }
        }
        return found
    }

    @Test func usesAnIndexForEveryQuestion() async throws {
        let test = try await TestStore(readers: 1)
        let device = try await test.device()
        let project = device.project
        try await test.store.append(
            CollectionBatch(
                project: project, device: device.id,
                measurements: [.energy("1", at: "2026-11-20T00:00:00Z")]))
        let found = try await test.store.read { (s) throws(StoreError) in
            let now = TestStore.start.milliseconds
            for descending in [false, true] {
                _ = try s.devices(in: project, Query(sort: .lastSuccess, descending: descending))
            }
            for field in [DeviceField.lastSuccess, .lastAttempt, .failures] {
                _ = try s.devices(in: project, Query([Condition(field, .equal, .null)]))
            }
            _ = try s.contactAlarms(before: TestStore.start)
            _ = try s.contactAges(in: project, bounds: [TestStore.start])
            _ = try s.reachability(of: [device.id], hours: 0..<3)
            _ = try s.reachabilityOfGroups(in: project, hours: 0..<3, width: 1, from: 0)
            _ = try s.outlines(in: project)
            _ = try s.outline(ofDevice: device.id, in: project)
            _ = try s.newestEvent(of: device.id, journal: "POWER", notAfter: now)
            _ = try s.stateHistory(StateQuery(device: device.id), from: 0, to: now, limit: 5)
            _ = try s.storedMoments(
                of: device.id, archive: "END_OF_DAY", from: 0, through: now)
            _ = try s.receivedCounts(
                ReceivedQuery(
                    devices: [device.id], archive: "END_OF_DAY", quantities: ["A+"],
                    tags: ["TOTAL"], bounds: [0, now], moments: [1]))
            let month = MeasurementMonth(archive: "END_OF_DAY", holding: now)
            guard let file = try s.measurementFiles.database(month) else {
                throw .notFound(.measurement)
            }
            return try self.scans(s.database) + self.scans(file.connection)
        }
        #expect(found == [])
        let changes = try await test.store.write { (t) throws(StoreError) in
            try t.note(
                ContactMark(
                    device: device.id, began: t.now, ended: t.now, succeeded: true, code: 0))
            _ = try t.trimReachability(before: 1 << 40, limit: 0)
            _ = try t.trimReachability(before: 1 << 40, limit: 9)
            try t.advanceCommands(ofTask: device.id, by: [])
            return try self.scans(t.database)
        }
        #expect(changes == [])
        await test.store.close()
    }
}
