import CSystem
import Synchronization

/// An event loop on a thread of its own, which is also the executor of the actors pinned to it.
///
/// Everything that belongs to a reactor (endpoints, timers, pinned actors) is used on its thread only, and
/// checks that. An actor pins itself so, and then enters from callbacks with `assumeIsolated`, with no hop:
///
/// ```swift
/// nonisolated var unownedExecutor: UnownedSerialExecutor { reactor.asUnownedSerialExecutor() }
/// ```
///
/// Its `tasks` also run what is isolated to no actor: `Task(executorPreference: reactor.tasks)`.
///
/// One pass of the loop: readiness, timers, jobs, and then what all of these have written is sent. With
/// nothing to do the thread sleeps without a tick. A callback that blocks blocks every session on the
/// reactor; whatever takes over 1 ms belongs on `Work`.
// SAFETY: `inbox` is guarded by its mutex and the atomics by themselves; the other variables are touched
// only by the thread whose number is in `thread`, which every entry point verifies.
package final class Reactor: SerialExecutor, @unchecked Sendable {
    /// The name of the reactor and of its thread.
    package let name: String

    /// A job, and on behalf of which executor it runs.
    private struct Job {
        let job: UnownedJob
        /// Isolated to no actor: it came through `tasks`.
        let isTask: Bool
    }

    /// What other threads may hand in.
    private struct Inbox {
        var jobs: [Job] = []
        var bodies: [@Sendable () -> Void] = []
        /// True while the thread is, or is about to be, asleep in epoll: the one who adds work wakes it.
        var asleep = false
        var stopRequested = false
        /// True when nobody runs the inbox: whoever adds work starts a thread for it.
        var stopped = false
        var stopWaiters: [CheckedContinuation<Void, Never>] = []

        var isEmpty: Bool { jobs.isEmpty && bodies.isEmpty }
    }

    private let inbox = Mutex(Inbox())
    private let thread = Atomic<UInt>(0)
    private let wake: Int32
    let counters = MetricCounters()
    /// The executor of tasks that prefer this reactor; it serves for as long as the reactor lives.
    package let tasks = ReactorTasks()

    // What follows is touched on the reactor's thread only. No access to one of these variables may last
    // over a callback: the callback may come back to it.
    var poller: Poller
    var wheel = TimerWheel<@Sendable () -> Void>(
        position: SystemClock.monotonicNanoseconds / 1_000_000)
    /// Every endpoint of the reactor reads into this one; its contents last for one callback.
    let readBuffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 64 * 1024, alignment: 16)
    /// Endpoints with unsent bytes, to be sent at the end of this pass.
    var flushes: [any Flushable] = []
    /// Held for its listeners, to be given up for a moment when descriptors have run out.
    private var reserve: Int32 = -1
    /// True from the end of the loop on: nothing registers any more.
    private(set) var ended = false
    private var runningJobs: [Job] = []
    private var runningBodies: [@Sendable () -> Void] = []

    /// Starts a reactor.
    ///
    /// - Parameter name: Names the thread, for example `reactor-0`.
    /// - Returns: A running reactor.
    /// - Throws: A `SystemError` when descriptors or threads have run out.
    package static func start(name: String) throws(SystemError) -> Reactor {
        let reactor = try Reactor(name: name)
        try Thread.start(name) { reactor.run() }
        return reactor
    }

    private init(name: String) throws(SystemError) {
        self.name = name
        wake = try SystemError.check(csys_eventfd_create(), "eventfd")
        do throws(SystemError) {
            poller = try Poller(wake: wake)
        } catch {
            _ = csys_close(wake)
            throw error
        }
        tasks.reactor = self
    }

    deinit {
        _ = csys_close(wake)
        if reserve >= 0 { _ = csys_close(reserve) }
        readBuffer.deallocate()
    }

    /// Holds a descriptor in reserve, where there is none yet.
    func keepReserve() {
        if reserve < 0 { reserve = csys_open_null() }
    }

    /// Gives the reserve up.
    ///
    /// - Returns: Whether there was one, so that one descriptor is free now.
    func giveUpReserve() -> Bool {
        guard reserve >= 0 else { return false }
        _ = csys_close(reserve)
        reserve = -1
        return true
    }

    /// The counters of this reactor, readable from any thread.
    package var metrics: ReactorMetrics { counters.snapshot }

    // MARK: Executor

    package func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        post { $0.jobs.append(Job(job: job, isTask: false)) }
    }

    fileprivate func enqueueTask(_ job: UnownedJob) {
        post { $0.jobs.append(Job(job: job, isTask: true)) }
    }

    /// Runs `body` on the reactor's thread, after what is already queued.
    package func execute(_ body: @escaping @Sendable () -> Void) {
        post { $0.bodies.append(body) }
    }

    /// Runs `body` on the reactor's thread and returns what it answers.
    @discardableResult
    package func perform<Result: Sendable>(
        _ body: @escaping @Sendable () -> Result
    ) async -> Result {
        await withCheckedContinuation { continuation in
            execute { continuation.resume(returning: body()) }
        }
    }

    /// True on the reactor's own thread.
    package var isCurrent: Bool { thread.load(ordering: .relaxed) == Thread.current }

    package func isIsolatingCurrentContext() -> Bool? { isCurrent }

    package func checkIsolated() {
        precondition(isCurrent, "not on the thread of reactor \(name)")
    }

    // MARK: The loop

    private func post(_ change: (inout Inbox) -> Void) {
        let (wakes, restarts) = inbox.withLock { inbox in
            change(&inbox)
            defer {
                inbox.asleep = false
                inbox.stopped = false
            }
            return (inbox.asleep, inbox.stopped)
        }
        if wakes { _ = csys_eventfd_signal(wake) }
        if restarts { runLateComers() }
    }

    private func run() {
        thread.store(Thread.current, ordering: .relaxed)
        while true {
            // Work that came in before this line is seen here; work that comes in after it wakes epoll.
            let (idle, stopping) = inbox.withLock { inbox in
                inbox.asleep = inbox.isEmpty && !inbox.stopRequested
                return (inbox.asleep, inbox.stopRequested)
            }
            if stopping { break }
            pollOnce(waiting: idle && flushes.isEmpty)
            fireTimers()
            runInbox()
            flushWrites()
            counters.loops.increment()
        }
        ended = true
        for target in poller.targets { target.reactorStopped() }
        while wheel.popExpired(at: .max) != nil {}
        runUntilEmpty()
    }

    /// Runs what is queued, and what that queues for this reactor, but not for ever: sockets wait.
    private func runInbox() {
        for _ in 0..<8 where !runInboxOnce() { return }
    }

    private func runInboxOnce() -> Bool {
        inbox.withLock { inbox in
            swap(&inbox.jobs, &runningJobs)
            swap(&inbox.bodies, &runningBodies)
        }
        let count = runningJobs.count + runningBodies.count
        guard count > 0 else { return false }
        var watch = StopWatch()
        for body in runningBodies {
            body()
            watch.lap(counters)
        }
        runningBodies.removeAll(keepingCapacity: true)
        let (serial, task) = (asUnownedSerialExecutor(), tasks.asUnownedTaskExecutor())
        for job in runningJobs {
            if job.isTask {
                job.job.runSynchronously(on: task)
            } else {
                job.job.runSynchronously(on: serial)
            }
            watch.lap(counters)
        }
        runningJobs.removeAll(keepingCapacity: true)
        counters.jobs.increment(by: UInt64(count))
        return true
    }

    // MARK: Stopping

    /// Stops the reactor and returns when its thread has ended.
    ///
    /// Every open endpoint is closed with `.reactorStopped`, timers are dropped, queued jobs still run. Jobs
    /// that come later run too, on a short-lived thread, so that nobody waits for ever; endpoints do not
    /// open any more.
    package func stop() async {
        await withCheckedContinuation { continuation in
            post { inbox in
                inbox.stopRequested = true
                inbox.stopWaiters.append(continuation)
            }
        }
    }

    private func runUntilEmpty() {
        while true {
            while runInboxOnce() {}
            let waiters: [CheckedContinuation<Void, Never>]? = inbox.withLock { inbox in
                guard inbox.isEmpty else { return nil }
                inbox.stopped = true
                thread.store(0, ordering: .relaxed)
                defer { inbox.stopWaiters = [] }
                return inbox.stopWaiters
            }
            guard let waiters else { continue }
            for waiter in waiters { waiter.resume() }
            return
        }
    }

    private func runLateComers() {
        let body: @Sendable () -> Void = { [self] in
            thread.store(Thread.current, ordering: .relaxed)
            runUntilEmpty()
        }
        do throws(SystemError) {
            try Thread.start(name, body: body)
        } catch {
            // The system has no thread left: better here, on the caller's, than never.
            body()
        }
    }
}

/// The side of a reactor that runs what is isolated to no actor.
///
/// It is an executor of its own kind beside the reactor, and not the reactor itself: the runtime would take the
/// two roles of one object for one, and leave an actor's continuation behind.
// SAFETY: `reactor` is set once, before anyone else knows either object.
package final class ReactorTasks: TaskExecutor, @unchecked Sendable {
    fileprivate unowned var reactor: Reactor?

    fileprivate init() {}

    package func enqueue(_ job: consuming ExecutorJob) {
        reactor?.enqueueTask(UnownedJob(job))
    }
}
