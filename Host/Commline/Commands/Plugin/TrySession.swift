import Plugins
import Reactor
import Synchronization

/// What came of a session that was tried.
struct TryResult: Sendable {
    var records: [EmittedRecord] = []
    var outcomes: [ItemOutcome] = []
    var notes: [SessionNote] = []
    var memory: [MemoryWrite] = []
    var children: [ChildDevice] = []
    var end: SessionEnd
}

/// Holds one session and keeps in memory what a host would store.
final class TrySession: SessionDelegate {
    private struct State {
        var records: [EmittedRecord] = []
        var outcomes: [ItemOutcome] = []
        var notes: [SessionNote] = []
        var memory: [MemoryWrite] = []
        var children: [ChildDevice] = []
        var counters: [String: UInt64]
        var end: SessionEnd?
        var waiting: CheckedContinuation<SessionEnd, Never>?
    }

    private let state: Mutex<State>
    private let tellsNotes: @Sendable ([SessionNote]) -> Void

    private init(
        counters: [String: UInt64], tellsNotes: @escaping @Sendable ([SessionNote]) -> Void
    ) {
        state = Mutex(State(counters: counters))
        self.tellsNotes = tellsNotes
    }

    /// Holds a session and waits for its end; SIGINT and SIGTERM cancel it.
    ///
    /// - Parameters:
    ///   - plugin: The driver's.
    ///   - plan: What to do, and where.
    ///   - counters: The next numbers of the device's counters.
    ///   - tellsNotes: Hears the lines of the journal as they come.
    /// - Returns: All that came of it.
    /// - Throws: A `SystemError` where the system has no thread or descriptor left.
    static func hold(
        _ plugin: Plugin, _ plan: SessionPlan, counters: [String: UInt64],
        tellsNotes: @escaping @Sendable ([SessionNote]) -> Void
    ) async throws -> TryResult {
        let group = try await ReactorGroup(name: "try", count: 1)
        let work = try Work(name: "try-work", threads: 1)
        let listener = TrySession(counters: counters, tellsNotes: tellsNotes)
        let session = DeviceSession(
            plugin: plugin, plan: plan, on: group.reactors[0], resolver: Resolver(work: work),
            delegate: listener)
        // Waits as long as the process lives: a second signal changes nothing.
        Task {
            await Interruption.wait(on: group.reactors[0])
            session.cancel()
        }
        session.start()
        return await listener.result()
    }

    private func result() async -> TryResult {
        let end = await withCheckedContinuation { continuation in
            let end = state.withLock { state -> SessionEnd? in
                if state.end == nil { state.waiting = continuation }
                return state.end
            }
            if let end { continuation.resume(returning: end) }
        }
        return state.withLock { state in
            TryResult(
                records: state.records, outcomes: state.outcomes + end.remaining,
                notes: state.notes, memory: state.memory, children: state.children, end: end)
        }
    }

    func session(_ session: DeviceSession, wrote batch: SessionBatch) {
        state.withLock { state in
            state.records += batch.records
            state.outcomes += batch.outcomes
            state.memory += batch.memory
            state.children += batch.children
        }
        session.storeConfirmed(upTo: batch.sequence)
    }

    func session(_ session: DeviceSession, noted notes: [SessionNote]) {
        state.withLock { $0.notes += notes }
        tellsNotes(notes)
    }

    func session(_ session: DeviceSession, traced lines: [TraceLine]) {}

    func session(_ session: DeviceSession, progressed progress: SessionProgress) {}

    func session(_ session: DeviceSession, needs count: UInt64, of counter: String) {
        let block = state.withLock { state -> CounterBlock? in
            let first = state.counters[counter] ?? 0
            let (end, overflow) = first.addingReportingOverflow(max(count, 64))
            guard !overflow else { return nil }
            state.counters[counter] = end
            return CounterBlock(next: first, end: end)
        }
        // A counter that is used up: as in a host, the session waits in vain and is ended.
        if let block { session.grant(counter, block) }
    }

    func session(_ session: DeviceSession, completed command: CommandEnd) {}

    func session(_ session: DeviceSession, finished end: SessionEnd) {
        let waiting = state.withLock { state in
            state.end = end
            return state.waiting
        }
        waiting?.resume(returning: end)
    }
}
