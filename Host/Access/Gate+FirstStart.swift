import Store
import Values

extension Gate {
    /// Makes what has to be there before the first request: the built-in roles, the default users as
    /// members of the project `Default`, which the store makes, and an administrator if none is left.
    package func prepare() async throws(AccessError) {
        let isNew = try await reading { (snapshot) throws(StoreError) in
            try snapshot.users().isEmpty
        }
        try await makeRoles()
        if isNew { try await makeDefaultUsers() }
        try await keepAnAdministrator()
        for name in try await defaultPasswords() {
            log.warning(
                "the published default password is still in force: change it", ["user": name])
        }
    }

    /// The users whose password is still the published one.
    ///
    /// When somebody sets the password of a built-in user it is no longer marked, so that the mark on
    /// a built-in user means the default.
    package func defaultPasswords() async throws(AccessError) -> [String] {
        try await reading { (snapshot) throws(StoreError) in
            try snapshot.users().filter { $0.isBuiltIn && $0.mustChangePassword && $0.enabled }
                .map(\.name)
        }
    }

    /// Makes the roles that are missing, and gives administrators the permissions that are new.
    private func makeRoles() async throws(AccessError) {
        try await changing { (transaction) throws(StoreError) in
            let known = try transaction.roles()
            for builtIn in BuiltInRole.allCases {
                let permissions = builtIn.permissions.map(\.symbol).sorted()
                guard var role = known.first(where: { $0.name == builtIn.name }) else {
                    try transaction.insert(
                        Role(
                            id: transaction.newID(), name: builtIn.name,
                            description: builtIn.label.en, isBuiltIn: true,
                            permissions: permissions))
                    continue
                }
                if builtIn == .administrator, role.permissions != permissions {
                    role.permissions = permissions
                    try transaction.update(role)
                }
            }
        }
    }

    private func makeDefaultUsers() async throws(AccessError) {
        for user in DefaultUser.allCases {
            let hash = try await hasher.hash(user.password).text
            try await changing { (transaction) throws(StoreError) in
                try Self.insert(user, hash, in: transaction)
            }
        }
        log.info("made the default users", ["users": "user operator admin"])
    }

    private static func insert(
        _ user: DefaultUser, _ hash: String, in transaction: Transaction
    ) throws(StoreError) {
        let role = try transaction.roles().first { $0.name == user.role.name }
        try transaction.insert(
            User(
                id: transaction.newID(), name: user.name, email: user.email, isBuiltIn: true,
                mustChangePassword: true, roles: role.map { [$0.id] } ?? [],
                projects: try transaction.projects().map(\.id), created: transaction.now),
            passwordHash: hash)
    }

    /// Makes the default administrator again when nobody could administer the host.
    private func keepAnAdministrator() async throws(AccessError) {
        let isKept = try await reading { (snapshot) throws(StoreError) in
            try !Administrators(snapshot).enabled.isEmpty
        }
        if isKept { return }
        let hash = try await hasher.hash(DefaultUser.admin.password).text
        try await changing { (transaction) throws(StoreError) in
            let existing = try transaction.users().first {
                $0.name.lowercased() == DefaultUser.admin.name
            }
            if var admin = existing {
                admin.enabled = true
                if let role = try Administrators(transaction).role, !admin.roles.contains(role) {
                    admin.roles.append(role)
                }
                try transaction.update(admin)
                try transaction.setPassword(ofUser: admin.id, hash: hash, mustChange: true)
                try transaction.deleteSessions(ofUser: admin.id)
            } else {
                try Self.insert(.admin, hash, in: transaction)
            }
            try transaction.insert(
                AuditEntry(
                    id: transaction.newID(), category: .security, actor: "host",
                    symbol: AuditSymbol.administratorRecreated.rawValue,
                    parameters: ["user": .string(DefaultUser.admin.name)], at: transaction.now))
        }
        log.error(
            "no enabled administrator was left: the default one was made again with its published "
                + "password; log in and change it at once", ["user": DefaultUser.admin.name])
    }
}

/// Who may administer the host.
struct Administrators {
    /// The built-in role.
    let role: UUID?
    /// The enabled users who have it.
    let enabled: [User]

    init(_ snapshot: Snapshot) throws(StoreError) {
        let name = BuiltInRole.administrator.name
        let role = try snapshot.roles().first { $0.isBuiltIn && $0.name == name }?.id
        self.role = role
        enabled = try snapshot.users().filter { user in
            user.enabled && role.map(user.roles.contains) ?? false
        }
    }
}
