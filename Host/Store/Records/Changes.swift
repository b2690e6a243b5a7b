import Values

extension Snapshot {
    /// Reads the change log from a place on.
    ///
    /// - Parameters:
    ///   - sequence: The last entry that the caller has; 0 for the beginning.
    ///   - project: Only entries of one project; nil for all of them.
    ///   - limit: The largest number of entries.
    /// - Returns: Entries in order. The log is bounded: what is older than its first entry is gone,
    ///   which `oldestChange` tells.
    /// - Throws: A failure of the database.
    package func changes(
        after sequence: Int64, project: UUID? = nil, limit: Int = 1_000
    ) throws(StoreError) -> [ChangeEntry] {
        try database.rows(
            """
            SELECT sequence, project, entity, uuid, action, at, data FROM change
            WHERE sequence > ?1 AND (?2 IS NULL OR project = ?2) ORDER BY sequence LIMIT ?3
            """, sequence, project, limit
        ) { (row) throws(StoreError) in
            ChangeEntry(
                sequence: row.integer(), project: try row.optionalUUID(), entity: try row.symbol(),
                id: try row.uuid(), action: try row.symbol(), at: row.moment(),
                data: try row.json())
        }
    }

    /// The sequence of the newest entry; 0 when there never was one.
    package func newestChange() throws(StoreError) -> Int64 {
        try database.integer("SELECT seq FROM sqlite_sequence WHERE name = 'change'") ?? 0
    }

    /// The sequence of the oldest entry that is still there, or nil.
    package func oldestChange() throws(StoreError) -> Int64? {
        try database.first("SELECT min(sequence) FROM change") { (row) throws(StoreError) in
            row.optionalInteger()
        } ?? nil
    }
}

extension Transaction {
    /// How many entries of the change log are kept.
    static let keptChanges: Int64 = 100_000

    /// Keeps the newest entries of the change log only.
    func trimChanges(keeping count: Int64) throws(StoreError) {
        let newest = try newestChange()
        try database.run("DELETE FROM change WHERE sequence <= ?", newest - count)
    }
}
