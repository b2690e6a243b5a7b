import Values

extension Snapshot {
    /// Lists all roles in the order in which they were made.
    package func roles() throws(StoreError) -> [Role] {
        try complete(
            try database.rows(
                "SELECT id, uuid, name, description, built_in, revision FROM role ORDER BY id",
                as: Self.role))
    }

    /// Reads one role.
    ///
    /// - Throws: `.notFound`.
    package func role(_ id: UUID) throws(StoreError) -> Role {
        let found = try database.rows(
            "SELECT id, uuid, name, description, built_in, revision FROM role WHERE uuid = ?", id,
            as: Self.role)
        guard let role = try complete(found).first else { throw .notFound(.role) }
        return role
    }

    private typealias Found = (key: Int64, role: Role)

    private static func role(_ row: inout Row) throws(StoreError) -> Found {
        (
            row.integer(),
            Role(
                id: try row.uuid(), name: row.text(), description: row.text(),
                isBuiltIn: row.bool(), permissions: [], revision: row.integer())
        )
    }

    private func complete(_ found: [Found]) throws(StoreError) -> [Role] {
        var roles: [Role] = []
        for (key, role) in found {
            var role = role
            role.permissions = try database.rows(
                "SELECT permission FROM role_permission WHERE role = ? ORDER BY permission", key
            ) { (row) throws(StoreError) in row.text() }
            roles.append(role)
        }
        return roles
    }
}

extension Transaction {
    /// Makes a role.
    ///
    /// - Throws: `.alreadyExists` when the identifier or the name is taken.
    package func insert(_ role: Role) throws(StoreError) {
        try checkName(role.name)
        try database.run(
            "INSERT INTO role (uuid, name, description, built_in, revision) VALUES (?, ?, ?, ?, 1)",
            role.id, role.name, role.description, role.isBuiltIn)
        try setPermissions(of: role, key: database.lastInsertedKey)
        try record(.created, .role, role.id, project: nil)
    }

    /// Changes a role's name, description and permissions.
    ///
    /// - Returns: The new revision.
    @discardableResult
    package func update(_ role: Role, expecting revision: Int64? = nil) throws(StoreError) -> Int64
    {
        try checkName(role.name)
        let key = try editableKey(.role, role.id, expecting: revision)
        try database.run(
            "UPDATE role SET name = ?, description = ?, revision = revision + 1 WHERE id = ?",
            role.name, role.description, key)
        try database.run("DELETE FROM role_permission WHERE role = ?", key)
        try setPermissions(of: role, key: key)
        try record(.updated, .role, role.id, project: nil)
        return try database.integer("SELECT revision FROM role WHERE id = ?", key) ?? 0
    }

    /// Deletes a role.
    ///
    /// - Throws: `.inUse` while a user has it, `.invalid` for a built-in one.
    package func deleteRole(_ id: UUID, expecting revision: Int64? = nil) throws(StoreError) {
        let key = try editableKey(.role, id, expecting: revision)
        if try role(id).isBuiltIn {
            throw .invalid(field: "role", message: "a built-in role cannot be deleted")
        }
        try deleteRow("role", key: key, entity: .role, usedBy: .user)
        try record(.deleted, .role, id, project: nil)
    }

    private func setPermissions(of role: Role, key: Int64) throws(StoreError) {
        for permission in role.permissions {
            try database.run(
                "INSERT OR IGNORE INTO role_permission VALUES (?, ?)", key, permission)
        }
    }
}
