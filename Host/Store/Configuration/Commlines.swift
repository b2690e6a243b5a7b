import Values

/// The fields that lists of communication lines can be filtered by.
package enum CommlineField: String, QueryField {
    case device, channel, `protocol`, deviceLib, protocolMap, enabled, address, priority

    /// Lines come in the order of their making only.
    package var isSortable: Bool { false }

    var column: ListColumn {
        switch self {
        case .device: ListColumn("l.device", .reference(.device))
        case .channel: ListColumn("l.channel", .reference(.channel))
        case .protocol: ListColumn("l.protocol", .reference(.protocol))
        case .deviceLib: ListColumn("l.device_lib", .text)
        case .protocolMap: ListColumn("l.protocol_map", .text)
        case .enabled: ListColumn("l.enabled", .flag)
        case .address: ListColumn("l.address", .text)
        case .priority: ListColumn("l.priority", .integer)
        }
    }
}

extension Snapshot {
    private static let commlineColumns = """
        l.uuid, p.uuid, k.uuid, c.uuid, r.uuid, l.device_lib, l.protocol_map, l.enabled, \
        l.address, l.priority, l.attempts, l.created, l.revision
        """
    private static let commlineTables = """
        commline l JOIN project p ON p.id = l.project JOIN device_key k ON k.id = l.device
            JOIN channel c ON c.id = l.channel JOIN protocol r ON r.id = l.protocol
        """

    /// Lists communication lines of a project.
    package func commlines(
        in project: UUID, _ query: Query<CommlineField> = Query()
    ) throws(StoreError) -> Page<Commline> {
        let source = ListSource(
            columns: Self.commlineColumns, tables: Self.commlineTables, scope: "l.project = ?",
            arguments: [try key(.project, project)], key: "l.id")
        return try page(query, from: source, column: \.column, as: Self.commline)
    }

    /// Lists the lines of a device in the order in which they are tried: by priority, then by age.
    package func commlines(ofDevice device: UUID) throws(StoreError) -> [Commline] {
        try database.rows(
            """
            SELECT \(Self.commlineColumns) FROM \(Self.commlineTables)
            WHERE l.device = ? ORDER BY l.priority DESC, l.id
            """, try deviceKey(device), as: Self.commline)
    }

    /// Reads one line.
    ///
    /// - Throws: `.notFound`.
    package func commline(_ id: UUID) throws(StoreError) -> Commline {
        let found = try database.first(
            "SELECT \(Self.commlineColumns) FROM \(Self.commlineTables) WHERE l.uuid = ?", id,
            as: Self.commline)
        guard let found else { throw .notFound(.commline) }
        return found
    }

    private static func commline(_ row: inout Row) throws(StoreError) -> Commline {
        Commline(
            id: try row.uuid(), project: try row.uuid(), device: try row.uuid(),
            channel: try row.uuid(), profile: try row.uuid(), deviceLib: row.text(),
            protocolMap: row.text(), enabled: row.bool(), address: row.text(),
            priority: row.int(), attempts: row.int(), created: row.moment(),
            revision: row.integer())
    }
}

extension Transaction {
    /// Makes a line; its device, channel and protocol are of its project.
    ///
    /// - Throws: `.alreadyExists` when the identifier is taken, `.notFound` for what it refers to.
    package func insert(_ line: Commline) throws(StoreError) {
        let project = try key(.project, line.project)
        try check(line)
        try database.run(
            """
            INSERT INTO commline (uuid, project, device, channel, protocol, device_lib, protocol_map,
                enabled, address, priority, attempts, created, revision)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1)
            """, line.id, project, try deviceKey(line.device, in: project),
            try key(.channel, line.channel, in: project),
            try key(.protocol, line.profile, in: project), line.deviceLib, line.protocolMap,
            line.enabled, line.address, line.priority, line.attempts, line.created)
        try record(.created, .commline, line.id, project: line.project)
    }

    /// Changes a line; it stays with its device.
    ///
    /// - Returns: The new revision.
    @discardableResult
    package func update(
        _ line: Commline, expecting revision: Int64? = nil
    ) throws(StoreError) -> Int64 {
        let key = try editableKey(.commline, line.id, expecting: revision)
        try check(line)
        let owner = try commline(line.id).project
        let project = try self.key(.project, owner)
        try database.run(
            """
            UPDATE commline SET channel = ?, protocol = ?, device_lib = ?, protocol_map = ?,
                enabled = ?, address = ?, priority = ?, attempts = ?, revision = revision + 1
            WHERE id = ?
            """, try self.key(.channel, line.channel, in: project),
            try self.key(.protocol, line.profile, in: project), line.deviceLib, line.protocolMap,
            line.enabled, line.address, line.priority, line.attempts, key)
        try record(.updated, .commline, line.id, project: owner)
        return try database.integer("SELECT revision FROM commline WHERE id = ?", key) ?? 0
    }

    /// Deletes a line.
    package func deleteCommline(_ id: UUID, expecting revision: Int64? = nil) throws(StoreError) {
        let key = try editableKey(.commline, id, expecting: revision)
        let project = try commline(id).project
        try deleteRow("commline", key: key, entity: .commline, usedBy: nil)
        try record(.deleted, .commline, id, project: project)
    }

    private func check(_ line: Commline) throws(StoreError) {
        guard (0...1_000).contains(line.attempts) else {
            throw .invalid(field: "attempts", message: "0 to 1000")
        }
    }
}
