import Glibc
import Synchronization

/// The executor of one session: jobs run inside the host's callbacks and nowhere else.
///
/// A driver's body is an `async` function. Whatever resumes it enqueues a job here; the callback that
/// caused it runs the jobs, in order of arrival, before it returns to the host. No thread is involved.
///
/// A job that arrives from outside a callback (`Task.sleep`, a detached task, an actor with an executor
/// of its own) would run at a moment that the host knows nothing of: it is refused, kept apart and
/// counted, and runs only once the session is over, so that the body can unwind.
// SAFETY: `jobs` and `next` are touched only by the thread whose id stands in `pumping`, which is set by
// compare-and-exchange; everything else is an atomic or behind the mutex.
final class EventPump: TaskExecutor, @unchecked Sendable {
    /// What came from outside a callback.
    private struct Outside {
        var jobs: [UnownedJob] = []
        var isOver = false
        var isDraining = false
    }

    /// What an attempt to run an event came to.
    enum Entry {
        case done
        /// Another event of this session is being handled: the host broke its contract.
        case occupied
    }

    private var jobs: [UnownedJob] = []
    private var next = 0
    private let pumping = Atomic<UInt>(0)
    private let outside = Mutex(Outside())
    private let onRefusal: @Sendable () -> Void

    /// Makes a pump that reports the first job from outside a callback.
    ///
    /// - Parameter onRefusal: Called on whatever thread brought the job, at most once.
    init(onRefusal: @escaping @Sendable () -> Void) {
        self.onRefusal = onRefusal
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        // Only the pumping thread itself can find its own id here, so the load needs no ordering.
        if isOnItsThread {
            jobs.append(job)
        } else {
            refuse(job)
        }
    }

    /// Whether the caller is inside of an event on the thread that handles it.
    var isOnItsThread: Bool { pumping.load(ordering: .relaxed) == pthread_self() }

    /// Runs `event`, every job that follows from it, and then `settle`, as one callback.
    func run(_ event: () -> Void, then settle: () -> Void) -> Entry {
        let entered = pumping.compareExchange(
            expected: 0, desired: pthread_self(), ordering: .acquiringAndReleasing)
        guard entered.exchanged else { return .occupied }
        event()
        drain()
        settle()
        drain()
        pumping.store(0, ordering: .releasing)
        return .done
    }

    /// Lets jobs that were refused, or that still arrive, run where they are: the session is over.
    func release() {
        outside.withLock { $0.isOver = true }
        drainOutside()
    }

    private func drain() {
        let executor = asUnownedTaskExecutor()
        while next < jobs.count {
            let job = jobs[next]
            next += 1
            if next == jobs.count {
                jobs.removeAll(keepingCapacity: true)
                next = 0
            }
            job.runSynchronously(on: executor)
        }
    }

    private func refuse(_ job: UnownedJob) {
        let (isFirst, isOver) = outside.withLock { outside in
            outside.jobs.append(job)
            return (outside.jobs.count == 1, outside.isOver)
        }
        if isOver {
            drainOutside()
        } else if isFirst {
            onRefusal()
        }
    }

    /// Runs the jobs from outside, one thread at a time: the body is still sequential code.
    private func drainOutside() {
        let isMine = outside.withLock { outside in
            defer { outside.isDraining = true }
            return !outside.isDraining
        }
        guard isMine else { return }
        // The task that ends in one of these jobs may hold the last reference to its executor, and
        // whoever enqueues a job does not hold one.
        let myself = Unmanaged.passRetained(self)
        defer { myself.release() }
        let executor = asUnownedTaskExecutor()
        while let job = nextOutside() {
            job.runSynchronously(on: executor)
        }
    }

    private func nextOutside() -> UnownedJob? {
        outside.withLock { outside in
            guard !outside.jobs.isEmpty else {
                outside.isDraining = false
                return nil
            }
            return outside.jobs.removeFirst()
        }
    }
}
