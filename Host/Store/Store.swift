import Reactor
import Synchronization
import Values

/// Everything that the host remembers: configuration, runs, records, logs and the extended journal.
///
/// What a call has returned, or an awaited change has acknowledged, is on disk and survives a power
/// cut. Changes are made by one thread, which commits those of several callers together; questions
/// are answered by others, from a consistent view that never waits for the writer. Outside of this
/// module there is no SQL, and rows are known by their UUIDs.
package final class Store: Sendable {
    /// The data directory.
    package let path: String
    /// Bytes of the extended journal that a torn write had left and that were cut off at the start.
    package let cutTraceBytes: Int64
    private let clock: @Sendable () -> Moment
    private let ids: IDSource
    private let signal: ChangeSignal
    let writer: Writer
    private let readers: [Reader]
    private let turn = Atomic<UInt>(0)
    let traces: TraceLog
    private let lock: Mutex<DataLock?>
    let health: StoreHealth
    private let reads: LongReads
    private let trialInterval: Duration
    private let trials: Mutex<Task<Void, Never>?>

    init(
        path: String, parts: StoreParts, readers: [Reader], traces: TraceLog, cutTraceBytes: Int64,
        configuration: StoreConfiguration
    ) {
        self.path = path
        self.cutTraceBytes = cutTraceBytes
        clock = configuration.clock
        trialInterval = configuration.trialInterval
        health = parts.health
        reads = parts.reads
        trials = Mutex(nil)
        ids = parts.ids
        signal = parts.signal
        writer = parts.writer
        lock = Mutex(parts.lock)
        self.readers = readers
        self.traces = traces
        let changes = parts.health.changes()
        let (health, writer, interval) = (parts.health, parts.writer, trialInterval)
        trials.withLock { task in
            task = Task { await Self.lookAfter(changes, health, writer, every: interval) }
        }
    }

    /// Makes an identifier: a UUID of version 7, above all that were made before.
    package func newID() -> UUID { ids.next(clock()) }

    /// The host's time as the store sees it.
    package var now: Moment { clock() }

    /// Asks questions, all answered from one consistent view of the main database.
    package func read<T: Sendable>(
        _ body: @escaping @Sendable (Snapshot) throws(StoreError) -> T
    ) async throws(StoreError) -> T {
        let number = turn.wrappingAdd(1, ordering: .relaxed).newValue
        return try await readers[Int(number % UInt(readers.count))].read(body)
    }

    /// Makes changes: all of them or none; they are on disk when the call returns.
    ///
    /// `body` runs on the writer's thread, so that it must not take long.
    @discardableResult
    package func write<T: Sendable>(
        _ body: @escaping @Sendable (Transaction) throws(StoreError) -> T
    ) async throws(StoreError) -> T {
        try await writer.write(body)
    }

    /// Stores what a session hands over.
    ///
    /// The measurements are committed first and the rest after them, so that after a failure the
    /// measurements may be there already. Handing the same batch over again changes nothing.
    ///
    /// - Returns: What became of the records, once they are on disk.
    @discardableResult
    package func append(_ batch: CollectionBatch) async throws(StoreError) -> AppendSummary {
        try await writer.submit(batch) { (transaction, measured) throws(StoreError) in
            try transaction.append(batch, measured)
        }
    }

    /// Begins the extended journal of a task's session.
    package func trace(task: UUID) -> TraceSession {
        TraceSession(task: task, log: traces)
    }

    /// Blocks of the extended journal that are lost because the disk was too slow or refused them.
    package var droppedTraceBlocks: Int { traces.droppedBlocks }

    /// Makes a stream with an element whenever the change log has grown.
    package func changeSignals() -> AsyncStream<Void> { signal.stream() }

    /// Changes how much of the extended journal is kept.
    package func setTraceLimits(_ limits: TraceLimits) async {
        await traces.setLimits(limits)
    }

    /// Checks all rows and references of the main database; this takes a while.
    ///
    /// - Returns: What is wrong; empty when nothing is.
    package func integrityProblems() async throws(StoreError) -> [String] {
        try await read { (snapshot) throws(StoreError) in
            try snapshot.database.integrityProblems()
        }
    }

    /// Finishes what waits and closes all files; later calls fail with `.closed`.
    package func close() async {
        signal.close()
        health.close()
        trials.withLock { $0 }?.cancel()
        await traces.close()
        for reader in readers { await reader.close() }
        await writer.close()
        for reader in readers { await reader.executor.stop() }
        await traces.executor.stop()
        await writer.executor.stop()
        lock.withLock { $0 = nil }
    }
}

extension Store {
    /// The folder of backups below the data directory.
    package static let backupFolder = "backups"

    /// Whether what is collected is taken, and if not, why.
    package var condition: StoreCondition { health.condition }

    /// Counts for whoever watches the host.
    package var facts: StoreFacts {
        StoreFacts(
            condition: health.condition, refusedChanges: health.refused, pauses: health.pauses,
            freeBytes: health.freeBytes, endedQuestions: reads.ended)
    }

    /// Returns when what is collected is taken; at once when it is taken now, or the store is closed.
    package func waitUntilCollecting() async { await health.waitUntilCollecting() }

    /// Makes a stream of the changes of the condition that are to come.
    package func conditionChanges() -> AsyncStream<StoreCondition> { health.changes() }

    /// Tries whether the disk takes what is written, and resumes if it does.
    ///
    /// The store does so by itself now and then while it is paused.
    package func tryAgain() async throws(StoreError) { try await writer.trial() }

    /// Tries again while the store is paused; at rest it waits for the next pause without a timer.
    private static func lookAfter(
        _ changes: AsyncStream<StoreCondition>, _ health: StoreHealth, _ writer: Writer,
        every interval: Duration
    ) async {
        for await _ in changes {
            while health.condition != .collecting {
                do {
                    try await Task.sleep(for: interval)
                    try await writer.trial()
                } catch is CancellationError {
                    return
                } catch StoreError.closed {
                    return
                } catch {
                    // The disk refuses still: the pause goes on.
                    continue
                }
            }
        }
    }
}
