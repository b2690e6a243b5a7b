import Values

/// Carries out the changes of several callers in one transaction; it lives on the writer's thread.
final class GroupCommit {
    private let database: Connection
    private let files: MeasurementFiles
    private let vault: Vault
    private let traceFolder: String
    private let ids: IDSource
    private let health: StoreHealth
    private let reads: LongReads

    init(
        database: Connection, files: MeasurementFiles, vault: Vault, traceFolder: String,
        ids: IDSource, health: StoreHealth, reads: LongReads
    ) {
        self.health = health
        self.reads = reads
        self.database = database
        self.files = files
        self.vault = vault
        self.traceFolder = traceFolder
        self.ids = ids
    }

    /// Makes the view of a caller who changes something.
    func transaction(_ now: Moment) -> Transaction {
        Transaction(
            database: database, vault: vault, measurementFiles: files, traceFolder: traceFolder,
            ids: ids, now: now)
    }

    /// Carries changes out and answers their callers.
    ///
    /// - Returns: Whether the change log has grown.
    func carryOut(_ given: [WriteOperation], _ now: Moment) -> Bool {
        let operations = admitted(given, now)
        if operations.isEmpty { return false }
        let measured = MeasurementCommit(files: files, ids: ids, now: now)
        let prepared = measured.write(operations, archives: activeArchives())
        let transaction = transaction(now)
        for case .failure(let error) in prepared { health.note(error, at: now) }
        let isCommitted = commit(operations, prepared, transaction)
        if isCommitted {
            measured.settle()
        } else {
            // What is in the files already must still come into the audit.
            for case .success(let result) in prepared { files.unaudited += result.corrections }
        }
        measured.checkpoint()
        // Whoever reads for so long that the log cannot begin anew must let go of it.
        if database.checkpointIfLong() { reads.interrupt() }
        return isCommitted && transaction.hasChanges
    }

    /// Leaves out what is collected while the disk is nearly full; the rest of it is for the host itself.
    private func admitted(_ operations: [WriteOperation], _ now: Moment) -> [WriteOperation] {
        guard operations.contains(where: { $0.collection != nil }),
            let shortage = health.shortage
        else { return operations }
        health.note(shortage, at: now)
        for operation in operations where operation.collection != nil { operation.fail(shortage) }
        return operations.filter { $0.collection == nil }
    }

    /// Tries whether the disk takes what is written.
    func trial() throws(StoreError) {
        if let shortage = health.shortage { throw shortage }
        try database.execute("BEGIN IMMEDIATE")
        do throws(StoreError) {
            // As much as a commit of some size, so that the next one does not fail at once.
            try database.run("REPLACE INTO host VALUES ('trial', zeroblob(262144))")
            try database.run("DELETE FROM host WHERE key = 'trial'")
            try database.execute("COMMIT")
        } catch {
            if database.isInTransaction { try? database.execute("ROLLBACK") }
            throw error
        }
        health.noteSuccess()
    }

    /// Commits the main database's part of changes whose measurements are on disk.
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
                    health.note(error, at: transaction.now)
                    // A full disk or a failed write can end the whole transaction by itself.
                    if !database.isInTransaction { throw error }
                }
            }
            try database.execute("COMMIT")
        } catch {
            // The failure that led here is the one to report, not that of undoing it.
            if database.isInTransaction { try? database.execute("ROLLBACK") }
            health.note(error, at: transaction.now)
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
        return true
    }

    /// Runs one caller's part in a savepoint.
    private func run(
        _ operation: WriteOperation, _ result: MeasurementResult, _ transaction: Transaction
    ) throws(StoreError) -> WriteOperation.Success {
        try database.perform("SAVEPOINT caller")
        do throws(StoreError) {
            let success = try operation.run(transaction, result)
            try database.perform("RELEASE caller")
            return success
        } catch {
            if database.isInTransaction {
                try database.perform("ROLLBACK TO caller")
                try database.perform("RELEASE caller")
            }
            throw error
        }
    }

    private func activeArchives() -> Result<[String: Bool], StoreError> {
        do throws(StoreError) {
            let rows = try database.rows(
                "SELECT id, active FROM archive WHERE category = 'measurement'"
            ) { (row) throws(StoreError) in (row.text(), row.bool()) }
            return .success(Dictionary(rows, uniquingKeysWith: { first, _ in first }))
        } catch {
            return .failure(error)
        }
    }

    /// Deletes the measurement files whose records are all beyond their archive's retention.
    ///
    /// - Returns: How many there were.
    func expireMeasurements(_ now: Moment) throws(StoreError) -> Int {
        let archives = try database.rows(
            """
            SELECT id, retention FROM archive WHERE NOT keep_forever AND category = 'measurement'
            """
        ) { (row) throws(StoreError) in (row.text(), row.integer()) }
        var count = 0
        for (archive, seconds) in archives {
            let (span, overflow) = seconds.multipliedReportingOverflow(by: 1_000)
            if overflow { continue }
            count += try files.delete(archive: archive, before: now.milliseconds - span)
        }
        return count
    }

    /// Moves the logs into the databases, which are closed with the last reference to this.
    func finish() {
        files.closeAll()
        database.checkpoint()
    }
}
