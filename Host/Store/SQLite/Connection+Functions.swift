import CSQLite

extension Connection {
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
