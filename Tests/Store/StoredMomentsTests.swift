import JSON
import Testing
import Values

@testable import Store

@Suite struct StoredMomentsTests {
    private static let received = Timestamp.at("2026-11-05T12:00:00Z")

    private func record(
        _ end: String, tag: String = "TOTAL", quantity: String = "A+", child: String = "",
        value: Value? = .unsigned(1), status: Status = .valid
    ) -> MeasurementRecord {
        MeasurementRecord(
            archive: "END_OF_DAY", quantity: quantity, tag: tag, child: child, value: value,
            status: status, time: nil, intervalEnd: Timestamp.at(end).milliseconds,
            received: Self.received)
    }

    private func filled(_ test: TestStore) async throws -> Device {
        let device = try await test.device()
        try await test.store.append(
            CollectionBatch(
                project: device.project, device: device.id,
                measurements: [
                    record("2026-10-30T21:00:00Z"), record("2026-10-31T21:00:00Z"),
                    record("2026-11-01T21:00:00Z", status: [.valid, .incomplete]),
                    record("2026-11-02T21:00:00Z", value: nil, status: .absent),
                    record("2026-10-31T21:00:00Z", tag: "T1"),
                    record("2026-10-31T21:00:00Z", quantity: "R+"),
                    record("2026-10-31T21:00:00Z", child: "17"),
                ]))
        return device
    }

    private func at(_ texts: String...) -> [Int64] { texts.map { Timestamp.at($0).milliseconds } }

    @Test func tellsWhatIsThereAndComplete() async throws {
        let test = try await TestStore()
        let device = try await filled(test)
        let found = try await test.store.read { (s) throws(StoreError) in
            try s.storedMoments(
                of: device.id, archive: "END_OF_DAY",
                from: Timestamp.at("2026-10-31T00:00:00Z").milliseconds,
                through: Timestamp.at("2026-11-30T00:00:00Z").milliseconds, quantities: ["A+"])
        }
        #expect(
            found == [
                StoredMoments(
                    quantity: "A+", tag: "T1", moments: at("2026-10-31T21:00:00Z")),
                StoredMoments(
                    quantity: "A+", tag: "TOTAL",
                    moments: at("2026-10-31T21:00:00Z", "2026-11-02T21:00:00Z")),
            ])
        // A tag that comes while the file is open for reading.
        try await test.store.append(
            CollectionBatch(
                project: device.project, device: device.id,
                measurements: [record("2026-11-03T21:00:00Z", tag: "T8")]))
        for _ in 0..<2 {
            let later = try await test.store.read { (s) throws(StoreError) in
                try s.storedMoments(of: device.id, archive: "END_OF_DAY", from: .min, through: .max)
            }
            #expect(later.map(\.tag) == ["T1", "T8", "TOTAL", "TOTAL"])
        }
        let other = try await test.device("other")
        let none = try await test.store.read { (s) throws(StoreError) in
            try s.storedMoments(of: other.id, archive: "END_OF_DAY", from: .min, through: .max)
        }
        #expect(none.isEmpty)
        await test.store.close()
    }

    @Test(arguments: [false, true])
    func countsWhatWasReceived(_ isDense: Bool) async throws {
        let test = try await TestStore()
        let device = try await filled(test)
        let other = try await test.device("other")
        let bounds = at(
            "2026-10-29T21:00:00Z", "2026-10-30T21:00:00Z", "2026-10-31T21:00:00Z",
            "2026-11-01T21:00:00Z", "2026-11-02T21:00:00Z")
        let counts = try await test.store.read { (s) throws(StoreError) in
            try s.receivedCounts(
                ReceivedQuery(
                    devices: [other.id, device.id], archive: "END_OF_DAY", quantities: ["A+"],
                    tags: ["TOTAL", "T1", "T2"], bounds: bounds,
                    moments: isDense ? [9, 9, 9, 9] : [1, 1, 1, 1]))
        }
        // An interval belongs to the day that it ends; what is absent was not received.
        #expect(counts == [[0, 0, 0, 0], [1, 2, 1, 0]])
        await test.store.close()
    }

    /// Both ways of counting agree on random values, and with a count of the rows.
    @Test func countsTheSameInBothWays() async throws {
        let test = try await TestStore()
        let device = try await test.device()
        let start = Timestamp.at("2026-10-30T00:00:00Z").milliseconds
        var random = SystemRandomNumberGenerator()
        let moments = (0..<400).filter { _ in Int.random(in: 0..<3, using: &random) > 0 }
            .map { start + Int64($0) * 1_800_000 }
        try await test.store.append(
            CollectionBatch(
                project: device.project, device: device.id,
                measurements: moments.map { moment in
                    MeasurementRecord(
                        archive: "PROFILE_30", quantity: "A+", value: .unsigned(1), status: .valid,
                        time: nil, intervalEnd: moment, received: Self.received)
                }))
        let bounds = (0...8).map { start - 1 + Int64($0) * 86_400_000 }
        let expected = (0..<8).map { day in
            moments.count { $0 > bounds[day] && $0 <= bounds[day + 1] }
        }
        for most in [48, 5] {
            let counts = try await test.store.read { (s) throws(StoreError) in
                try s.receivedCounts(
                    ReceivedQuery(
                        devices: [device.id], archive: "PROFILE_30", quantities: ["A+"],
                        tags: [""], bounds: bounds,
                        moments: [Int](repeating: most, count: 8)))
            }
            #expect(counts == [expected.map { min($0, most) }])
        }
        await test.store.close()
    }

    @Test func tellsTheNewestEventOfAJournal() async throws {
        let test = try await TestStore()
        let device = try await test.device()
        func event(
            _ journal: String, _ time: String?, child: String = "", code: UInt32 = 1
        ) -> EventRecord {
            EventRecord(
                journal: journal, code: code, child: child, time: time.map { .at($0) },
                received: Self.received)
        }
        try await test.store.append(
            CollectionBatch(
                project: device.project, device: device.id,
                events: [
                    event("POWER", "2026-11-01T10:00:00Z"), event("POWER", "2026-11-02T10:00:00Z"),
                    // By a clock that ran ahead.
                    event("POWER", "2099-01-01T00:00:00Z"),
                    event("POWER", "2026-11-03T10:00:00Z", child: "17"),
                    event("ACCESS", "2026-11-04T10:00:00Z"),
                    // Without a time of its own.
                    event("LINK", nil),
                ]))
        let now = Timestamp.at("2026-11-06T00:00:00Z").milliseconds
        let found = try await test.store.read { (s) throws(StoreError) in
            [
                try s.newestEvent(of: device.id, journal: "POWER", notAfter: now),
                try s.newestEvent(of: device.id, journal: "LINK", notAfter: now),
                try s.newestEvent(of: device.id, journal: "NONE", notAfter: now),
            ]
        }
        #expect(found == [Timestamp.at("2026-11-02T10:00:00Z").milliseconds, nil, nil])
        await test.store.close()
    }

    @Test func pagesThroughTheHistoryOfStates() async throws {
        let test = try await TestStore()
        let device = try await test.device()
        let states = (0..<9).map { index in
            StateRecord(
                archive: "RELAY", type: index % 2 == 0 ? "LOAD" : "SIGNAL",
                value: JSONValue(index),
                time: .at("2026-11-01T0\(index / 2):00:00Z"), received: Self.received)
        }
        try await test.store.append(
            CollectionBatch(project: device.project, device: device.id, states: states))
        let query = StateQuery(device: device.id)
        let whole = try await test.store.read { (s) throws(StoreError) in
            try s.states(query, from: 0, to: .max)
        }
        #expect(whole.count == 9)
        for limit in [1, 2, 4, 9] {
            var cursor: Cursor?
            var found: [DeviceState] = []
            repeat {
                let next = cursor
                let page = try await test.store.read { (s) throws(StoreError) in
                    try s.stateHistory(query, from: 0, to: .max, limit: limit, cursor: next)
                }
                #expect(page.items.count <= limit)
                found += page.items
                cursor = page.next
            } while cursor != nil
            #expect(found == whole, "pages of \(limit)")
        }
        await test.store.close()
    }

    @Test func outlinesDevices() async throws {
        let test = try await TestStore()
        let (first, second) = (try await test.device("1"), try await test.device("2"))
        var moved = second
        moved.timeZone = "Europe/Moscow"
        let group = DeviceGroup(
            id: test.store.newID(), project: first.project, name: "g", created: test.store.now)
        moved.group = group.id
        let stored = moved
        try await test.store.write { (t) throws(StoreError) in
            try t.insert(group)
            try t.update(stored)
        }
        let (all, own) = try await test.store.read { (s) throws(StoreError) in
            (
                try s.outlines(in: first.project),
                try s.outlines(ofGroup: group.id, in: first.project)
            )
        }
        #expect(all.map(\.serialNumber) == ["1", "2"])
        #expect(
            own == [
                DeviceOutline(
                    id: second.id, serialNumber: "2", type: "DT_CE307", group: group.id,
                    timeZone: "Europe/Moscow")
            ])
        await #expect(throws: StoreError.notFound(.device)) {
            _ = try await test.store.read { (s) throws(StoreError) in
                try s.outline(ofDevice: first.project, in: first.project)
            }
        }
        await test.store.close()
    }
}

@Suite struct CommandOutcomeTests {
    @Test func followsTheOutcomesOfItsItem() async throws {
        let test = try await TestStore()
        let device = try await test.device()
        let task = try await test.run([device]).tasks[0].id
        let ids = [test.store.newID(), test.store.newID()]
        let now = test.clock.now
        try await test.store.write { (t) throws(StoreError) in
            for (item, id) in ids.enumerated() {
                try t.insert(
                    CommandRecord(
                        id: id, project: device.project, device: device.id, task: task, item: item,
                        function: "F\(item)", initiator: "ceHeS", created: t.now))
            }
        }
        func outcome(_ item: Int, _ stage: OutcomeStage, _ code: ErrorCode = .ok) -> ItemOutcome {
            ItemOutcome(item: item, stage: stage, code: code.rawValue, at: now)
        }
        let batches = [
            [outcome(0, .sent), outcome(1, .sent)],
            [outcome(0, .sent), outcome(0, .accepted)],
            [outcome(0, .final), outcome(1, .final, .indeterminate)],
            [outcome(0, .final), outcome(2, .final)],
        ]
        for batch in batches {
            try await test.store.append(
                CollectionBatch(
                    project: device.project, device: device.id, task: task, outcomes: batch))
        }
        let commands = try await test.store.read { (s) throws(StoreError) in
            [try s.command(ids[0]), try s.command(ids[1])]
        }
        #expect(
            commands.map { $0.stages.map(\.symbol) } == [
                ["sent", "accepted", "final"], ["sent", "final"],
            ])
        #expect(commands.map(\.state) == [.done, .done])
        #expect(commands.map(\.result) == [.success, .error])
        #expect(commands[1].stages.last?.code == ErrorCode.indeterminate.rawValue)
        #expect(commands[0].started == now && commands[0].finished == now)
        await test.store.close()
    }
}
