import Synchronization

/// A bounded pool of threads for what takes over 1 ms: name resolution, password hashing, large documents.
///
/// As a task executor it takes whole tasks (`Task(executorPreference: work)`); `run` takes one closure. Threads
/// start as they are needed, up to the bound, and sleep without a tick.
package final class Work: TaskExecutor {
    /// The queue is full: the host does not keep up.
    package struct Overloaded: Error, Hashable, Sendable {
        /// Pieces of work that wait already.
        package let waiting: Int
    }

    private let name: String
    private let longestQueue: Int
    private let queue: JobQueue

    /// Starts the pool with its first thread.
    ///
    /// - Parameters:
    ///   - name: Names the threads.
    ///   - threads: The bound, 1 or more.
    ///   - longestQueue: `run` refuses work when this much waits. Tasks are always taken.
    /// - Throws: A `SystemError` when the system has no thread to give.
    package init(
        name: String = "work", threads: Int, longestQueue: Int = 4096
    ) throws(SystemError) {
        self.name = name
        self.longestQueue = longestQueue
        queue = JobQueue(mostThreads: max(1, threads))
        queue.threadStarts()
        try startThread()
    }

    /// Pieces of work that no thread has taken yet.
    package var waiting: Int { queue.count }

    package func enqueue(_ job: consuming ExecutorJob) {
        add(.job(UnownedJob(job)))
    }

    /// Runs `body` on a thread of the pool.
    ///
    /// - Parameter body: May block. It is not interrupted when the caller is cancelled.
    /// - Returns: What `body` returned.
    /// - Throws: `Overloaded` when too much waits already; `body` was not called then.
    package func run<Answer: Sendable>(
        _ body: @escaping @Sendable () -> Answer
    ) async throws(Overloaded) -> Answer {
        let waiting = self.waiting
        guard waiting < longestQueue else { throw Overloaded(waiting: waiting) }
        return await withCheckedContinuation { continuation in
            add(.body { continuation.resume(returning: body()) })
        }
    }

    /// Runs what is queued, ends the threads, and returns when the last one has ended.
    ///
    /// Work that comes later still runs, on a thread that ends after it.
    package func stop() async {
        await queue.stop()
    }

    private func add(_ work: JobQueue.Work) {
        guard queue.add(work) else { return }
        do throws(SystemError) {
            try startThread()
        } catch {
            // Other threads do it later; where there are none, after `stop`, the caller does.
            if !queue.threadFailed() { serve() }
        }
    }

    private func startThread() throws(SystemError) {
        try Thread.start(name) { [self] in serve() }
    }

    private func serve() {
        let executor = asUnownedTaskExecutor()
        while let work = queue.take() {
            switch work {
            case .job(let job): job.runSynchronously(on: executor)
            case .body(let body): body()
            }
        }
    }
}
