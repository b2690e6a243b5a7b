import Reactor

/// The connections that the writer takes over.
struct WriterFiles {
    let database: Connection
    let measurements: MeasurementFiles
}

/// The one that writes: an actor with a thread and the only writing connections of its own.
///
/// Group commit: everything that callers ask for while a transaction is being synchronised to disk
/// waits for the next one, so that one synchronisation serves all of them. Each caller's part is a
/// savepoint, so that its failure undoes nothing of the others.
actor Writer {
    nonisolated let executor: ThreadExecutor
    private nonisolated let queue = WriteQueue()
    private nonisolated let signal: ChangeSignal
    private let clock: @Sendable () -> Moment
    private let database: Connection
    private let vault: Vault
    private let files: MeasurementFiles
    private let traceFolder: String
    private let ids: IDSource

    /// More changes than this share no transaction, so that the first ones need not wait for long.
    private static let largestBatch = 512
    /// Pages of the write-ahead log (16 MiB) after which it is moved into the database.
    private static let checkpointPages: Int32 = 4_096

    nonisolated var unownedExecutor: UnownedSerialExecutor {
        executor.asUnownedSerialExecutor()
    }

    init(
        executor: ThreadExecutor, files: sending WriterFiles, vault: Vault, traceFolder: String,
        ids: IDSource, signal: ChangeSignal, clock: @escaping @Sendable () -> Moment
    ) {
        self.executor = executor
        database = files.database
        self.files = files.measurements
        self.vault = vault
        self.traceFolder = traceFolder
        self.ids = ids
        self.signal = signal
        self.clock = clock
    }

    /// Runs `body` in the next transaction.
    ///
    /// - Returns: What `body` returned, once it is on disk.
    nonisolated func write<T: Sendable>(
        _ body: @escaping @Sendable (Transaction) throws(StoreError) -> T
    ) async throws(StoreError) -> T {
        try await submit(nil) { (transaction, _) throws(StoreError) in try body(transaction) }
    }

    /// Writes a batch's measurements, then runs `body` in the next transaction.
    nonisolated func submit<T: Sendable>(
        _ collection: CollectionBatch?,
        _ body: @escaping @Sendable (Transaction, MeasurementResult) throws(StoreError) -> T
    ) async throws(StoreError) -> T {
        let result: Result<T, StoreError> = await withCheckedContinuation { continuation in
            let operation = WriteOperation(
                collection: collection,
                run: { (transaction, measurements) throws(StoreError) in
                    let value = try body(transaction, measurements)
                    return { continuation.resume(returning: .success(value)) }
                },
                fail: { continuation.resume(returning: .failure($0)) })
            switch queue.add(operation) {
            case .queued: break
            case .wake: wake()
            case .refused: operation.fail(.closed)
            }
        }
        return try result.get()
    }

    private nonisolated func wake() {
        executor.execute { self.assumeIsolated { $0.drain() } }
    }

    /// Does what waits, in one transaction, and answers the callers.
    private func drain() {
        let (operations, more) = queue.take(Self.largestBatch)
        if more { wake() }
        guard !operations.isEmpty else { return }
        let now = clock()
        var measured = MeasurementCommit(files: files, ids: ids, now: now)
        let prepared = measured.write(operations, archives: activeArchives())
        let transaction = Transaction(
            database: database, vault: vault, measurementFiles: files, traceFolder: traceFolder,
            ids: ids, now: now)
        if commit(operations, prepared, transaction) { measured.settle() }
        checkpoint()
    }

    /// Commits the main database's part of the changes whose measurements are on disk.
    ///
    /// - Returns: False when nothing of it was kept.
    private func commit(
        _ operations: [WriteOperation], _ prepared: [MeasurementOutcome], _ transaction: Transaction
    ) -> Bool {
        var done: [(operation: WriteOperation, success: WriteOperation.Success)] = []
        var failed: [(operation: WriteOperation, error: StoreError)] = []
        do throws(StoreError) {
            try database.execute("BEGIN IMMEDIATE")
            try transaction.audit(corrections: files.unaudited)
            for (operation, outcome) in zip(operations, prepared) {
                do throws(StoreError) {
                    let result = try outcome.get()
                    done.append((operation, try run(operation, result, transaction)))
                } catch {
                    failed.append((operation, error))
                    // A full disk or a failed write can end the whole transaction by itself.
                    if !database.isInTransaction { throw error }
                }
            }
            try database.execute("COMMIT")
        } catch {
            // The failure that led here is the one to report, not that of undoing it.
            if database.isInTransaction { try? database.execute("ROLLBACK") }
            for (operation, own) in failed { operation.fail(own) }
            for (operation, _) in done { operation.fail(error) }
            for operation in operations.dropFirst(done.count + failed.count) {
                operation.fail(error)
            }
            return false
        }
        files.unaudited = []
        for (_, success) in done { success() }
        for (operation, error) in failed { operation.fail(error) }
        if transaction.hasChanges { signal.post() }
        return true
    }

    /// Runs one caller's part in a savepoint.
    private func run(
        _ operation: WriteOperation, _ result: MeasurementResult, _ transaction: Transaction
    ) throws(StoreError) -> WriteOperation.Success {
        try database.execute("SAVEPOINT caller")
        do throws(StoreError) {
            let success = try operation.run(transaction, result)
            try database.execute("RELEASE caller")
            return success
        } catch {
            if database.isInTransaction {
                try database.execute("ROLLBACK TO caller; RELEASE caller")
            }
            throw error
        }
    }

    private func activeArchives() -> Result<[String: Bool], StoreError> {
        do throws(StoreError) {
            let rows = try database.rows("SELECT id, active FROM archive") {
                (row) throws(StoreError) in (row.text(), row.bool())
            }
            return .success(Dictionary(rows, uniquingKeysWith: { first, _ in first }))
        } catch {
            return .failure(error)
        }
    }

    /// Moves the write-ahead log into the database when it has grown.
    private func checkpoint() {
        guard database.walPages >= Self.checkpointPages else { return }
        // A reader may hold the log for the moment: the next transaction tries again.
        database.checkpoint()
    }

    /// Deletes the measurement files whose records are all beyond their archive's retention.
    ///
    /// - Returns: How many there were.
    func expireMeasurements(_ now: Moment) throws(StoreError) -> Int {
        let archives = try database.rows(
            "SELECT id, retention FROM archive WHERE NOT keep_forever"
        ) { (row) throws(StoreError) in (row.text(), row.integer()) }
        var count = 0
        for (archive, seconds) in archives {
            let (span, overflow) = seconds.multipliedReportingOverflow(by: 1_000)
            if overflow { continue }
            count += try files.delete(archive: archive, before: now.milliseconds - span)
        }
        return count
    }

    /// Does what waits, then moves the logs into the databases and closes them.
    func close() {
        queue.close()
        drain()
        files.closeAll()
        database.checkpoint()
    }
}
