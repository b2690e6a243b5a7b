import Synchronization

/// A serial executor with a thread of its own, for an actor that blocks: a database connection, a device file.
///
/// Without work the thread sleeps without a tick.
package final class ThreadExecutor: SerialExecutor {
    /// The name of the executor and its thread.
    package let name: String
    private let queue = JobQueue(mostThreads: 1)
    private let thread = Atomic<UInt>(0)

    /// Starts the thread.
    ///
    /// - Parameter name: Names the thread, for example `store-writer`; its first 15 bytes count.
    /// - Throws: A `SystemError` when the system has no thread to give.
    package init(name: String) throws(SystemError) {
        self.name = name
        queue.threadStarts()
        try Thread.start(name) { [self] in serve() }
    }

    package func enqueue(_ job: consuming ExecutorJob) {
        add(.job(UnownedJob(job)))
    }

    /// Runs `body` on the thread, after what is already queued.
    package func execute(_ body: @escaping @Sendable () -> Void) {
        add(.body(body))
    }

    /// True on the executor's own thread.
    package var isCurrent: Bool { thread.load(ordering: .relaxed) == Thread.current }

    package func isIsolatingCurrentContext() -> Bool? { isCurrent }

    package func checkIsolated() {
        precondition(isCurrent, "not on the thread of executor \(name)")
    }

    /// Runs what is queued, ends the thread, and returns when it has ended.
    ///
    /// Jobs that come later still run, on a thread that ends after them.
    package func stop() async {
        await queue.stop()
    }

    private func add(_ work: JobQueue.Work) {
        guard queue.add(work) else { return }
        // Only after `stop` is a thread missing.
        do throws(SystemError) {
            try Thread.start(name) { [self] in serve() }
        } catch {
            // The system has none left: better here, on the caller's, than never.
            serve()
        }
    }

    private func serve() {
        let own = Thread.current
        thread.store(own, ordering: .relaxed)
        let executor = asUnownedSerialExecutor()
        while let work = queue.take() {
            switch work {
            case .job(let job): job.runSynchronously(on: executor)
            case .body(let body): body()
            }
        }
        // A thread that comes later may bear the same number. One that has come already is left alone.
        _ = thread.compareExchange(expected: own, desired: 0, ordering: .relaxed)
    }
}
