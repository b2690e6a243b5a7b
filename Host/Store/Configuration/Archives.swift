extension Snapshot {
    private static let archiveColumns =
        "id, category, name_ru, name_en, active, retention, keep_forever, revision"

    /// Lists the archives of one category; nil for all of them.
    package func archives(
        _ category: Archive.Category? = .measurement
    ) throws(StoreError) -> [Archive] {
        let all = try database.rows(
            "SELECT \(Self.archiveColumns) FROM archive ORDER BY place", as: Self.archive)
        guard let category else { return all }
        return all.filter { $0.category == category }
    }

    /// Reads one archive.
    ///
    /// - Throws: `.notFound`.
    package func archive(_ id: String) throws(StoreError) -> Archive {
        let found = try database.first(
            "SELECT \(Self.archiveColumns) FROM archive WHERE id = ?", id, as: Self.archive)
        guard let found else { throw .notFound(.archive) }
        return found
    }

    private static func archive(_ row: inout Row) throws(StoreError) -> Archive {
        Archive(
            id: row.text(), category: try row.symbol(), nameRussian: row.text(),
            nameEnglish: row.text(), isActive: row.bool(), retentionSeconds: row.integer(),
            keepsForever: row.bool(), revision: row.integer())
    }
}

extension Transaction {
    /// Changes an archive's names, retention and whether it is collected.
    ///
    /// - Returns: The new revision.
    @discardableResult
    package func update(
        _ archive: Archive, expecting revision: Int64? = nil
    ) throws(StoreError) -> Int64 {
        let stored = try self.archive(archive.id)
        if let revision, revision != stored.revision {
            throw .revisionMismatch(.archive, current: stored.revision)
        }
        guard archive.retentionSeconds > 0 else {
            throw .invalid(field: "retention", message: "more than nothing")
        }
        guard archive.isActive || stored.category.isCollected else {
            throw .invalid(
                field: "isActive", message: "what the host itself does is always written")
        }
        try database.run(
            """
            UPDATE archive SET name_ru = ?, name_en = ?, active = ?, retention = ?,
                keep_forever = ?, revision = revision + 1
            WHERE id = ?
            """, archive.nameRussian, archive.nameEnglish, archive.isActive,
            archive.retentionSeconds, archive.keepsForever, archive.id)
        return stored.revision + 1
    }

    /// Makes the archives that a host has from the start, as far as they are missing.
    func insertInitialArchives() throws(StoreError) {
        for (place, archive) in Archive.initial.enumerated() {
            try database.run(
                """
                INSERT OR IGNORE INTO archive (id, place, name_ru, name_en, active, retention,
                    keep_forever, revision, category)
                VALUES (?, ?, ?, ?, ?, ?, ?, 1, ?)
                """, archive.id, place, archive.nameRussian, archive.nameEnglish,
                archive.isActive, archive.retentionSeconds, archive.keepsForever,
                archive.category.rawValue)
        }
    }

    /// Tells whether what is collected for an archive of events or states is written; what has no
    /// archive of its own is.
    func isCollected(_ archive: String) throws(StoreError) -> Bool {
        try database.integer("SELECT active FROM archive WHERE id = ?", archive) ?? 1 != 0
    }
}
