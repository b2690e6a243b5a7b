import Reactor
import Synchronization

/// Knows which callbacks of a plugin run in the host's own threads now, and since when: one that never returns
/// says nothing by itself.
final class CallbackWatch: Sendable {
    private let running = Mutex<[UInt: UInt64]>([:])

    /// A callback begins on this thread.
    func enter(at now: UInt64) {
        running.withLock { $0[Thread.current] = now }
    }

    /// It has returned.
    func leave() {
        running.withLock { _ = $0.removeValue(forKey: Thread.current) }
    }

    /// When the oldest callback that still runs began, in monotonic nanoseconds; nil where none runs.
    var oldest: UInt64? { running.withLock { $0.values.min() } }
}
