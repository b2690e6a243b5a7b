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
    private let writer: Writer
    private let readers: [Reader]
    private let turn = Atomic<UInt>(0)
    private let traces: TraceLog
    private let lock: Mutex<DataLock?>

    init(
        path: String, parts: StoreParts, readers: [Reader], traces: TraceLog, cutTraceBytes: Int64,
        clock: @escaping @Sendable () -> Moment
    ) {
        self.path = path
        self.cutTraceBytes = cutTraceBytes
        self.clock = clock
        ids = parts.ids
        signal = parts.signal
        writer = parts.writer
        lock = Mutex(parts.lock)
        self.readers = readers
        self.traces = traces
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

    /// Does what must be done now and then: deletes what is beyond the limits of the extended
    /// journal, of the change log, of logins and of the archives' retention.
    package func cleanUp() async throws(StoreError) -> CleanUpSummary {
        let now = clock()
        var summary = CleanUpSummary()
        summary.traceSegments = try await traces.trim()
        summary.sessions = try await write { (transaction) throws(StoreError) in
            try transaction.trimChanges(keeping: Transaction.keptChanges)
            return try transaction.deleteExpiredSessions(now)
        }
        summary.measurementFiles = try await writer.expireMeasurements(now)
        summary.reachability = try await trimReachability()
        return summary
    }

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
        await traces.close()
        for reader in readers { await reader.close() }
        await writer.close()
        for reader in readers { await reader.executor.stop() }
        await traces.executor.stop()
        await writer.executor.stop()
        lock.withLock { $0 = nil }
    }
}

/// What a clean-up deleted.
package struct CleanUpSummary: Hashable, Sendable {
    package var traceSegments = 0
    package var sessions = 0
    package var measurementFiles = 0
    /// Rows of the heat map.
    package var reachability = 0

    package init() {}
}
