import Reactor
import Synchronization

/// What has become of a plugin's workers, from all reactors together; readable from any thread.
final class WorkerLedger: Sendable {
    private struct State {
        var processes: Set<Int32> = []
        var sessions = 0
        var starts: UInt64 = 0
        var restarts: [String: UInt64] = [:]
        var lastCrash: WorkerSnapshot.Crash?
        var protections: WorkerGreeting.Protections = []
    }

    private let state = Mutex(State())

    func started(_ process: Int32?) {
        state.withLock { state in
            state.starts += 1
            if let process { state.processes.insert(process) }
        }
    }

    func greeted(_ greeting: WorkerGreeting) {
        state.withLock { $0.protections = greeting.protections }
    }

    func ended(_ process: Int32?, lost: Int) {
        state.withLock { state in
            if let process { state.processes.remove(process) }
            state.sessions -= lost
        }
    }

    func crashed(_ end: WorkerEnd, _ words: String) {
        let crash = WorkerSnapshot.Crash(
            wallMilliseconds: SystemClock.wallMilliseconds, reason: end.description,
            lastWords: words)
        state.withLock { state in
            state.restarts[end.kind, default: 0] += 1
            state.lastCrash = crash
        }
    }

    func sessions(_ change: Int) {
        state.withLock { $0.sessions += change }
    }

    var snapshot: WorkerSnapshot {
        let now = state.withLock { $0 }
        var snapshot = WorkerSnapshot()
        snapshot.processes = now.processes.sorted()
        snapshot.sessions = now.sessions
        snapshot.residentBytes = now.processes.reduce(0) {
            $0 + (ProcessFacts.residentBytes(of: $1) ?? 0)
        }
        snapshot.starts = now.starts
        snapshot.restarts = now.restarts
        snapshot.lastCrash = now.lastCrash
        let names: [(WorkerGreeting.Protections, String)] = [
            (.limits, "limits"), (.files, "files"), (.calls, "calls"),
        ]
        snapshot.protections = names.filter { now.protections.contains($0.0) }.map(\.1)
        return snapshot
    }
}
