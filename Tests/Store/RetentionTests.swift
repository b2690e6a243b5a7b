import JSON
import Testing
import Values

@testable import Store

@Suite struct RetentionTests {
    private static let day: Int64 = 86_400_000

    private func event(_ code: UInt32, at day: Int64) -> EventRecord {
        let time = Timestamp(milliseconds: TestStore.start.milliseconds + day * Self.day)
        return EventRecord(journal: "POWER", code: code, time: time, received: time)
    }

    private func state(_ value: Int, at day: Int64, type: String = "clock") -> StateRecord {
        let time = Timestamp(milliseconds: TestStore.start.milliseconds + day * Self.day)
        return StateRecord(
            archive: "TIME", type: type, value: JSONValue(value), time: time, received: time)
    }

    /// Makes the archive's retention `days`.
    private func keep(_ archive: String, days: Int64?, in store: Store) async throws {
        try await store.write { (t) throws(StoreError) in
            var edited = try t.archive(archive)
            edited.keepsForever = days == nil
            edited.retentionSeconds = (days ?? 1) * 86_400
            try t.update(edited)
        }
    }

    @Test func deletesOldEventsInSmallSteps() async throws {
        let test = try await TestStore()
        let device = try await test.device()
        // More than two steps of old ones, and some that stay.
        let old = (0..<1_200 as Range<UInt32>).map { event($0, at: Int64($0) / 400) }
        let new = (0..<10 as Range<UInt32>).map { event($0, at: 100) }
        for events in [old, new] {
            try await test.store.append(
                CollectionBatch(project: device.project, device: device.id, events: events))
        }
        try await keep("EVENTS", days: 30, in: test.store)
        test.clock.advance(milliseconds: 101 * Self.day)
        #expect(try await test.store.cleanUp().events == 1_200)
        let left = try await test.store.read { (s) throws(StoreError) in
            try s.events(EventQuery(device: device.id, from: 0, to: .max, limit: 10_000)).items
        }
        #expect(left.count == 10)
        try await keep("EVENTS", days: nil, in: test.store)
        test.clock.advance(milliseconds: 5_000 * Self.day)
        #expect(try await test.store.cleanUp().events == 0)
        await test.store.close()
    }

    @Test func keepsTheNewestRowOfEachState() async throws {
        let test = try await TestStore()
        let device = try await test.device()
        try await test.store.append(
            CollectionBatch(
                project: device.project, device: device.id,
                states: [
                    state(1, at: 0), state(2, at: 1), state(3, at: 2),
                    state(7, at: 0, type: "zone"),
                ]))
        try await keep("TIME", days: 30, in: test.store)
        test.clock.advance(milliseconds: 100 * Self.day)
        #expect(try await test.store.cleanUp().states == 2)
        let left = try await test.store.read { (s) throws(StoreError) in
            try s.states(StateQuery(device: device.id), from: 0, to: .max)
        }
        #expect(left.map(\.record.value).contains(3) && left.map(\.record.value).contains(7))
        #expect(left.count == 2)
        await test.store.close()
    }

    @Test func deletesRunsThatEndedAndNoOthers() async throws {
        let test = try await TestStore()
        var devices: [Device] = []
        for number in 0..<120 { devices.append(try await test.device("\(number)")) }
        let (ended, tasks) = try await test.run(devices)
        let (open, _) = try await test.run([devices[0]])
        let one = devices[5].id
        try await test.store.append(
            CollectionBatch(
                project: ended.project, device: devices[0].id, task: tasks[0].id,
                journal: [
                    JournalLine(
                        at: test.clock.now, level: .info, message: StoredMessage(id: "x"))
                ]))
        try await test.store.write { (t) throws(StoreError) in
            try t.finishPendingTasks(ofRun: ended.id, result: .error)
            try t.finishRun(ended.id, result: .error)
        }
        test.clock.advance(milliseconds: 200 * Self.day)
        let journals = try await test.store.cleanUp()
        #expect(journals.journalLines == 1 && journals.runs == 0)
        test.clock.advance(milliseconds: 200 * Self.day)
        #expect(try await test.store.cleanUp().runs == 1)
        let left = try await test.store.read { (s) throws(StoreError) in
            (try s.runs(in: open.project).items.map(\.id), try s.tasks(ofDevice: one))
        }
        #expect(left.0 == [open.id])
        #expect(left.1.items.isEmpty)
        #expect(try await test.store.integrityProblems() == [])
        await test.store.close()
    }

    @Test func deletesCommandsThatEnded() async throws {
        let test = try await TestStore()
        let device = try await test.device()
        let store = test.store
        for isDone in [true, false] {
            let command = CommandRecord(
                id: store.newID(), project: device.project, device: device.id,
                function: "FUNC_RELAY_TURN_ON_DIO_LOAD_RELAY1", initiator: "user",
                state: isDone ? .done : .running, result: isDone ? .success : nil,
                created: store.now)
            try await store.write { (t) throws(StoreError) in try t.insert(command) }
        }
        test.clock.advance(milliseconds: 400 * Self.day)
        #expect(try await store.cleanUp().commands == 1)
        let left = try await store.read { (s) throws(StoreError) in
            try s.commands(ofDevice: device.id).items
        }
        #expect(left.map(\.state) == [.running])
        await store.close()
    }

    @Test func writesNothingForAnArchiveThatIsOff() async throws {
        let test = try await TestStore()
        let device = try await test.device()
        try await test.store.write { (t) throws(StoreError) in
            for id in ["EVENTS", "TIME"] {
                var archive = try t.archive(id)
                archive.isActive = false
                try t.update(archive)
            }
        }
        let summary = try await test.store.append(
            CollectionBatch(
                project: device.project, device: device.id, events: [event(1, at: 0)],
                states: [state(1, at: 0)]))
        #expect(summary.notCollected == 2 && summary.newEvents == 0 && summary.newStates == 0)
        await #expect(throws: StoreError.self) {
            try await test.store.write { (t) throws(StoreError) in
                var archive = try t.archive(Archive.runs)
                archive.isActive = false
                try t.update(archive)
            }
        }
        await test.store.close()
    }
}
