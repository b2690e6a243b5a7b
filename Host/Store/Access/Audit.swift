import Values

/// The fields that the audit can be filtered by.
package enum AuditField: String, QueryField {
    case project, user, actor, address, symbol, at

    /// The audit comes in the order in which it was written only.
    package var isSortable: Bool { false }

    var column: ListColumn {
        switch self {
        case .project: ListColumn("a.project", .id)
        case .user: ListColumn("a.user", .id)
        case .actor: ListColumn("a.actor", .text)
        case .address: ListColumn("a.address", .text)
        case .symbol: ListColumn("a.symbol", .text)
        case .at: ListColumn("a.at", .moment)
        }
    }
}

extension Snapshot {
    /// Lists rows of one book of the audit.
    package func audit(
        _ category: AuditCategory, _ query: Query<AuditField> = Query(descending: true)
    ) throws(StoreError) -> Page<AuditEntry> {
        let source = ListSource(
            columns: """
                a.uuid, a.category, a.project, a.user, a.actor, a.address, a.symbol, \
                a.parameters, a.at
                """,
            tables: "audit a", scope: "a.category = ?", arguments: [category.rawValue], key: "a.id")
        return try page(query, from: source, column: \.column) { (row) throws(StoreError) in
            AuditEntry(
                id: try row.uuid(), category: try row.symbol(), project: try row.optionalUUID(),
                user: try row.optionalUUID(), actor: row.text(), address: row.text(),
                symbol: row.text(), parameters: try row.json(), at: row.moment())
        }
    }
}

extension Transaction {
    /// Writes a row of the audit; one that is there already stays as it is.
    package func insert(_ entry: AuditEntry) throws(StoreError) {
        try database.run(
            """
            INSERT OR IGNORE INTO audit
                (uuid, category, project, user, actor, address, symbol, parameters, at)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
            """, entry.id, entry.category.rawValue, entry.project, entry.user, entry.actor,
            entry.address, entry.symbol, entry.parameters.stored, entry.at)
    }

    /// Tells the audit of displaced measurements.
    func audit(corrections: [CorrectionNote]) throws(StoreError) {
        for note in corrections { try insert(note.entry) }
    }
}
