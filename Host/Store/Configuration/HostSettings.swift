import JSON

extension Snapshot {
    /// Reads a setting of the host.
    ///
    /// - Returns: Its value and revision, or nil when it was never set.
    package func setting(
        _ key: String
    ) throws(StoreError) -> (value: JSONValue, revision: Int64)? {
        try database.first("SELECT value, revision FROM setting WHERE key = ?", key) {
            (row) throws(StoreError) in (value: try row.json(), revision: row.integer())
        }
    }
}

extension Transaction {
    /// Writes a setting of the host.
    ///
    /// Settings are not sealed: no secret goes here in the clear.
    ///
    /// - Parameters:
    ///   - key: The setting's name.
    ///   - value: Its value.
    ///   - revision: The revision that the caller has read, 0 for none; nil if it does not care.
    /// - Returns: The new revision.
    /// - Throws: `.revisionMismatch`.
    @discardableResult
    package func setSetting(
        _ key: String, _ value: JSONValue, expecting revision: Int64? = nil
    ) throws(StoreError) -> Int64 {
        let current = try setting(key)?.revision ?? 0
        if let revision, revision != current {
            throw .revisionMismatch(.setting, current: current)
        }
        try database.run(
            """
            INSERT INTO setting VALUES (?, ?, 1)
                ON CONFLICT (key) DO UPDATE SET value = excluded.value, revision = revision + 1
            """, key, value.text())
        return current + 1
    }
}
