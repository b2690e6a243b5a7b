import Synchronization

/// Keeps runs that ended for a while, so that a plugin which holds on to a dead sink gets an answer.
final class SourceGraveyard: Sendable {
    private static let size = 256

    private struct State {
        var runs: [SourceRun] = []
        var next = 0
    }

    private let state = Mutex(State())

    /// Keeps a run; the oldest one goes.
    func bury(_ run: SourceRun) {
        // What falls out of the ring is released outside of the lock.
        let oldest: SourceRun? = state.withLock { state in
            guard state.runs.count == Self.size else {
                state.runs.append(run)
                return nil
            }
            let oldest = state.runs[state.next]
            state.runs[state.next] = run
            state.next = (state.next + 1) % Self.size
            return oldest
        }
        _ = oldest
    }
}
