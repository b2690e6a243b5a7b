extension Snapshot {
    /// Lists the measurement archives.
    package func archives() throws(StoreError) -> [Archive] {
        try database.rows(
            """
            SELECT id, name_ru, name_en, active, retention, keep_forever, revision FROM archive
            ORDER BY place
            """, as: Self.archive)
    }

    /// Reads one archive.
    ///
    /// - Throws: `.notFound`.
    package func archive(_ id: String) throws(StoreError) -> Archive {
        let found = try database.first(
            """
            SELECT id, name_ru, name_en, active, retention, keep_forever, revision FROM archive
            WHERE id = ?
            """, id, as: Self.archive)
        guard let found else { throw .notFound(.archive) }
        return found
    }

    private static func archive(_ row: inout Row) throws(StoreError) -> Archive {
        Archive(
            id: row.text(), nameRussian: row.text(), nameEnglish: row.text(),
            isActive: row.bool(), retentionSeconds: row.integer(), keepsForever: row.bool(),
            revision: row.integer())
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
        let current = try self.archive(archive.id).revision
        if let revision, revision != current {
            throw .revisionMismatch(.archive, current: current)
        }
        guard archive.retentionSeconds > 0 else {
            throw .invalid(field: "retention", message: "more than nothing")
        }
        try database.run(
            """
            UPDATE archive SET name_ru = ?, name_en = ?, active = ?, retention = ?,
                keep_forever = ?, revision = revision + 1
            WHERE id = ?
            """, archive.nameRussian, archive.nameEnglish, archive.isActive,
            archive.retentionSeconds, archive.keepsForever, archive.id)
        return current + 1
    }

    /// Makes the archives that a host has from the start, as far as they are missing.
    func insertInitialArchives() throws(StoreError) {
        for (place, archive) in Archive.initial.enumerated() {
            try database.run(
                "INSERT OR IGNORE INTO archive VALUES (?, ?, ?, ?, ?, ?, ?, 1)", archive.id, place,
                archive.nameRussian, archive.nameEnglish, archive.isActive,
                archive.retentionSeconds, archive.keepsForever)
        }
    }
}
