import Reactor

/// One of those that read: an actor with a thread and read-only connections of its own.
actor Reader {
    nonisolated let executor: ThreadExecutor
    /// Nil once it is closed.
    private var snapshot: Snapshot?
    private let watch: LongReads

    nonisolated var unownedExecutor: UnownedSerialExecutor {
        executor.asUnownedSerialExecutor()
    }

    init(
        executor: ThreadExecutor, database: sending Connection, vault: Vault,
        files: sending MeasurementFiles, traceFolder: String, watch: LongReads
    ) {
        self.executor = executor
        self.watch = watch
        snapshot = Snapshot(
            database: database, vault: vault, measurementFiles: files, traceFolder: traceFolder)
    }

    /// Runs `body` on one consistent view of the main database.
    func read<T: Sendable>(
        _ body: @Sendable (Snapshot) throws(StoreError) -> T
    ) throws(StoreError) -> T {
        guard let snapshot else { throw .closed }
        let number = watch.begin(snapshot.database)
        defer { watch.end(number) }
        try snapshot.database.execute("BEGIN")
        defer {
            // A read transaction changes nothing: how it ends does not matter.
            try? snapshot.database.execute("COMMIT")
        }
        return try body(snapshot)
    }

    func close() {
        snapshot = nil
    }
}
