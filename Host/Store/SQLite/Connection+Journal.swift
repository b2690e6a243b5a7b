import CSQLite

extension Connection {
    /// Sets a writing connection up: write-ahead log, full synchronisation, foreign keys.
    ///
    /// SQLite would move the log into the file inside of a commit, while callers wait; the owner does it
    /// between transactions instead, with ``checkpointIfLong(_:)``.
    ///
    /// `cacheKiB` is the memory for pages, as far as they are needed.
    func prepareForWriting(cacheKiB: Int = 8_192) throws(StoreError) {
        let mode = try first("PRAGMA journal_mode = WAL") { (row) throws(StoreError) in row.text() }
        guard mode == "wal" else {
            throw .database(
                DatabaseFailure(
                    kind: .inputOutput, code: SQLITE_IOERR,
                    message: "\(path): the file system does not support a write-ahead log"))
        }
        try execute(
            """
            PRAGMA synchronous = FULL;
            PRAGMA foreign_keys = ON;
            PRAGMA trusted_schema = OFF;
            PRAGMA cell_size_check = ON;
            PRAGMA temp_store = MEMORY;
            PRAGMA cache_size = \(-cacheKiB);
            PRAGMA journal_size_limit = 16777216;
            """)
        // Replaces SQLite's own hook.
        sqlite3_wal_hook(
            handle,
            { context, _, _, pages in
                guard let context else { return SQLITE_OK }
                // SAFETY: the context is the connection, which outlives its handle.
                Unmanaged<Connection>.fromOpaque(context).takeUnretainedValue().walPages = pages
                return SQLITE_OK
            }, Unmanaged.passUnretained(self).toOpaque())
    }

    /// Sets a reading connection up.
    func prepareForReading() throws(StoreError) {
        try execute("PRAGMA query_only = ON; PRAGMA trusted_schema = OFF;")
    }

    /// Pages of a log (16 MiB) after which it is moved into the file.
    static let longLog: Int32 = 4_096
    /// Pages of a log after which the readers are waited for, so that it can begin anew.
    static let overlongLog: Int32 = 4 * longLog

    /// Moves the log into the file as far as readers allow, when it is long.
    ///
    /// A log that all readers have left begins anew with the next commit. While one reader follows upon
    /// another that does not happen by itself: an overlong log waits a moment for them.
    ///
    /// - Returns: True when the log is overlong still, because a reader holds on to it.
    @discardableResult
    func checkpointIfLong() -> Bool {
        guard walPages >= Self.longLog else {
            movedAt = 0
            return false
        }
        // While readers keep it from beginning anew, it is not gone through again at each commit.
        guard walPages < movedAt || walPages - movedAt >= Self.longLog / 4 || movedAt == 0 else {
            return false
        }
        movedAt = walPages
        checkpoint()
        guard walPages >= Self.overlongLog else { return false }
        sqlite3_busy_timeout(handle, 50)
        defer { sqlite3_busy_timeout(handle, Self.busyTimeout) }
        let code = sqlite3_wal_checkpoint_v2(handle, nil, SQLITE_CHECKPOINT_RESTART, nil, nil)
        if code == SQLITE_OK { walPages = 0 }
        return code != SQLITE_OK
    }

    /// Moves the write-ahead log into the file, as far as readers allow.
    ///
    /// Whatever it could not do now stays in the log, where it is safe.
    func checkpoint() {
        _ = sqlite3_wal_checkpoint_v2(handle, nil, SQLITE_CHECKPOINT_PASSIVE, nil, nil)
    }

    /// Checks the whole file.
    ///
    /// - Returns: What is wrong with it; empty when nothing is.
    func integrityProblems() throws(StoreError) -> [String] {
        let lines = try rows("PRAGMA integrity_check(20)") { (row) throws(StoreError) in
            row.text()
        }
        let orphans = try rows("PRAGMA foreign_key_check") { (row) throws(StoreError) in
            "a row of \(row.text()) refers to nothing"
        }
        return lines.filter { $0 != "ok" } + orphans
    }
}
