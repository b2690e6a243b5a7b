import JSON
import Testing
import Values

@testable import Store

@Suite struct EventTests {
    private static let second = "2026-11-20T10:00:00+03:00"

    private static func event(
        _ code: UInt32 = 7, at time: String? = second, index: UInt64? = nil, child: String = "",
        journal: String = "VOLTAGE"
    ) -> EventRecord {
        EventRecord(
            journal: journal, type: "EVENT_X", code: code, child: child,
            parameters: ["Работа": 17], time: time.map { .at($0) }, index: index,
            received: .at("2026-11-21T00:00:00+03:00"))
    }

    /// Reads a journal as a session does, in batches of a size.
    private func read(
        _ journal: [EventRecord], of device: Device, _ test: TestStore, batch: Int = 2
    ) async throws -> Int {
        var ordinals = EventOrdinals()
        var new = 0
        var rest = journal[...]
        while !rest.isEmpty {
            var events = Array(rest.prefix(batch))
            for index in events.indices { ordinals.number(&events[index], item: 1) }
            let summary = try await test.store.append(
                CollectionBatch(project: device.project, device: device.id, events: events))
            new += summary.newEvents
            rest = rest.dropFirst(batch)
        }
        return new
    }

    @Test func keepsTwoEqualEventsOfOneSecondAndAJournalReadTwiceOnce() async throws {
        let test = try await TestStore()
        let device = try await test.device()
        let journal = [
            Self.event(), Self.event(), Self.event(), Self.event(8),
            Self.event(at: "2026-11-20T10:00:01+03:00"), Self.event(child: "17"),
            Self.event(journal: "CURRENT"),
        ]
        #expect(try await read(journal, of: device, test) == 7)
        #expect(try await read(journal, of: device, test, batch: 3) == 0)
        #expect(try await read(journal + [Self.event()], of: device, test) == 1)
        let other = try await test.device("other")
        #expect(try await read(journal, of: other, test) == 7)
        await test.store.close()
    }

    @Test func tellsEventsApartByTheDevicesOwnIndex() async throws {
        let test = try await TestStore()
        let device = try await test.device()
        let journal = [Self.event(index: 4), Self.event(index: .max), Self.event()]
        #expect(try await read(journal, of: device, test) == 3)
        #expect(try await read(journal.reversed(), of: device, test) == 0)
        let page = try await test.store.read { (s) throws(StoreError) in
            try s.events(EventQuery(device: device.id, from: 0, to: .max))
        }
        #expect(page.items.map(\.record) == journal)
        await test.store.close()
    }

    @Test func takesTheTimeOfReceiptWhereThereIsNone() async throws {
        let test = try await TestStore()
        let device = try await test.device()
        #expect(try await read([Self.event(at: nil)], of: device, test) == 1)
        let found = try await test.store.read { (s) throws(StoreError) in
            try s.events(EventQuery(device: device.id, from: 0, to: .max)).items
        }
        let time = try #require(found.first?.record.time)
        #expect(time.flags.contains(.fromHost))
        #expect(time.milliseconds == Timestamp.at("2026-11-20T21:00:00Z").milliseconds)
        await test.store.close()
    }

    @Test(arguments: [false, true])
    func givesPagesInOrderOfTime(_ descending: Bool) async throws {
        let test = try await TestStore()
        let device = try await test.device()
        let journal = (0..<50).map { number in
            Self.event(
                UInt32(number), at: "2026-11-20T10:00:\(10 + number / 3)Z",
                journal: number % 2 == 0 ? "VOLTAGE" : "CURRENT")
        }
        _ = try await read(journal.shuffled(), of: device, test, batch: 50)
        var query = EventQuery(
            device: device.id, from: 0, to: .max, journals: ["VOLTAGE"], descending: descending,
            limit: 4)
        var found: [Event] = []
        repeat {
            let part = query
            let page = try await test.store.read { (s) throws(StoreError) in try s.events(part) }
            found += page.items
            query.cursor = page.next
        } while query.cursor != nil
        #expect(Set(found.map(\.record.code)) == Set((0..<50).filter { $0 % 2 == 0 }))
        #expect(found.count == 25)
        let times = found.compactMap(\.record.time?.milliseconds)
        #expect(times == (descending ? times.sorted(by: >) : times.sorted()))
        await test.store.close()
    }
}

@Suite struct StateTests {
    private static func state(
        _ value: JSONValue, at time: String? = nil, received: String, type: String = "RELAY1"
    ) -> StateRecord {
        StateRecord(
            archive: "RELAY", type: type, value: value, time: time.map { .at($0) },
            received: .at(received))
    }

    @Test func addsARowForAChangeOnly() async throws {
        let test = try await TestStore()
        let device = try await test.device()
        let readings: [(JSONValue, Bool)] = [
            (["state": true, "block": 0], true), (["block": 0, "state": true], false),
            (["state": true, "block": 0.0], false), (["state": false, "block": 0], true),
            (["state": true, "block": 0], true),
        ]
        for (hour, (value, isNew)) in readings.enumerated() {
            let summary = try await test.store.append(
                CollectionBatch(
                    project: device.project, device: device.id,
                    states: [Self.state(value, received: "2026-11-20T1\(hour):00:00Z")]))
            #expect(summary.newStates == (isNew ? 1 : 0), "reading \(hour)")
        }
        let (history, current) = try await test.store.read { (s) throws(StoreError) in
            (
                try s.states(StateQuery(device: device.id, type: "RELAY1"), from: 0, to: .max),
                try s.currentStates(StateQuery(device: device.id))
            )
        }
        #expect(history.map(\.record.value["state"]) == [true, false, true])
        let confirmed = Timestamp.at("2026-11-20T12:00:00Z").milliseconds
        #expect(history.last?.confirmed == Moment(milliseconds: confirmed))
        #expect(current == [history[0]])
        await test.store.close()
    }

    @Test func putsOlderReadingsInTheirPlace() async throws {
        let test = try await TestStore()
        let device = try await test.device()
        for (value, hour) in [("new", 12), ("old", 10), ("old", 11), ("new", 13)] {
            try await test.store.append(
                CollectionBatch(
                    project: device.project, device: device.id,
                    states: [
                        Self.state(
                            .string(value), at: "2026-11-20T\(hour):00:00Z",
                            received: "2026-11-21T00:00:00Z")
                    ]))
        }
        let history = try await test.store.read { (s) throws(StoreError) in
            try s.states(StateQuery(device: device.id), from: 0, to: .max)
        }
        #expect(history.map(\.record.value) == ["new", "old"])
        await test.store.close()
    }

    @Test func givesTheCurrentRowOfEachState() async throws {
        let test = try await TestStore()
        let device = try await test.device()
        for value in 1...3 {
            try await test.store.append(
                CollectionBatch(
                    project: device.project, device: device.id,
                    states: ["A", "B"].map {
                        Self.state(JSONValue(value), received: "2026-11-20T10:00:00Z", type: $0)
                    }))
        }
        let (all, one) = try await test.store.read { (s) throws(StoreError) in
            (
                try s.currentStates(StateQuery(device: device.id)),
                try s.currentStates(StateQuery(device: device.id, archive: "RELAY", type: "B"))
            )
        }
        #expect(all.map(\.record.type) == ["A", "B"])
        #expect(all.map(\.record.value) == [3, 3])
        #expect(one == [all[1]])
        await test.store.close()
    }
}

@Suite struct DeviceMemoryTests {
    @Test func keepsWhatADriverRemembers() async throws {
        let test = try await TestStore()
        let device = try await test.device()
        func write(_ writes: [MemoryWrite]) async throws {
            try await test.store.append(
                CollectionBatch(project: device.project, device: device.id, memory: writes))
        }
        try await write([.init(key: "a", bytes: [1, 2]), .init(key: "b", bytes: [3])])
        try await write([.init(key: "a", bytes: []), .init(key: "b", bytes: [4])])
        let memory = try await test.store.read { (s) throws(StoreError) in
            try s.memory(ofDevice: device.id)
        }
        #expect(memory == ["b": [4]])
        await #expect(throws: StoreError.self) {
            try await write([.init(key: "c", bytes: [UInt8](repeating: 0, count: 65_535))])
        }
        try await write([.init(key: "c", bytes: [UInt8](repeating: 0, count: 65_533))])
        await test.store.close()
    }

    @Test func givesNoNumberTwice() async throws {
        let test = try await TestStore()
        let device = try await test.device()
        func reserve(_ count: UInt32) async throws -> UInt64 {
            try await test.store.write { (t) throws(StoreError) in
                try t.reserve(device: device.id, counter: "frame", count: count)
            }
        }
        #expect(try await reserve(100) == 0)
        #expect(try await reserve(1) == 100)
        await test.store.close()
        let again = try await test.reopen()
        let next = try await again.write { (t) throws(StoreError) in
            try t.raise(device: device.id, counter: "frame", to: 50)
            try t.raise(device: device.id, counter: "frame", to: UInt64.max - 1)
            return try t.reserve(device: device.id, counter: "frame", count: 1)
        }
        #expect(next == UInt64.max - 1)
        await #expect(throws: StoreError.self) {
            try await again.write { (t) throws(StoreError) in
                try t.reserve(device: device.id, counter: "frame", count: 1)
            }
        }
        await again.close()
    }
}

@Suite struct CommandTests {
    @Test func keepsTheStagesOfACommand() async throws {
        let test = try await TestStore()
        let device = try await test.device()
        let now = test.store.now
        let command = CommandRecord(
            id: test.store.newID(), project: device.project, device: device.id,
            function: "FUNC_RELAY_TURN_ON_DIO_LOAD_RELAY1", parameters: ["comment": "x"],
            comment: "по заявке", initiator: "user", created: now)
        let sent = CommandStage(
            symbol: "sent", message: StoredMessage(id: "relay.sent", parameters: ["relay": 1]),
            at: now)
        let done = CommandStage(symbol: "final", code: 0, at: now)
        try await test.store.write { (t) throws(StoreError) in
            try t.insert(command)
            try t.advanceCommand(command.id, sent)
            try t.advanceCommand(command.id, done, result: .success)
        }
        let (one, list) = try await test.store.read { (s) throws(StoreError) in
            (try s.command(command.id), try s.commands(ofDevice: device.id))
        }
        #expect(one.stages == [sent, done])
        #expect(one.state == .done && one.result == .success && one.finished == now)
        #expect(list.items == [one])
        await #expect(throws: StoreError.self) {
            try await test.store.write { (t) throws(StoreError) in
                try t.advanceCommand(command.id, sent)
            }
        }
        await test.store.close()
    }
}
