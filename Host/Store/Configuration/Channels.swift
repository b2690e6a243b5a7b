import Values

/// The fields that lists of channels can be filtered and sorted by.
package enum ChannelField: String, QueryField {
    case name, type, isExclusive, created

    package var isSortable: Bool { self == .name || self == .type }

    var column: ListColumn {
        switch self {
        case .name: ListColumn("c.name", .text)
        case .type: ListColumn("c.type", .text)
        case .isExclusive: ListColumn("c.is_exclusive", .flag)
        case .created: ListColumn("c.created", .moment)
        }
    }
}

extension Snapshot {
    private static let channelColumns =
        "c.uuid, p.uuid, c.name, c.type, c.is_exclusive, c.settings, c.created, c.revision"
    private static let channelTables = "channel c JOIN project p ON p.id = c.project"

    /// Lists channels of a project.
    package func channels(
        in project: UUID, _ query: Query<ChannelField> = Query()
    ) throws(StoreError) -> Page<Channel> {
        let source = ListSource(
            columns: Self.channelColumns, tables: Self.channelTables, scope: "c.project = ?",
            arguments: [try key(.project, project)], key: "c.id")
        return try page(query, from: source, column: \.column, as: channel)
    }

    /// Reads one channel.
    ///
    /// - Throws: `.notFound`.
    package func channel(_ id: UUID) throws(StoreError) -> Channel {
        let found = try database.first(
            "SELECT \(Self.channelColumns) FROM \(Self.channelTables) WHERE c.uuid = ?", id,
            as: channel)
        guard let found else { throw .notFound(.channel) }
        return found
    }

    private func channel(_ row: inout Row) throws(StoreError) -> Channel {
        let id = try row.uuid()
        return Channel(
            id: id, project: try row.uuid(), name: row.text(), type: row.text(),
            isExclusive: row.bool(),
            settings: SettingsText(try vault.openText(row.bytes(), of: .channel, id)),
            created: row.moment(), revision: row.integer())
    }
}

extension Transaction {
    /// Makes a channel.
    ///
    /// - Throws: `.alreadyExists` when the identifier is taken.
    package func insert(_ channel: Channel) throws(StoreError) {
        try checkName(channel.name)
        try database.run(
            """
            INSERT INTO channel (uuid, project, name, type, is_exclusive, settings, created, revision)
            VALUES (?, ?, ?, ?, ?, ?, ?, 1)
            """, channel.id, try key(.project, channel.project), channel.name, channel.type,
            channel.isExclusive, try vault.seal(channel.settings.text, of: .channel, channel.id),
            channel.created)
        try record(.created, .channel, channel.id, project: channel.project)
    }

    /// Changes a channel.
    ///
    /// - Returns: The new revision.
    @discardableResult
    package func update(
        _ channel: Channel, expecting revision: Int64? = nil
    ) throws(StoreError) -> Int64 {
        try checkName(channel.name)
        let key = try editableKey(.channel, channel.id, expecting: revision)
        try database.run(
            """
            UPDATE channel SET name = ?, type = ?, is_exclusive = ?, settings = ?,
                revision = revision + 1
            WHERE id = ?
            """, channel.name, channel.type, channel.isExclusive,
            try vault.seal(channel.settings.text, of: .channel, channel.id), key)
        let stored = try self.channel(channel.id)
        try record(.updated, .channel, channel.id, project: stored.project)
        return stored.revision
    }

    /// Deletes a channel.
    ///
    /// - Throws: `.inUse` while a line uses it.
    package func deleteChannel(_ id: UUID, expecting revision: Int64? = nil) throws(StoreError) {
        let key = try editableKey(.channel, id, expecting: revision)
        let project = try channel(id).project
        try deleteRow("channel", key: key, entity: .channel, usedBy: .commline)
        try record(.deleted, .channel, id, project: project)
    }
}
