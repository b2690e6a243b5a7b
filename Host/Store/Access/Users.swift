import Values

extension Snapshot {
    private static let userColumns = """
        u.id, u.uuid, u.name, u.display_name, u.email, u.phone, u.enabled, u.built_in, \
        u.must_change_password, u.created, u.last_login, u.revision
        """

    /// Lists all users in the order in which they were made.
    package func users() throws(StoreError) -> [User] {
        try complete(
            try database.rows(
                "SELECT \(Self.userColumns) FROM user u ORDER BY u.id", as: Self.user))
    }

    /// Lists the users who are members of a project.
    package func users(inProject project: UUID) throws(StoreError) -> [User] {
        try complete(
            try database.rows(
                """
                SELECT \(Self.userColumns) FROM project_member m JOIN user u ON u.id = m.user
                WHERE m.project = ? ORDER BY u.id
                """, try key(.project, project), as: Self.user))
    }

    /// Reads one user.
    ///
    /// - Throws: `.notFound`.
    package func user(_ id: UUID) throws(StoreError) -> User {
        let found = try database.first(
            "SELECT \(Self.userColumns) FROM user u WHERE u.uuid = ?", id, as: Self.user)
        guard let found, let user = try complete([found]).first else { throw .notFound(.user) }
        return user
    }

    /// Finds the user who logs in with a name, an e-mail address or a telephone number.
    package func user(login: String) throws(StoreError) -> User? {
        let folded = login.lowercased()
        let found = try database.rows(
            """
            SELECT \(Self.userColumns) FROM user u
            WHERE u.name_folded = ?1 OR u.email_folded = ?1 OR u.phone = ?2
            ORDER BY u.name_folded = ?1 DESC, u.id LIMIT 1
            """, folded, login, as: Self.user)
        return try complete(found).first
    }

    /// Reads the digests of a user's passwords: the one in force first, then those before it.
    package func passwordHashes(ofUser user: UUID) throws(StoreError) -> [String] {
        try database.rows(
            "SELECT hash FROM user_password WHERE user = ? ORDER BY id DESC", try key(.user, user)
        ) { (row) throws(StoreError) in row.text() }
    }

    private typealias Found = (key: Int64, user: User)

    private static func user(_ row: inout Row) throws(StoreError) -> Found {
        (
            row.integer(),
            User(
                id: try row.uuid(), name: row.text(), displayName: row.text(),
                email: row.optionalText(), phone: row.optionalText(), enabled: row.bool(),
                isBuiltIn: row.bool(), mustChangePassword: row.bool(), created: row.moment(),
                lastLogin: row.optionalMoment(), revision: row.integer())
        )
    }

    /// Adds the roles and projects.
    private func complete(_ found: [Found]) throws(StoreError) -> [User] {
        var users: [User] = []
        for (key, user) in found {
            var user = user
            user.roles = try database.rows(
                """
                SELECT r.uuid FROM user_role m JOIN role r ON r.id = m.role
                WHERE m.user = ? ORDER BY r.id
                """, key
            ) { (row) throws(StoreError) in try row.uuid() }
            user.projects = try database.rows(
                """
                SELECT p.uuid FROM project_member m JOIN project p ON p.id = m.project
                WHERE m.user = ? ORDER BY p.id
                """, key
            ) { (row) throws(StoreError) in try row.uuid() }
            users.append(user)
        }
        return users
    }
}

extension Transaction {
    /// Makes a user with a password's digest.
    ///
    /// - Throws: `.alreadyExists` when the name, e-mail address or telephone number is taken.
    package func insert(_ user: User, passwordHash: String) throws(StoreError) {
        try checkName(user.name)
        try database.run(
            """
            INSERT INTO user (uuid, name, name_folded, display_name, email, email_folded, phone,
                enabled, built_in, must_change_password, created, revision)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1)
            """, user.id, user.name, user.name.lowercased(), user.displayName, user.email,
            user.email?.lowercased(), user.phone, user.enabled, user.isBuiltIn,
            user.mustChangePassword, user.created)
        let key = database.lastInsertedKey
        try addPassword(passwordHash, key: key)
        try setLinks(of: user, key: key)
        try record(.created, .user, user.id, project: nil)
    }

    /// Changes a user's names, roles, memberships and whether it is enabled.
    ///
    /// - Returns: The new revision.
    @discardableResult
    package func update(_ user: User, expecting revision: Int64? = nil) throws(StoreError) -> Int64
    {
        try checkName(user.name)
        let key = try editableKey(.user, user.id, expecting: revision)
        try database.run(
            """
            UPDATE user SET name = ?, name_folded = ?, display_name = ?, email = ?,
                email_folded = ?, phone = ?, enabled = ?, must_change_password = ?,
                revision = revision + 1
            WHERE id = ?
            """, user.name, user.name.lowercased(), user.displayName, user.email,
            user.email?.lowercased(), user.phone, user.enabled, user.mustChangePassword, key)
        try database.run("DELETE FROM user_role WHERE user = ?", key)
        try database.run("DELETE FROM project_member WHERE user = ?", key)
        try setLinks(of: user, key: key)
        try record(.updated, .user, user.id, project: nil)
        return try database.integer("SELECT revision FROM user WHERE id = ?", key) ?? 0
    }

    /// Gives a user a new password; the old digest is kept, so that it is not used again.
    package func setPassword(
        ofUser id: UUID, hash: String, mustChange: Bool
    ) throws(StoreError) {
        let key = try editableKey(.user, id, expecting: nil)
        try addPassword(hash, key: key)
        try database.run(
            "UPDATE user SET must_change_password = ?, revision = revision + 1 WHERE id = ?",
            mustChange, key)
        try record(.updated, .user, id, project: nil)
    }

    /// Notes that a user has logged in; this is not an edit.
    package func setLastLogin(ofUser id: UUID, _ at: Moment) throws(StoreError) {
        try database.run("UPDATE user SET last_login = ? WHERE uuid = ?", at, id)
    }

    /// Deletes a user with its sessions and tokens.
    package func deleteUser(_ id: UUID, expecting revision: Int64? = nil) throws(StoreError) {
        let key = try editableKey(.user, id, expecting: revision)
        try deleteRow("user", key: key, entity: .user, usedBy: nil)
        try record(.deleted, .user, id, project: nil)
    }

    private func addPassword(_ hash: String, key: Int64) throws(StoreError) {
        try database.run(
            "INSERT INTO user_password (user, hash, set_at) VALUES (?, ?, ?)", key, hash, now)
    }

    private func setLinks(of user: User, key: Int64) throws(StoreError) {
        for role in user.roles {
            try database.run(
                "INSERT OR IGNORE INTO user_role VALUES (?, ?)", key, try self.key(.role, role))
        }
        for project in user.projects {
            try database.run(
                "INSERT OR IGNORE INTO project_member VALUES (?, ?)", key,
                try self.key(.project, project))
        }
    }
}
