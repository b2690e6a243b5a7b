import Reactor

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
    /// Nil once the writer is closed.
    private var group: GroupCommit?

    nonisolated var unownedExecutor: UnownedSerialExecutor {
        executor.asUnownedSerialExecutor()
    }

    init(
        executor: ThreadExecutor, group: sending GroupCommit, signal: ChangeSignal,
        clock: @escaping @Sendable () -> Moment
    ) {
        self.executor = executor
        self.group = group
        self.signal = signal
        self.clock = clock
    }

    /// Runs `body` in the next transaction.
    ///
    /// - Returns: What `body` returned, once it is on disk.
    @discardableResult
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

    /// Does what waits, as far as one transaction takes it.
    private func drain() {
        let (operations, more) = queue.take()
        if more { wake() }
        guard !operations.isEmpty else { return }
        guard let group else {
            for operation in operations { operation.fail(.closed) }
            return
        }
        if group.carryOut(operations, clock()) { signal.post() }
    }

    /// Deletes the measurement files that are beyond their archive's retention.
    func expireMeasurements(_ now: Moment) throws(StoreError) -> Int {
        guard let group else { throw .closed }
        return try group.expireMeasurements(now)
    }

    /// Tries whether the disk takes what is written; the health tells the rest of the host.
    func trial() throws(StoreError) {
        guard let group else { throw .closed }
        try group.trial()
    }

    /// Does what waits and closes the files.
    func close() {
        queue.close()
        while queue.hasWaiting { drain() }
        group?.finish()
        group = nil
    }
}
