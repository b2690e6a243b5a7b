import CFaults
import Glibc
import JSON
import Testing
import Values

@testable import Store

/// A script of batches on a disk that fails: whatever was acknowledged is there afterwards, nothing is
/// there by half, and the files are sound.
@Suite struct FaultTests {
    /// How a failure goes on.
    enum Course: Int32, CaseIterable, Sendable {
        case once = 0
        case lasting = 1
    }

    /// COMMLINE_FAULT_BATCHES makes the script longer and leaves no operation out; the soak test uses it.
    private static let soakBatches: Int? = getenv("COMMLINE_FAULT_BATCHES").flatMap {
        Int(String(cString: $0))
    }
    private static let batches = soakBatches ?? 2

    /// A kind of failure.
    struct Fault: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var kind: fault_kind
        /// SQLite's result code.
        var code: Int32
        var course = Course.once
        /// Each so-manieth operation fails in a test of its own.
        var stride: Int64 = 1

        static let all = [
            Fault(testDescription: "a write", kind: FAULT_WRITE, code: 10 | 3 << 8),
            Fault(
                testDescription: "a full disk", kind: FAULT_WRITE, code: 13, course: .lasting,
                stride: 5),
            Fault(testDescription: "a synchronisation", kind: FAULT_SYNC, code: 10 | 4 << 8),
            Fault(
                testDescription: "every synchronisation", kind: FAULT_SYNC, code: 10 | 4 << 8,
                course: .lasting),
            Fault(testDescription: "a truncation", kind: FAULT_TRUNCATE, code: 10 | 6 << 8),
            Fault(testDescription: "an opening", kind: FAULT_OPEN, code: 14),
            Fault(
                testDescription: "an allocation", kind: FAULT_ALLOCATION, code: 7, stride: 31),
        ]
    }

    @Test(arguments: Fault.all)
    func survivesTheFailureOfEachOperation(_ fault: Fault) async throws {
        let script = try await FaultScript(batches: Self.batches)
        var number: Int64 = 1
        var failures = 0
        while true {
            let run = try FaultRun(script)
            let armed = number
            let acknowledged = try await run.carryOut { watch in
                faults_fail(watch, fault.kind, armed, fault.code, fault.course.rawValue)
            }
            let wasReached = faults_failed(run.watch) > 0
            faults_heal(run.watch)
            let name = "\(fault.testDescription), the \(number)th"
            try await script.check(run.folder.path, acknowledged, name)
            faults_forget(run.watch)
            guard wasReached else {
                #expect(acknowledged == Array(0..<Self.batches))
                break
            }
            failures += 1
            number += Self.soakBatches == nil ? fault.stride : 1
        }
        // A script in which nothing can fail would prove nothing.
        print("\(fault.testDescription): \(failures) runs failed at one of \(number) operations")
        #expect(failures > 0)
    }

    /// Pictures of the disk before each write and each synchronisation, without what was not synchronised.
    @Test func survivesAPowerCutAtEachMoment() async throws {
        let script = try await FaultScript(batches: Self.batches)
        let run = try FaultRun(script)
        let pictures = try TemporaryFolder()
        let acknowledged = try await run.carryOut { watch in
            faults_capture(watch, pictures.path)
        }
        #expect(acknowledged.count == Self.batches)
        let count = faults_captures(run.watch)
        #expect(count > 10)
        for number in 1...count {
            let cut = try TemporaryFolder()
            try TemporaryFolder.copy(script.folder.path, to: cut.path)
            try TemporaryFolder.copy("\(pictures.path)/\(number)", to: cut.path)
            let known = Array(0..<Int(faults_noted(run.watch, number)))
            try await script.check(cut.path, known, "power cut \(number)")
        }
        faults_forget(run.watch)
    }
}

/// What is done in each run, and what must hold after it.
private struct FaultScript {
    /// A data directory with a device, closed in order: each run begins with a copy of it.
    let folder: TemporaryFolder
    let device: Device
    let task: UUID
    let batches: [CollectionBatch]
    private static let rows = 30

    init(batches count: Int) async throws {
        let test = try await TestStore(readers: 1)
        let device = try await test.device()
        let task = try await test.run([device]).tasks[0].id
        try await test.store.write { (t) throws(StoreError) in try t.startTask(task) }
        await test.store.close()
        folder = test.folder
        self.device = device
        self.task = task
        batches = (0..<count).map { number in
            var batch = CollectionBatch(
                project: device.project, device: device.id, task: task)
            for row in 0..<Self.rows {
                let end = TestStore.start.milliseconds + Int64(number * Self.rows + row) * 1_800_000
                batch.measurements.append(
                    MeasurementRecord(
                        archive: "PROFILE_30", quantity: "A+", value: .unsigned(UInt64(number)),
                        status: .valid, time: nil, intervalEnd: end,
                        received: Timestamp(milliseconds: end)))
            }
            for code in 0..<5 as Range<UInt32> {
                batch.events.append(
                    EventRecord(
                        journal: "POWER", code: UInt32(number) * 100 + code,
                        time: Timestamp(milliseconds: TestStore.start.milliseconds),
                        received: Timestamp(milliseconds: TestStore.start.milliseconds)))
            }
            batch.memory = [MemoryWrite(key: "last", bytes: [UInt8(number)])]
            return batch
        }
    }

    /// Opens what a run left and looks at all of it.
    func check(_ path: String, _ acknowledged: [Int], _ name: String) async throws {
        let store = try await Store.open(
            StoreConfiguration(path: path, readers: 1, clock: { TestStore.start }))
        #expect(try await store.integrityProblems() == [], "\(name)")
        let device = device.id
        let (measurements, events, memory, files) = try await store.read { (s) throws(StoreError) in
            let files = try s.measurementFiles.months(of: "PROFILE_30", from: 0, through: .max)
            var problems: [String] = []
            for month in files {
                problems +=
                    try s.measurementFiles.database(month)?.connection
                    .integrityProblems() ?? []
            }
            return (
                try s.measurements(
                    MeasurementQuery(
                        devices: [device], archive: "PROFILE_30", from: 0, through: .max,
                        limit: 10_000)
                ).items,
                try s.events(EventQuery(device: device, from: 0, to: .max)).items,
                try s.memory(ofDevice: device), problems
            )
        }
        #expect(files == [], "\(name)")
        for number in batches.indices {
            let rows = measurements.count { $0.value == .unsigned(UInt64(number)) }
            let codes = events.count { Int($0.record.code) / 100 == number }
            #expect(rows == 0 || rows == Self.rows, "\(name): batch \(number) by half")
            #expect(codes == 0 || codes == 5, "\(name): batch \(number) by half")
            // The measurements are committed first.
            if codes > 0 { #expect(rows > 0, "\(name): batch \(number)") }
            if acknowledged.contains(number) {
                #expect(rows == Self.rows && codes == 5, "\(name): batch \(number) is lost")
            }
        }
        if let last = acknowledged.last {
            #expect(Int(memory["last"]?.first ?? 0) >= last, "\(name)")
        }
        // It goes on as if nothing had been: the session comes again.
        for batch in batches { try await store.append(batch) }
        let again = try await store.read { (s) throws(StoreError) in
            (
                try s.measurements(
                    MeasurementQuery(
                        devices: [device], archive: "PROFILE_30", from: 0, through: .max,
                        limit: 10_000)
                ).items.count,
                try s.events(EventQuery(device: device, from: 0, to: .max)).items.count
            )
        }
        #expect(again == (batches.count * Self.rows, batches.count * 5), "\(name)")
        await store.close()
    }
}

/// One run of the script in a folder of its own.
private struct FaultRun {
    let folder: TemporaryFolder
    let watch: Int32
    private let script: FaultScript

    init(_ script: FaultScript) throws {
        self.script = script
        folder = try TemporaryFolder()
        try TemporaryFolder.copy(script.folder.path, to: folder.path)
        watch = faults_watch(folder.path)
        #expect(watch >= 0)
    }

    /// Hands the batches over, one after the other; `arm` makes the disk fail from then on.
    ///
    /// - Returns: The numbers of the batches that were acknowledged.
    func carryOut(_ arm: (Int32) -> Void) async throws -> [Int] {
        let store = try await Store.open(
            StoreConfiguration(
                path: folder.path, readers: 1, trialInterval: .seconds(3_600),
                clock: { TestStore.start }))
        let watch = watch
        try await store.write { (_) throws(StoreError) in faults_mark_thread(watch) }
        arm(watch)
        var acknowledged: [Int] = []
        for (number, batch) in script.batches.enumerated() {
            do throws(StoreError) {
                try await store.append(batch)
                acknowledged.append(number)
                faults_note(watch, Int64(number) + 1)
            } catch {
                // A failure has its reason: never a lock, and never silence.
                if case .database(let failure) = error { #expect(failure.kind != .busy) }
            }
        }
        // What was acknowledged can be read at once.
        let device = script.device.id
        let codes = try? await store.read { (s) throws(StoreError) in
            try s.events(EventQuery(device: device, from: 0, to: .max)).items.count
        }
        if let codes { #expect(codes >= acknowledged.count * 5) }
        await store.close()
        return acknowledged
    }
}
