import Glibc
import Synchronization
import Testing
import Values

@testable import Store

@Suite struct WriterTests {
    @Test func undoesOneCallersFailureAndKeepsTheOthers() async throws {
        let test = try await TestStore()
        let project = try await test.project()
        // All of them wait while the first one holds the writer, so that they share a transaction.
        let gate = Gate()
        let store = test.store
        let results = try await withThrowingTaskGroup(of: (Int, Bool).self) { group in
            group.addTask {
                try await store.write { (_) throws(StoreError) in gate.wait() }
                return (-1, true)
            }
            await gate.arrived()
            for number in 0..<60 {
                group.addTask {
                    let device = Device(
                        id: store.newID(), project: project, serialNumber: "\(number)",
                        type: "DT_CE307", added: store.now)
                    gate.count()
                    do throws(StoreError) {
                        try await store.write { (t) throws(StoreError) in
                            try t.insert(device)
                            if number % 3 == 0 { throw .notFound(.device) }
                        }
                        return (number, true)
                    } catch {
                        return (number, false)
                    }
                }
            }
            await gate.counted(60)
            gate.open()
            return try await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
        }
        let serials = try await store.read { (s) throws(StoreError) in
            try s.devices(in: project).items.map(\.serialNumber)
        }
        for number in 0..<60 { #expect(results[number] == (number % 3 != 0)) }
        #expect(Set(serials) == Set((0..<60).filter { $0 % 3 != 0 }.map { String($0) }))
        #expect(try await store.integrityProblems() == [])
        await store.close()
    }

    @Test func sharesOneTransactionAmongThoseWhoWait() async throws {
        let test = try await TestStore()
        let store = test.store
        let gate = Gate()
        let moments = try await withThrowingTaskGroup(of: Moment?.self) { group in
            group.addTask {
                try await store.write { (_) throws(StoreError) in gate.wait() }
                return nil
            }
            await gate.arrived()
            for _ in 0..<100 {
                group.addTask {
                    gate.count()
                    // The host's time is the same throughout a transaction; the clock moves with each.
                    return try await store.write { (t) throws(StoreError) in
                        test.clock.advance(milliseconds: 1)
                        return t.now
                    }
                }
            }
            await gate.counted(100)
            gate.open()
            return try await group.reduce(into: Set()) { $0.insert($1) }
        }
        // Those that had asked before the gate opened share one; a few may come a moment later.
        #expect(moments.count < 20)
        await store.close()
    }

    @Test func answersQuestionsWhileAChangeIsBeingMade() async throws {
        let test = try await TestStore(readers: 2)
        let device = try await test.device("before")
        let store = test.store
        let gate = Gate()
        async let change: Void = store.write { (t) throws(StoreError) in
            var edited = device
            edited.serialNumber = "after"
            try t.update(edited)
            gate.wait()
        }
        await gate.arrived()
        // Both readers, each with its own connection, see what was committed and do not wait.
        for _ in 0..<4 {
            let found = try await store.read { (s) throws(StoreError) in try s.device(device.id) }
            #expect(found.serialNumber == "before")
        }
        gate.open()
        try await change
        for _ in 0..<4 {
            let found = try await store.read { (s) throws(StoreError) in try s.device(device.id) }
            #expect(found.serialNumber == "after")
        }
        await store.close()
    }

    @Test func readsMeasurementsWhileTheyAreBeingWritten() async throws {
        let test = try await TestStore(readers: 2)
        let device = try await test.device()
        let store = test.store
        let query = MeasurementQuery(
            devices: [device.id], archive: "PROFILE_30", from: 0, through: .max, limit: 10_000)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                for hour in 0..<60 {
                    let end = TestStore.start.milliseconds + Int64(hour) * 1_800_000
                    try await store.append(
                        CollectionBatch(
                            project: device.project, device: device.id,
                            measurements: [
                                MeasurementRecord(
                                    archive: "PROFILE_30", quantity: "A+",
                                    value: .unsigned(UInt64(hour)), status: .valid,
                                    time: nil, intervalEnd: end,
                                    received: Timestamp(milliseconds: end))
                            ]))
                    // Read your own writes: what was acknowledged is seen by every reader.
                    for _ in 0..<2 {
                        let seen = try await store.read { (s) throws(StoreError) in
                            try s.measurements(query).items.count
                        }
                        #expect(seen == hour + 1)
                    }
                }
            }
            group.addTask {
                var before = 0
                while before < 60 {
                    let seen = try await store.read { (s) throws(StoreError) in
                        try s.measurements(query).items.count
                    }
                    #expect(seen >= before)
                    before = seen
                }
            }
            try await group.waitForAll()
        }
        await store.close()
    }

    @Test func readsFilesThatAreJustBeingMade() async throws {
        let test = try await TestStore(readers: 1)
        let device = try await test.device()
        let store = test.store
        let query = MeasurementQuery(
            devices: [device.id], archive: "END_OF_MONTH", from: 0, through: .max)
        async let writing: Void = {
            for month in 0..<24 {
                let day = TestStore.start.milliseconds - Int64(month) * 31 * 86_400_000
                var record = MeasurementRecord.energy(
                    "1", at: "2026-11-20T00:00:00Z", archive: "END_OF_MONTH")
                record.intervalEnd = day
                try await store.append(
                    CollectionBatch(
                        project: device.project, device: device.id, measurements: [record]))
            }
        }()
        var seen = 0
        while seen < 24 {
            let now = try await store.read { (s) throws(StoreError) in
                try s.measurements(query).items.count
            }
            #expect(now >= seen)
            seen = now
        }
        try await writing
        await store.close()
    }

    @Test func keepsTheLogWithinBounds() async throws {
        let test = try await TestStore()
        let bytes = [UInt8](repeating: 7, count: 1 << 20)
        // 60 MiB through a log that is moved into the file at 16 MiB.
        for _ in 0..<60 {
            try await test.store.write { (t) throws(StoreError) in
                try t.database.run("REPLACE INTO host VALUES ('test', ?)", bytes)
            }
        }
        let log = try TemporaryFolder.read(test.folder.path + "/main.sqlite-wal").count
        #expect(log < 24 << 20)
        await test.store.close()
        #expect(try TemporaryFolder.read(test.folder.path + "/main.sqlite-wal").isEmpty)
    }
}

/// Holds the writer's thread until the test lets it go on.
final class Gate: Sendable {
    private struct State {
        var isOpen = false
        var hasArrived = false
        var count = 0
    }

    private let state = Mutex(State())

    /// Blocks the calling thread, which is the store's own.
    func wait() {
        state.withLock { $0.hasArrived = true }
        while !state.withLock({ $0.isOpen }) { sched_yield() }
    }

    func open() {
        state.withLock { $0.isOpen = true }
    }

    func count() {
        state.withLock { $0.count += 1 }
    }

    func arrived() async {
        while !state.withLock({ $0.hasArrived }) { await Task.yield() }
    }

    func counted(_ number: Int) async {
        while state.withLock({ $0.count }) < number { await Task.yield() }
    }
}
