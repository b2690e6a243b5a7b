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

    /// A record with its resolved key.
    private struct Write {
        var record: MeasurementRecord
        var time: RecordTime
    }

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
        for (month, database) in touched {
            do throws(StoreError) {
                try database.connection.execute("COMMIT")
            } catch {
                undo(database)
                for index in writers[month, default: []] { outcomes[index] = .failure(error) }
            }
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

    private func write(
        _ batch: CollectionBatch, index: Int, archives: [String: Bool]
    ) throws(StoreError) -> MeasurementResult {
        var result = MeasurementResult()
        var months: [MeasurementMonth: [Write]] = [:]
        for record in batch.measurements {
            guard let isActive = archives[record.archive] else {
                throw .invalid(field: "archive", message: "there is no archive \(record.archive)")
            }
            guard isActive else {
                result.summary.notCollected += 1
                continue
            }
            let time = try RecordTime(
                time: record.time, intervalEnd: record.intervalEnd, received: record.received)
            let month = MeasurementMonth(archive: record.archive, holding: time.key.milliseconds)
            months[month, default: []].append(Write(record: record, time: time))
        }
        var begun: [MeasurementDatabase] = []
        do throws(StoreError) {
            for (month, writes) in months {
                let database = try begin(month, index)
                begun.append(database)
                try database.connection.execute("SAVEPOINT caller")
                for write in writes {
                    try put(write, of: batch, into: database, &result)
                }
            }
            for database in begun { try database.connection.execute("RELEASE caller") }
        } catch {
            for database in begun where database.connection.isInTransaction {
                do throws(StoreError) {
                    try database.connection.execute("ROLLBACK TO caller; RELEASE caller")
                    try database.reload()
                } catch {
                    // The file cannot go on: the commit reports it to everybody who wrote to it.
                    undo(database)
                }
            }
            throw error
        }
        return result
    }

    /// Opens the file of a month and its transaction.
    private func begin(
        _ month: MeasurementMonth, _ index: Int
    ) throws(StoreError) -> MeasurementDatabase {
        let database: MeasurementDatabase
        if let known = touched[month] {
            database = known
        } else {
            guard let opened = try files.database(month) else {
                throw .malformed("\(month.path) was opened for reading only")
            }
            try opened.connection.execute("BEGIN IMMEDIATE")
            database = opened
            touched[month] = opened
        }
        writers[month, default: []].append(index)
        return database
    }

    /// Applies the rules to one record.
    private func put(
        _ write: Write, of batch: CollectionBatch, into database: MeasurementDatabase,
        _ result: inout MeasurementResult
    ) throws(StoreError) {
        let record = write.record
        let kind = MeasurementKind(quantity: record.quantity, tag: record.tag)
        let series = try database.series(
            .init(device: batch.device, child: record.child), kind, project: batch.project)
        var row = MeasurementRow(record, time: write.time)
        guard let old = try database.row(series: series, milliseconds: row.milliseconds) else {
            try database.insert(row, series: series)
            result.summary.inserted += 1
            return
        }
        row.shape.isCorrected = old.shape.isCorrected
        switch MeasurementVerdict(old: old, new: row) {
        case .unchanged:
            result.summary.unchanged += 1
        case .outranked:
            result.summary.outranked += 1
        case .update:
            try database.replace(row, series: series)
            result.summary.updated += 1
        case .correction:
            let id = ids.next(now)
            try database.keep(old, series: series, id: id, at: now)
            row.shape.isCorrected = true
            try database.replace(row, series: series)
            result.summary.corrected += 1
            database.hasUnaudited = true
            result.corrections.append(
                CorrectionNote(
                    id: id, project: batch.project, device: batch.device, child: record.child,
                    archive: record.archive, kind: kind, time: write.time.key,
                    displaced: old.value, value: row.value, at: now))
        }
    }

    private func undo(_ database: MeasurementDatabase) {
        // The failure that led here is reported; that of undoing says nothing more.
        if database.connection.isInTransaction { try? database.connection.execute("ROLLBACK") }
        try? database.reload()
    }
}
