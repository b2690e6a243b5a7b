import Values

/// The fields that lists of groups can be filtered and sorted by.
package enum GroupField: String, QueryField {
    case name, description, isDefault, parent, created

    package var isSortable: Bool { self == .name }

    var column: ListColumn {
        switch self {
        case .name: ListColumn("g.name", .text)
        case .description: ListColumn("g.description", .text)
        case .isDefault: ListColumn("g.is_default", .flag)
        case .parent: ListColumn("g.parent", .reference(.group))
        case .created: ListColumn("g.created", .moment)
        }
    }
}

extension DeviceGroup {
    /// The name of the group that a new project starts with.
    package static let defaultName = "Default"
}

extension Snapshot {
    private static let groupColumns =
        "g.uuid, p.uuid, (SELECT uuid FROM device_group WHERE id = g.parent), g.name, "
        + "g.description, g.is_default, g.created, g.revision"
    private static let groupTables = "device_group g JOIN project p ON p.id = g.project"

    /// Lists groups of a project.
    package func groups(
        in project: UUID, _ query: Query<GroupField> = Query()
    ) throws(StoreError) -> Page<DeviceGroup> {
        let source = ListSource(
            columns: Self.groupColumns, tables: Self.groupTables, scope: "g.project = ?",
            arguments: [try key(.project, project)], key: "g.id")
        return try page(query, from: source, column: \.column, as: Self.group)
    }

    /// Reads one group.
    ///
    /// - Throws: `.notFound`.
    package func group(_ id: UUID) throws(StoreError) -> DeviceGroup {
        let found = try database.first(
            "SELECT \(Self.groupColumns) FROM \(Self.groupTables) WHERE g.uuid = ?", id,
            as: Self.group)
        guard let found else { throw .notFound(.group) }
        return found
    }

    /// Reads the group of a project that new devices join.
    package func defaultGroup(in project: UUID) throws(StoreError) -> DeviceGroup? {
        try database.first(
            """
            SELECT \(Self.groupColumns) FROM \(Self.groupTables)
            WHERE g.project = ? AND g.is_default
            """, try key(.project, project), as: Self.group)
    }

    /// Counts the devices that are directly in a group.
    package func deviceCount(inGroup group: UUID) throws(StoreError) -> Int {
        let key = try key(.group, group)
        return Int(
            try database.integer("SELECT count(*) FROM device WHERE device_group = ?", key) ?? 0)
    }

    /// Lists the devices of a group and of the groups below it, in the order of their making.
    package func deviceIDs(inGroup group: UUID) throws(StoreError) -> [UUID] {
        try database.rows(
            """
            WITH RECURSIVE tree (id) AS (
                SELECT id FROM device_group WHERE uuid = ?
                UNION SELECT g.id FROM device_group g JOIN tree ON g.parent = tree.id)
            SELECT k.uuid FROM tree JOIN device d ON d.device_group = tree.id
                JOIN device_key k ON k.id = d.id
            ORDER BY d.place
            """, group
        ) { (row) throws(StoreError) in try row.uuid() }
    }

    private static func group(_ row: inout Row) throws(StoreError) -> DeviceGroup {
        DeviceGroup(
            id: try row.uuid(), project: try row.uuid(), parent: try row.optionalUUID(),
            name: row.text(), description: row.text(), isDefault: row.bool(),
            created: row.moment(), revision: row.integer())
    }
}

extension Transaction {
    /// Makes a group; a new default group takes the mark from the old one.
    ///
    /// - Throws: `.alreadyExists` when the identifier is taken, or the name beside it in the tree.
    package func insert(_ group: DeviceGroup) throws(StoreError) {
        try checkName(group.name)
        let project = try key(.project, group.project)
        let parent = try group.parent.map { (id) throws(StoreError) in
            try key(.group, id, in: project)
        }
        if let parent, try depth(ofGroup: parent) >= DeviceGroup.deepestLevel {
            throw .invalid(
                field: "parent", message: "groups go \(DeviceGroup.deepestLevel) levels deep")
        }
        if group.isDefault { try clearDefault(in: project) }
        try database.run(
            """
            INSERT INTO device_group
                (uuid, project, parent, name, description, is_default, created, revision)
            VALUES (?, ?, ?, ?, ?, ?, ?, 1)
            """, group.id, project, parent, group.name, group.description, group.isDefault,
            group.created)
        try record(.created, .group, group.id, project: group.project)
    }

    /// Changes a group.
    ///
    /// - Returns: The new revision.
    /// - Throws: `.invalid` when the default group would stop to be one: make another one the default.
    @discardableResult
    package func update(
        _ group: DeviceGroup, expecting revision: Int64? = nil
    ) throws(StoreError) -> Int64 {
        try checkName(group.name)
        let key = try editableKey(.group, group.id, expecting: revision)
        let old = try self.group(group.id)
        let project = try self.key(.project, old.project)
        let parent = try group.parent.map { (id) throws(StoreError) in
            try self.key(.group, id, in: project)
        }
        if let parent { try checkTree(moving: key, below: parent) }
        if old.isDefault, !group.isDefault {
            throw .invalid(field: "isDefault", message: "make another group the default instead")
        }
        if group.isDefault, !old.isDefault { try clearDefault(in: project) }
        try database.run(
            """
            UPDATE device_group SET parent = ?, name = ?, description = ?, is_default = ?,
                revision = revision + 1
            WHERE id = ?
            """, parent, group.name, group.description, group.isDefault, key)
        try record(.updated, .group, group.id, project: old.project)
        return try database.integer("SELECT revision FROM device_group WHERE id = ?", key) ?? 0
    }

    /// Deletes a group; its devices stay, without a group.
    ///
    /// - Throws: `.inUse` for a group with groups below it, `.invalid` for the default group.
    package func deleteGroup(_ id: UUID, expecting revision: Int64? = nil) throws(StoreError) {
        let key = try editableKey(.group, id, expecting: revision)
        let old = try group(id)
        if old.isDefault {
            throw .invalid(field: "isDefault", message: "make another group the default first")
        }
        try database.run(
            "UPDATE device SET device_group = NULL, revision = revision + 1 WHERE device_group = ?",
            key)
        try deleteRow("device_group", key: key, entity: .group, usedBy: .group)
        try record(.deleted, .group, id, project: old.project)
    }

    private func clearDefault(in project: Int64) throws(StoreError) {
        try database.run(
            """
            UPDATE device_group SET is_default = 0, revision = revision + 1
            WHERE project = ? AND is_default
            """, project)
    }

    /// Refuses a move that would make a circle or a tree that is too deep.
    private func checkTree(moving key: Int64, below parent: Int64) throws(StoreError) {
        let below = try database.rows(
            """
            WITH RECURSIVE tree (id, level) AS (
                SELECT ?, 1
                UNION SELECT g.id, t.level + 1 FROM device_group g JOIN tree t ON g.parent = t.id)
            SELECT id, level FROM tree
            """, key
        ) { (row) throws(StoreError) in (id: row.integer(), level: row.int()) }
        if below.contains(where: { $0.id == parent }) {
            throw .invalid(field: "parent", message: "a group cannot be below itself")
        }
        let height = below.map(\.level).max() ?? 1
        if try depth(ofGroup: parent) + height > DeviceGroup.deepestLevel {
            throw .invalid(
                field: "parent", message: "groups go \(DeviceGroup.deepestLevel) levels deep")
        }
    }

    private func depth(ofGroup key: Int64) throws(StoreError) -> Int {
        Int(
            try database.integer(
                """
                WITH RECURSIVE line (id, parent, level) AS (
                    SELECT id, parent, 1 FROM device_group WHERE id = ?
                    UNION SELECT g.id, g.parent, l.level + 1
                        FROM device_group g JOIN line l ON g.id = l.parent)
                SELECT max(level) FROM line
                """, key) ?? 0)
    }
}
