import Glibc

/// Counts reports that wait for their confirmation, and lets the run's thread wait while they are too many.
///
/// `Mutex` has no condition variable to wait with, so this one stands on the POSIX pair.
// SAFETY: `state` is touched only between `lock` and `unlock`.
final class SourceWindow: @unchecked Sendable {
    private struct State {
        var issued: UInt64 = 0
        var confirmed: UInt64 = 0
        var isCancelled = false
    }

    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private let changed: UnsafeMutablePointer<pthread_cond_t>
    private var state = State()
    private let size: UInt64

    /// Makes a window for `size` reports; at least one.
    init(size: Int) {
        self.size = UInt64(max(1, size))
        mutex = .allocate(capacity: 1)
        changed = .allocate(capacity: 1)
        pthread_mutex_init(mutex, nil)
        pthread_cond_init(changed, nil)
    }

    deinit {
        pthread_mutex_destroy(mutex)
        pthread_cond_destroy(changed)
        mutex.deallocate()
        changed.deallocate()
    }

    /// The number of the last report, 0 before the first.
    var issued: UInt64 { locked { $0.issued } }

    var isCancelled: Bool { locked { $0.isCancelled } }

    /// The number for the next report: waits until the window has room.
    ///
    /// - Returns: The number, or nil where the run was cancelled and there is no room.
    func take() -> UInt64? {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        while isFull && !state.isCancelled { pthread_cond_wait(changed, mutex) }
        guard !isFull else { return nil }
        state.issued += 1
        return state.issued
    }

    /// Everything up to `number` is on disk; what was confirmed before stays so.
    func confirm(upTo number: UInt64) {
        locked { state in
            state.confirmed = max(state.confirmed, min(number, state.issued))
            pthread_cond_signal(changed)
        }
    }

    /// Nobody waits any more.
    func cancel() {
        locked { state in
            state.isCancelled = true
            pthread_cond_signal(changed)
        }
    }

    private var isFull: Bool { state.issued - state.confirmed >= size }

    private func locked<Result>(_ body: (inout State) -> Result) -> Result {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        return body(&state)
    }
}
