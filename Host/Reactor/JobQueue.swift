import Glibc

/// A queue on which threads wait for work.
///
/// `Mutex` has no condition variable to wait with, so this one stands on the POSIX pair.
// SAFETY: `state` is touched only between `lock` and `unlock`.
final class JobQueue: @unchecked Sendable {
    /// One piece of work.
    enum Work: Sendable {
        case job(UnownedJob)
        case body(@Sendable () -> Void)
    }

    private struct State {
        var work: [Work] = []
        /// The first piece not taken yet.
        var head = 0
        var threads = 0
        var idle = 0
        var stopping = false
        var stopWaiters: [CheckedContinuation<Void, Never>] = []

        var count: Int { work.count - head }
    }

    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private let added: UnsafeMutablePointer<pthread_cond_t>
    private var state = State()
    private let mostThreads: Int

    /// Makes an empty queue for at most `mostThreads` threads.
    init(mostThreads: Int) {
        self.mostThreads = mostThreads
        mutex = .allocate(capacity: 1)
        added = .allocate(capacity: 1)
        pthread_mutex_init(mutex, nil)
        pthread_cond_init(added, nil)
    }

    deinit {
        pthread_mutex_destroy(mutex)
        pthread_cond_destroy(added)
        mutex.deallocate()
        added.deallocate()
    }

    private func locked<Result>(_ body: (inout State) -> Result) -> Result {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        return body(&state)
    }

    /// Pieces that no thread has taken yet.
    var count: Int { locked { $0.count } }

    /// Adds a piece of work.
    ///
    /// - Parameter work: Taken in the order of arrival.
    /// - Returns: True where a thread is missing for it: the caller starts one that takes work until there is
    ///   no more, or says `threadFailed`.
    func add(_ work: Work) -> Bool {
        locked { state in
            state.work.append(work)
            if state.idle >= state.count {
                pthread_cond_signal(added)
                return false
            }
            guard state.threads < mostThreads else { return false }
            state.threads += 1
            return true
        }
    }

    /// Counts the first thread, which is there before any work is.
    func threadStarts() {
        locked { $0.threads += 1 }
    }

    /// A thread could not be started; true where other threads are there to do its work.
    func threadFailed() -> Bool {
        locked { state in
            guard state.threads > 1 else { return false }
            state.threads -= 1
            return true
        }
    }

    /// The next piece of work: waits for it, or answers nil when the thread is to end.
    func take() -> Work? {
        pthread_mutex_lock(mutex)
        // No access to `state` lasts over the wait: others change it meanwhile, and a compiler that optimises
        // may keep a copy of what it thinks is its own.
        while state.count == 0 && !state.stopping {
            state.idle += 1
            pthread_cond_wait(added, mutex)
            state.idle -= 1
        }
        if state.count > 0 {
            defer { pthread_mutex_unlock(mutex) }
            return Self.takeFirst(&state)
        }
        state.threads -= 1
        let waiters = state.threads == 0 ? state.stopWaiters : []
        if state.threads == 0 { state.stopWaiters = [] }
        pthread_mutex_unlock(mutex)
        for waiter in waiters { waiter.resume() }
        return nil
    }

    private static func takeFirst(_ state: inout State) -> Work {
        let work = state.work[state.head]
        state.head += 1
        if state.head == state.work.count {
            state.work.removeAll(keepingCapacity: true)
            state.head = 0
        } else if state.head >= 256, state.head * 2 >= state.work.count {
            state.work.removeFirst(state.head)
            state.head = 0
        }
        return work
    }

    /// Lets the threads end when the queue is empty, and returns when the last one has.
    ///
    /// Work that is added later runs on a thread that ends with it.
    func stop() async {
        await withCheckedContinuation { (waiter: CheckedContinuation<Void, Never>) in
            let none = locked { state in
                state.stopping = true
                pthread_cond_broadcast(added)
                if state.threads > 0 { state.stopWaiters.append(waiter) }
                return state.threads == 0
            }
            if none { waiter.resume() }
        }
    }
}
