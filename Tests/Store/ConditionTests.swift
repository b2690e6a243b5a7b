import CFaults
import Synchronization
import Testing
import Values

@testable import Store

@Suite struct ConditionTests {
    private func batch(_ device: Device, _ number: Int) -> CollectionBatch {
        CollectionBatch(
            project: device.project, device: device.id,
            measurements: [
                MeasurementRecord(
                    archive: "PROFILE_30", quantity: "A+", value: .unsigned(UInt64(number)),
                    status: .valid, time: nil,
                    intervalEnd: TestStore.start.milliseconds + Int64(number) * 1_800_000,
                    received: Timestamp(milliseconds: TestStore.start.milliseconds))
            ])
    }

    private func open(
        _ folder: TemporaryFolder, reserve: Int64 = 0, every interval: Duration
    ) async throws -> Store {
        var configuration = StoreConfiguration(
            path: folder.path, trialInterval: interval, clock: { TestStore.start })
        configuration.reserveBytes = reserve
        return try await Store.open(configuration)
    }

    private func device(in store: Store) async throws -> Device {
        let project = try await store.read { (s) throws(StoreError) in try s.projects() }[0].id
        let device = Device(
            id: store.newID(), project: project, serialNumber: "1", type: "DT_CE307",
            added: store.now)
        try await store.write { (t) throws(StoreError) in try t.insert(device) }
        return device
    }

    /// The disk is full: collecting pauses and tells so, reading goes on, and it resumes by itself.
    @Test func pausesOnAFullDiskAndResumesByItself() async throws {
        let folder = try TemporaryFolder()
        // Before the files are opened: those that are open already would not fail.
        let watch = faults_watch(folder.path)
        let store = try await open(folder, every: .milliseconds(1))
        let device = try await device(in: store)
        try await store.append(batch(device, 0))
        #expect(store.condition == .collecting)
        faults_fail(watch, FAULT_WRITE, 1, 13, 1)
        await #expect(throws: StoreError.self) { try await store.append(batch(device, 1)) }
        #expect(store.condition.pause?.reason == .diskFull)
        #expect(store.facts.pauses == 1 && store.facts.refusedChanges >= 1)
        let seen = try await store.read { (s) throws(StoreError) in
            try s.measurements(
                MeasurementQuery(
                    devices: [device.id], archive: "PROFILE_30", from: 0, through: .max)
            ).items.count
        }
        #expect(seen == 1)
        await #expect(throws: StoreError.self) { try await store.tryAgain() }
        faults_heal(watch)
        await store.waitUntilCollecting()
        #expect(store.condition == .collecting)
        try await store.append(batch(device, 1))
        await store.close()
        faults_forget(watch)
    }

    /// So little is free that the rest is for the host: nothing is collected, but it can be configured.
    @Test func leavesTheReserveToTheHost() async throws {
        let folder = try TemporaryFolder()
        let store = try await open(folder, reserve: .max, every: .seconds(3_600))
        let device = try await device(in: store)
        do throws(StoreError) {
            try await store.append(batch(device, 0))
            Issue.record("it was taken")
        } catch .database(let failure) {
            #expect(failure.kind == .full)
        }
        #expect(store.condition.pause?.reason == .diskFull)
        await store.close()
        // Whoever waits is not left waiting.
        await store.waitUntilCollecting()
    }

    /// A question that holds on to an old view is ended when the log has grown too long because of it.
    @Test func endsAQuestionThatKeepsTheLogGrowing() async throws {
        let folder = try TemporaryFolder()
        var configuration = StoreConfiguration(
            path: folder.path, readers: 2, clock: { TestStore.start })
        configuration.readPatience = .zero
        let store = try await Store.open(configuration)
        let gate = Gate()
        let ending = Ending()
        let question = Task {
            do throws(StoreError) {
                try await store.read { (s) throws(StoreError) in
                    _ = try s.newestChange()
                    gate.wait()
                    // Steps for ever, unless it is ended.
                    _ = try s.database.integer(
                        """
                        WITH RECURSIVE n (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n)
                        SELECT count(*) FROM n
                        """)
                }
                ending.note(nil)
            } catch {
                ending.note(error)
            }
        }
        await gate.arrived()
        gate.open()
        let bytes = [UInt8](repeating: 7, count: 4 << 20)
        // The first time it may be between two steps, and is asked again.
        while !ending.hasCome {
            try await store.write { (t) throws(StoreError) in
                try t.database.run("REPLACE INTO host VALUES ('test', ?)", bytes)
            }
        }
        await question.value
        guard case .database(let failure) = ending.error else {
            Issue.record("it ended by itself")
            return
        }
        #expect(failure.kind == .interrupted)
        #expect(store.facts.endedQuestions > 0)
        try await store.write { (t) throws(StoreError) in
            try t.database.run("DELETE FROM host WHERE key = 'test'")
        }
        await store.close()
    }
}

/// How a question ended.
private final class Ending: Sendable {
    private let state = Mutex<(hasCome: Bool, error: StoreError?)>((false, nil))

    var hasCome: Bool { state.withLock { $0.hasCome } }
    var error: StoreError? { state.withLock { $0.error } }

    func note(_ error: StoreError?) {
        state.withLock { $0 = (true, error) }
    }
}
