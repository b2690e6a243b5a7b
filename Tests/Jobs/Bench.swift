import Dispatching
import Glibc
import JSON
import Scheduling
import Synchronization
import Testing
import Values

@testable import Jobs
@testable import Store

/// A store, a clock and what carries runs out, for a scheduler to work with.
final class Bench: Sendable {
    let store: Store
    let alarm: VirtualAlarm
    let runs: IdleRuns
    let project: UUID
    let device: UUID
    private let folder: String
    /// The alarm does not keep them alive.
    private let schedulers = Mutex<[JobScheduler]>([])

    /// 2026-03-28T12:00:00Z: the day before Berlin's clocks are set forward.
    static let noon = Moment(milliseconds: 1_774_699_200_000)

    init(at now: Moment = Bench.noon) async throws {
        var template = Array("/tmp/commline-jobs-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else {
            throw StoreError.file(path: "/tmp", operation: "making a folder", errno: errno)
        }
        folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let alarm = VirtualAlarm(now)
        self.alarm = alarm
        store = try await Store.open(
            StoreConfiguration(path: folder, readers: 1, clock: { alarm.now }))
        project = try #require(
            try await store.read { (s) throws(StoreError) in try s.projects().first?.id })
        let device = Device(
            id: store.newID(), project: project, serialNumber: "1", type: "DT_CE307", added: now)
        try await store.write { (t) throws(StoreError) in try t.insert(device) }
        self.device = device.id
        runs = IdleRuns(store: store)
    }

    func close() async {
        await store.close()
        for name in (try? Folder.names(in: folder)) ?? [] { unlink(folder + "/" + name) }
        rmdir(folder)
    }

    /// Runs a test with a bench that is closed after it.
    static func with(
        at now: Moment = Bench.noon, _ body: (Bench) async throws -> Void
    ) async throws {
        let bench = try await Bench(at: now)
        do {
            try await body(bench)
        } catch {
            await bench.close()
            throw error
        }
        await bench.close()
    }

    /// A scheduler as a start of the host makes it; it has done what was due.
    func scheduler() async throws -> JobScheduler {
        let scheduler = JobScheduler(store: store, runs: runs, alarm: alarm)
        schedulers.withLock { $0.append(scheduler) }
        await scheduler.carryOut(try await scheduler.takeUp())
        return scheduler
    }

    /// Makes a job and switches its schedule on.
    @discardableResult
    func job(
        _ schedule: JSONValue, name: String = "job", missed: MissedPolicy = .runOnce,
        id: UUID? = nil, isOn: Bool = true
    ) async throws -> UUID {
        let id = id ?? store.newID()
        let job = Job(
            id: id, project: project, name: name, targets: JobTargets(devices: [device]),
            contents: .array([ContentLine(kind: .archive, symbol: "CURRENT").json]), priority: 7,
            retries: 3, retryDelaySeconds: 180, isEndless: true, schedule: schedule,
            missed: missed, created: alarm.now)
        try await store.write { (t) throws(StoreError) in
            try t.insert(job)
            if isOn { try t.switchJob(id, on: true, by: nil) }
        }
        return id
    }

    /// The runs of a job, the oldest first.
    func history(_ job: UUID) async throws -> [Run] {
        let project = project
        return try await store.read { (s) throws(StoreError) in
            try s.runs(ofJob: job, in: project, Query(limit: 10_000)).items
        }
    }

    /// The occurrences that runs stand for, the oldest first.
    func occurrences(_ job: UUID) async throws -> [Int64] {
        try await history(job).compactMap(\.occurrence?.milliseconds)
    }
}

/// Stores runs that last until they are cancelled.
final class IdleRuns: RunStarter {
    private let store: Store
    private let state = Mutex<(orders: [RunOrder], failures: [DispatchError])>(([], []))

    init(store: Store) {
        self.store = store
    }

    /// The orders that were taken.
    var orders: [RunOrder] { state.withLock { $0.orders } }

    /// Refuses the next orders so, one after another.
    func fail(_ errors: DispatchError...) {
        state.withLock { $0.failures += errors }
    }

    func start(_ order: RunOrder) async throws(DispatchError) -> Run {
        let failure = state.withLock { state in
            state.failures.isEmpty ? nil : state.failures.removeFirst()
        }
        if let failure { throw failure }
        let run = Run(
            id: store.newID(), project: order.project, job: order.job, name: order.name,
            initiator: order.initiator, user: order.user, priority: order.priority,
            context: order.context, created: store.now, occurrence: order.occurrence)
        do throws(StoreError) {
            let stored = try await store.write { (transaction) throws(StoreError) in
                try transaction.insert(run, tasks: [])
                return try transaction.run(run.id)
            }
            state.withLock { $0.orders.append(order) }
            return stored
        } catch {
            throw .store(error)
        }
    }

    func cancel(
        run: UUID, project: UUID, as result: ExecutionResult
    ) async throws(DispatchError) {
        do throws(StoreError) {
            try await store.write { (transaction) throws(StoreError) in
                try transaction.finishRun(run, result: result)
            }
        } catch .illegalTransition {
            throw .alreadyDone
        } catch {
            throw .store(error)
        }
    }
}
