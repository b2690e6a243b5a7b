import JSON
import Synchronization
import Testing
import Values

@testable import Store

/// A copy of the files of a running host is what a killed one leaves: whatever it had acknowledged
/// before the copy began must be in it.
@Suite struct CrashTests {
    /// What was acknowledged so far, by device.
    private final class Acknowledged: Sendable {
        private let counts: Mutex<[UUID: Int]> = Mutex([:])

        func add(_ device: UUID) {
            counts.withLock { $0[device, default: 0] += 1 }
        }

        var all: [UUID: Int] { counts.withLock { $0 } }
    }

    private static func batch(_ device: Device, _ number: Int, task: UUID) -> CollectionBatch {
        let end = TestStore.start.milliseconds + Int64(number) * 3_600_000
        let received = Timestamp(milliseconds: end + 5_000, offsetMinutes: 180)
        return CollectionBatch(
            project: device.project, device: device.id, task: task,
            measurements: [
                MeasurementRecord(
                    archive: "PROFILE_60", quantity: "A+", value: .unsigned(UInt64(number)),
                    status: .valid, time: nil, intervalEnd: end, received: received)
            ],
            events: [
                EventRecord(
                    journal: "POWER", code: UInt32(number), time: Timestamp(milliseconds: end),
                    received: received)
            ],
            states: [
                StateRecord(
                    archive: "TIME", type: "clock", value: JSONValue(number), time: nil,
                    received: received)
            ],
            memory: [MemoryWrite(key: "last", bytes: [UInt8(number)])],
            outcomes: [
                ItemOutcome(
                    item: number, stage: .final, code: 0, at: Moment(milliseconds: end))
            ])
    }

    @Test(arguments: 1...8)
    func keepsWhatWasAcknowledged(_ round: Int) async throws {
        let test = try await TestStore()
        var devices: [Device] = []
        for number in 0..<8 { devices.append(try await test.device("\(number)")) }
        let (run, tasks) = try await test.run(devices)
        let store = test.store
        let acknowledged = Acknowledged()
        let copy = try TemporaryFolder()
        let before = try await withThrowingTaskGroup(of: Void.self) { group in
            for (device, task) in zip(devices, tasks) {
                group.addTask {
                    try await store.write { (t) throws(StoreError) in try t.startTask(task.id) }
                    for number in 0..<40 {
                        try await store.append(Self.batch(device, number, task: task.id))
                        acknowledged.add(device.id)
                    }
                }
            }
            while acknowledged.all.values.reduce(0, +) < round * 35 { await Task.yield() }
            let before = acknowledged.all
            try TemporaryFolder.copy(test.folder.path, to: copy.path)
            try await group.waitForAll()
            return before
        }
        await store.close()

        let clock = test.clock
        let again = try await Store.open(
            StoreConfiguration(path: copy.path, clock: { clock.now }))
        #expect(try await again.integrityProblems() == [])
        for (device, task) in zip(devices, tasks) {
            let least = before[device.id, default: 0]
            let found = try await again.read { (s) throws(StoreError) in
                (
                    try s.measurements(
                        MeasurementQuery(
                            devices: [device.id], archive: "PROFILE_60", from: 0, through: .max)
                    ).items,
                    try s.events(EventQuery(device: device.id, from: 0, to: .max)).items,
                    try s.states(StateQuery(device: device.id), from: 0, to: .max),
                    try s.outcomes(ofTask: task.id), try s.memory(ofDevice: device.id)
                )
            }
            #expect(found.0.count >= least)
            #expect(found.0.map(\.value) == (0..<found.0.count).map { .unsigned(UInt64($0)) })
            #expect(found.1.count >= least && found.2.count >= least && found.3.count >= least)
            #expect(found.1.map(\.record.code) == (0..<found.1.count).map { UInt32($0) })
            // The measurements of a batch are committed first.
            #expect(found.0.count >= found.1.count)
            if least > 0 { #expect(found.4["last"] == [UInt8(found.1.count - 1)]) }
            // The session comes again and hands the same over: nothing twice, nothing lost.
            for number in 0..<40 {
                try await again.append(Self.batch(device, number, task: task.id))
            }
            let whole = try await again.read { (s) throws(StoreError) in
                (
                    try s.measurements(
                        MeasurementQuery(
                            devices: [device.id], archive: "PROFILE_60", from: 0, through: .max)
                    ).items.count,
                    try s.events(EventQuery(device: device.id, from: 0, to: .max)).items.count,
                    try s.outcomes(ofTask: task.id).count
                )
            }
            #expect(whole == (40, 40, 40))
        }
        let interrupted = try await again.read { (s) throws(StoreError) in
            try s.interruptedRuns()
        }
        #expect(interrupted.map(\.run.id) == [run.id])
        await again.close()
    }

    @Test func tellsTheAuditOfCorrectionsThatItMissed() async throws {
        let test = try await TestStore()
        let device = try await test.device()
        for value in ["1", "2"] {
            try await test.store.append(
                CollectionBatch(
                    project: device.project, device: device.id,
                    measurements: [.energy(value, at: "2026-11-20T00:00:00Z")]))
        }
        let audit = try await test.store.read { (s) throws(StoreError) in
            try s.audit(.general).items
        }
        #expect(audit.count == 1)
        // As after a power cut between the two commits: the file knows, the audit does not.
        let copy = try TemporaryFolder()
        try TemporaryFolder.copy(test.folder.path, to: copy.path)
        await test.store.close()
        let file = try Connection(
            path: copy.path + "/measurements/END_OF_DAY/2026-11.sqlite", mode: .readWrite)
        try file.execute("UPDATE correction SET audited = 0")
        let main = try Connection(path: copy.path + "/main.sqlite", mode: .readWrite)
        try main.execute("DELETE FROM audit")
        let clock = test.clock
        let again = try await Store.open(
            StoreConfiguration(path: copy.path, clock: { clock.now }))
        try await again.write { (_) throws(StoreError) in }
        let found = try await again.read { (s) throws(StoreError) in try s.audit(.general).items }
        #expect(found == audit)
        await again.close()
    }
}
