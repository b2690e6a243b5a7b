import CSQLite

extension Connection {
    /// Sets a writing connection up: write-ahead log, full synchronisation, foreign keys.
    ///
    /// `automaticCheckpoints` tells whether SQLite moves the log into the file by itself; the owner of
    /// the main database does it between transactions instead.
    func prepareForWriting(automaticCheckpoints: Bool = true) throws(StoreError) {
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
            PRAGMA journal_size_limit = 16777216;
            """)
        if !automaticCheckpoints {
            // Replaces SQLite's own hook, which would move the log inside of a commit.
            sqlite3_wal_hook(
                handle,
                { context, _, _, pages in
                    guard let context else { return SQLITE_OK }
                    // SAFETY: the context is the connection, which outlives its handle.
                    Unmanaged<Connection>.fromOpaque(context).takeUnretainedValue().walPages = pages
                    return SQLITE_OK
                }, Unmanaged.passUnretained(self).toOpaque())
        }
    }

    /// Sets a reading connection up.
    func prepareForReading() throws(StoreError) {
        try execute("PRAGMA query_only = ON; PRAGMA trusted_schema = OFF;")
    }

    /// Moves the write-ahead log into the file and starts it anew, as far as readers allow.
    func checkpoint() {
        // Whatever it could not do now stays in the log, where it is safe.
        let code = sqlite3_wal_checkpoint_v2(handle, nil, SQLITE_CHECKPOINT_PASSIVE, nil, nil)
        if code == SQLITE_OK { walPages = 0 }
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

    /// Tells how SQLite would carry out a statement; for tests.
    func plan(_ sql: String) throws(StoreError) -> [String] {
        let statement = try Statement("EXPLAIN QUERY PLAN " + sql, on: self)
        var lines: [String] = []
        while try statement.step() {
            var row = Row(statement)
            row.skip()
            row.skip()
            row.skip()
            lines.append(row.text())
        }
        return lines
    }

    /// Defines `commline_contains(text, part)`: text within text, regardless of case in any alphabet.
    ///
    /// The part is given in lower case. SQLite's own `LIKE` knows the case of Latin letters only.
    func defineTextFunctions() throws(StoreError) {
        let code = sqlite3_create_function_v2(
            handle, "commline_contains", 2, SQLITE_UTF8 | SQLITE_DETERMINISTIC, nil,
            { context, _, values in
                guard let values, let text = sqlite3_value_text(values[0]),
                    let part = sqlite3_value_text(values[1])
                else {
                    sqlite3_result_int(context, 0)
                    return
                }
                let found = String(cString: text).lowercased().contains(String(cString: part))
                sqlite3_result_int(context, found ? 1 : 0)
            }, nil, nil, nil)
        guard code == SQLITE_OK else { throw failure(code) }
    }
}
