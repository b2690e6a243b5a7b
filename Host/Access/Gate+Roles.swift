import JSON
import Store
import Values

extension Gate {
    /// Makes a role.
    ///
    /// - Parameters:
    ///   - role: The role; its identifier is the host's.
    ///   - caller: Who does it; it grants no permission that it has not itself.
    /// - Returns: The role as stored.
    /// - Throws: `.exceedsOwnPermissions`, `.unknownPermission`, or what the store throws.
    package func add(_ role: Role, by caller: Caller) async throws(AccessError) -> Role {
        try Self.check(role.permissions, by: caller)
        return try await changing { (transaction) throws(StoreError) in
            var new = role
            new.id = transaction.newID()
            new.isBuiltIn = false
            new.permissions.sort()
            try transaction.insert(new)
            try caller.note(.roleAdded, ["role": .string(new.name)], in: transaction)
            return try transaction.role(new.id)
        }
    }

    /// Changes a role.
    ///
    /// - Parameters:
    ///   - role: The role as it shall be.
    ///   - revision: The revision that the caller has read; nil when it does not care.
    ///   - caller: Who does it.
    /// - Returns: The role as stored.
    /// - Throws: `.builtIn` for another name of a built-in role, or fewer permissions of the
    ///   administrator's.
    package func update(
        _ role: Role, expecting revision: Int64?, by caller: Caller
    ) async throws(AccessError) -> Role {
        let old = try await reading { (snapshot) throws(StoreError) in try snapshot.role(role.id) }
        try Self.check(old.permissions + role.permissions, by: caller)
        if old.isBuiltIn {
            let isAdministrator = old.name == BuiltInRole.administrator.name
            let isWhole = Set(role.permissions) == Set(old.permissions)
            guard old.name == role.name, !isAdministrator || isWhole else { throw .builtIn }
        }
        return try await changing { (transaction) throws(StoreError) in
            var new = role
            new.permissions.sort()
            try transaction.update(new, expecting: revision)
            try caller.note(.roleUpdated, ["role": .string(new.name)], in: transaction)
            return try transaction.role(new.id)
        }
    }

    /// Deletes a role that nobody has.
    package func removeRole(
        _ id: UUID, expecting revision: Int64?, by caller: Caller
    ) async throws(AccessError) {
        let role = try await reading { (snapshot) throws(StoreError) in try snapshot.role(id) }
        guard !role.isBuiltIn else { throw .builtIn }
        try Self.check(role.permissions, by: caller)
        try await changing { (transaction) throws(StoreError) in
            try transaction.deleteRole(id, expecting: revision)
            try caller.note(.roleRemoved, ["role": .string(role.name)], in: transaction)
        }
    }

    private static func check(_ symbols: [String], by caller: Caller) throws(AccessError) {
        var excess: Set<Permission> = []
        for symbol in symbols {
            guard let permission = Permission(rawValue: symbol) else {
                throw .unknownPermission(symbol)
            }
            if !caller.permissions.contains(permission) { excess.insert(permission) }
        }
        if !excess.isEmpty {
            throw .exceedsOwnPermissions(excess.sorted { $0.rawValue < $1.rawValue })
        }
    }
}
