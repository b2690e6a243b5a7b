import Values

/// The fields that lists of protocols can be filtered and sorted by.
package enum ProtocolField: String, QueryField {
    case name, type, created

    package var isSortable: Bool { self == .name || self == .type }

    var column: ListColumn {
        switch self {
        case .name: ListColumn("c.name", .text)
        case .type: ListColumn("c.type", .text)
        case .created: ListColumn("c.created", .moment)
        }
    }
}

extension Snapshot {
    private static let protocolColumns =
        "c.uuid, p.uuid, c.name, c.type, c.settings, c.created, c.revision"
    private static let protocolTables = "protocol c JOIN project p ON p.id = c.project"

    /// Lists protocols of a project.
    package func protocols(
        in project: UUID, _ query: Query<ProtocolField> = Query()
    ) throws(StoreError) -> Page<ProtocolProfile> {
        let source = ListSource(
            columns: Self.protocolColumns, tables: Self.protocolTables, scope: "c.project = ?",
            arguments: [try key(.project, project)], key: "c.id")
        return try page(query, from: source, column: \.column, as: profile)
    }

    /// Reads one protocol.
    ///
    /// - Throws: `.notFound`.
    package func protocolProfile(_ id: UUID) throws(StoreError) -> ProtocolProfile {
        let found = try database.first(
            "SELECT \(Self.protocolColumns) FROM \(Self.protocolTables) WHERE c.uuid = ?", id,
            as: profile)
        guard let found else { throw .notFound(.protocol) }
        return found
    }

    private func profile(_ row: inout Row) throws(StoreError) -> ProtocolProfile {
        let id = try row.uuid()
        return ProtocolProfile(
            id: id, project: try row.uuid(), name: row.text(), type: row.text(),
            settings: SettingsText(try vault.openText(row.bytes(), of: .protocol, id)),
            created: row.moment(), revision: row.integer())
    }
}

extension Transaction {
    /// Makes a protocol.
    ///
    /// - Throws: `.alreadyExists` when the identifier is taken.
    package func insert(_ profile: ProtocolProfile) throws(StoreError) {
        try checkName(profile.name)
        try database.run(
            """
            INSERT INTO protocol (uuid, project, name, type, settings, created, revision)
            VALUES (?, ?, ?, ?, ?, ?, 1)
            """, profile.id, try key(.project, profile.project), profile.name, profile.type,
            try vault.seal(profile.settings.text, of: .protocol, profile.id), profile.created)
        try record(.created, .protocol, profile.id, project: profile.project)
    }

    /// Changes a protocol.
    ///
    /// - Returns: The new revision.
    @discardableResult
    package func update(
        _ profile: ProtocolProfile, expecting revision: Int64? = nil
    ) throws(StoreError) -> Int64 {
        try checkName(profile.name)
        let key = try editableKey(.protocol, profile.id, expecting: revision)
        try database.run(
            """
            UPDATE protocol SET name = ?, type = ?, settings = ?, revision = revision + 1
            WHERE id = ?
            """, profile.name, profile.type,
            try vault.seal(profile.settings.text, of: .protocol, profile.id), key)
        let stored = try protocolProfile(profile.id)
        try record(.updated, .protocol, profile.id, project: stored.project)
        return stored.revision
    }

    /// Deletes a protocol.
    ///
    /// - Throws: `.inUse` while a line uses it.
    package func deleteProtocol(_ id: UUID, expecting revision: Int64? = nil) throws(StoreError) {
        let key = try editableKey(.protocol, id, expecting: revision)
        let project = try protocolProfile(id).project
        try deleteRow("protocol", key: key, entity: .protocol, usedBy: .commline)
        try record(.deleted, .protocol, id, project: project)
    }
}
