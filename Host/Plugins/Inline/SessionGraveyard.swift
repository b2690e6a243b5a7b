import Synchronization

/// Keeps closed sessions for a while, for the sake of plugins that hold on to a dead link.
final class SessionGraveyard: Sendable {
    private static let size = 256

    private struct State {
        var sessions: [InlineSession] = []
        var next = 0
    }

    private let state = Mutex(State())

    func bury(_ session: InlineSession) {
        // What falls out of the ring is released outside of the lock.
        let oldest: InlineSession? = state.withLock { state in
            guard state.sessions.count == Self.size else {
                state.sessions.append(session)
                return nil
            }
            let oldest = state.sessions[state.next]
            state.sessions[state.next] = session
            state.next = (state.next + 1) % Self.size
            return oldest
        }
        _ = oldest
    }
}
