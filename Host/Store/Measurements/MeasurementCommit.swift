import Values

/// Writes the measurements of all changes of one transaction, one synchronisation a file.
///
/// The measurement files are committed before the main database. What is in them already when the
/// host dies in between is found unchanged when the session is repeated.
final class MeasurementCommit {
    private let files: MeasurementFiles
    private let ids: IDSource
    private let now: Moment
    private var touched: [MeasurementMonth: MeasurementDatabase] = [:]
    /// Which changes wrote to a file: they fail if it cannot be committed.
    private var writers: [MeasurementMonth: [Int]] = [:]
    /// Files that refused a write: whatever else would go there fails the same way.
    private var failures: [MeasurementMonth: StoreError] = [:]
    /// Corrections of changes that failed elsewhere: those that were committed must come into the audit.
    private var orphans: [CorrectionNote] = []

    init(files: MeasurementFiles, ids: IDSource, now: Moment) {
        self.files = files
        self.ids = ids
        self.now = now
    }

    /// Writes and commits the measurements.
    ///
    /// - Parameters:
    ///   - operations: The changes of the transaction.
    ///   - archives: Which archives there are, and which of them are active.
    /// - Returns: An outcome for each change, in their order.
    func write(
        _ operations: [WriteOperation], archives: Result<[String: Bool], StoreError>
    ) -> [MeasurementOutcome] {
        var outcomes: [MeasurementOutcome] = []
        outcomes.reserveCapacity(operations.count)
        for (index, operation) in operations.enumerated() {
            guard let batch = operation.collection, !batch.measurements.isEmpty else {
                outcomes.append(.success(MeasurementResult()))
                continue
            }
            do throws(StoreError) {
                let result = try write(batch, index: index, archives: try archives.get())
                outcomes.append(.success(result))
            } catch {
                outcomes.append(.failure(error))
            }
        }
        for (month, database) in touched where failures[month] == nil {
            do throws(StoreError) {
                try database.connection.perform("COMMIT")
            } catch {
                fail(month, database, error)
            }
        }
        for (month, error) in failures {
            for index in writers[month, default: []] {
                if case .success(let result) = outcomes[index] { orphans += result.corrections }
                outcomes[index] = .failure(error)
            }
        }
        files.unaudited += orphans.filter { note in
            let month = MeasurementMonth(
                archive: note.archive, holding: note.time.milliseconds)
            return failures[month] == nil
        }
        return outcomes
    }

    /// Marks the corrections in the files that were written to as known to the audit.
    func settle() {
        for database in touched.values where database.hasUnaudited {
            do throws(StoreError) {
                try database.connection.execute(
                    "UPDATE correction SET audited = 1 WHERE NOT audited")
                database.hasUnaudited = false
            } catch {
                // They stay unmarked, which costs no more than offering them to the audit again.
                continue
            }
        }
    }

    /// Moves long logs into their files.
    func checkpoint() {
        for database in touched.values { database.connection.checkpointIfLong() }
    }

    /// Writes one change.
    ///
    /// Whatever is wrong with it is found before the first row is written. After that only the file
    /// can fail, and then it fails for everybody who writes to it.
    private func write(
        _ batch: CollectionBatch, index: Int, archives: [String: Bool]
    ) throws(StoreError) -> MeasurementResult {
        var result = MeasurementResult()
        let parts = try MeasurementParts(batch, archives, &result.summary)
        for part in parts.all {
            do throws(StoreError) {
                let database = try begin(part.month, index)
                let incoming = try part.resolve(batch, in: database)
                var merge = MeasurementMerge(into: database, batch, ids: ids, now: now)
                try merge.merge(incoming)
                result.summary.add(merge.result.summary)
                result.corrections += merge.result.corrections
            } catch {
                orphans += result.corrections
                // What is wrong with one batch or one stored row leaves the others alone.
                if case .database = error, let database = touched[part.month] {
                    fail(part.month, database, error)
                }
                throw error
            }
        }
        return result
    }

    /// Opens the file of a month and its transaction.
    private func begin(
        _ month: MeasurementMonth, _ index: Int
    ) throws(StoreError) -> MeasurementDatabase {
        if let failure = failures[month] { throw failure }
        let database: MeasurementDatabase
        if let known = touched[month] {
            database = known
        } else {
            guard let opened = try files.database(month) else {
                throw .malformed("\(month.path) was opened for reading only")
            }
            try opened.connection.perform("BEGIN IMMEDIATE")
            database = opened
            touched[month] = opened
        }
        writers[month, default: []].append(index)
        return database
    }

    /// Undoes everything in a file, for everybody.
    private func fail(
        _ month: MeasurementMonth, _ database: MeasurementDatabase, _ error: StoreError
    ) {
        failures[month] = error
        // The failure that led here is reported; that of undoing says nothing more.
        if database.connection.isInTransaction { try? database.connection.execute("ROLLBACK") }
        do throws(StoreError) {
            try database.reload()
        } catch {
            // What it remembers may be wrong: it is opened anew for the next transaction.
            files.forget(month)
        }
    }
}
