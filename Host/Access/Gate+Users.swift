import JSON
import Store
import Values

extension Gate {
    /// Makes a user.
    ///
    /// - Parameters:
    ///   - user: The user; its identifier and times are the host's.
    ///   - password: The first password; its owner is asked to change it.
    ///   - caller: Who does it; it gives no permission that it has not itself.
    /// - Returns: The user as stored.
    /// - Throws: `.password`, `.exceedsOwnPermissions`, or what the store throws.
    package func add(
        _ user: User, password: String, by caller: Caller
    ) async throws(AccessError) -> User {
        do throws(PasswordRules.Fault) {
            try PasswordRules.check(password)
        } catch {
            throw .password(error)
        }
        try await checkRoles(user.roles, by: caller)
        let hash = try await hasher.hash(password).text
        return try await changing { (transaction) throws(StoreError) in
            var new = user
            new.id = transaction.newID()
            new.created = transaction.now
            new.isBuiltIn = false
            new.mustChangePassword = true
            try transaction.insert(new, passwordHash: hash)
            try caller.note(.userAdded, ["user": .string(new.name)], in: transaction)
            return try transaction.user(new.id)
        }
    }

    /// Changes a user's names, addresses, roles, memberships and whether it is enabled.
    ///
    /// - Parameters:
    ///   - user: The user as it shall be.
    ///   - revision: The revision that the caller has read; nil when it does not care.
    ///   - caller: Who does it.
    /// - Returns: The user as stored.
    /// - Throws: `.lastAdministrator` when nobody could administer the host any more.
    package func update(
        _ user: User, expecting revision: Int64?, by caller: Caller
    ) async throws(AccessError) -> User {
        let old = try await reading { (snapshot) throws(StoreError) in try snapshot.user(user.id) }
        try await checkRoles(old.roles + user.roles, by: caller)
        let outcome = try await changing { (transaction) throws(StoreError) -> User? in
            let others = try Administrators(transaction).enabled.filter { $0.id != user.id }
            let role = try Administrators(transaction).role
            let stays = user.enabled && role.map(user.roles.contains) ?? false
            guard stays || !others.isEmpty else { return nil }
            let old = try transaction.user(user.id)
            try transaction.update(user, expecting: revision)
            let name: JSONValue = ["user": .string(user.name)]
            if Set(old.roles) != Set(user.roles) {
                try caller.note(.userRolesUpdated, name, in: transaction)
            }
            if old.enabled != user.enabled {
                try caller.note(
                    .userEnabledUpdated,
                    ["user": .string(user.name), "enabled": .bool(user.enabled)], in: transaction)
                if !user.enabled { try transaction.deleteSessions(ofUser: user.id) }
            }
            try caller.note(.userUpdated, name, in: transaction)
            return try transaction.user(user.id)
        }
        guard let outcome else { throw .lastAdministrator }
        return outcome
    }

    /// Deletes a user with its sessions and tokens.
    package func removeUser(
        _ id: UUID, expecting revision: Int64?, by caller: Caller
    ) async throws(AccessError) {
        let user = try await reading { (snapshot) throws(StoreError) in try snapshot.user(id) }
        try await checkRoles(user.roles, by: caller)
        let isDone = try await changing { (transaction) throws(StoreError) -> Bool in
            let others = try Administrators(transaction).enabled.filter { $0.id != id }
            guard !others.isEmpty else { return false }
            try transaction.deleteUser(id, expecting: revision)
            try caller.note(.userRemoved, ["user": .string(user.name)], in: transaction)
            return true
        }
        if !isDone { throw .lastAdministrator }
    }

    /// Gives somebody else a new password, and ends the sessions made with the old one.
    package func setPassword(
        of id: UUID, to password: String, by caller: Caller
    ) async throws(AccessError) {
        let (user, history) = try await passwords(of: id)
        try await checkRoles(user.roles, by: caller)
        let hash = try await newHash(password, history)
        try await changing { (transaction) throws(StoreError) in
            // The mark on a built-in user means that the published password is in force.
            try transaction.setPassword(ofUser: id, hash: hash, mustChange: !user.isBuiltIn)
            try transaction.deleteSessions(ofUser: id, except: caller.session)
            try caller.note(.passwordChanged, ["user": .string(user.name)], in: transaction)
        }
    }

    /// Changes the caller's own password, and ends its other sessions.
    ///
    /// - Throws: `.wrongCredentials` when the old password is not the right one; wrong ones are
    ///   slowed down as at the login.
    package func changePassword(
        from old: String, to new: String, by caller: Caller
    ) async throws(AccessError) {
        let wait = delay.attempt(
            login: caller.user.name, address: caller.address, now: clock().milliseconds)
        if let wait { throw .delayed(seconds: Int((wait + 999) / 1_000)) }
        let (user, history) = try await passwords(of: caller.user.id)
        guard try await hasher.verify(old, against: history.first) else { throw .wrongCredentials }
        delay.succeeded(login: caller.user.name, address: caller.address)
        let hash = try await newHash(new, history)
        try await changing { (transaction) throws(StoreError) in
            try transaction.setPassword(ofUser: user.id, hash: hash, mustChange: false)
            try transaction.deleteSessions(ofUser: user.id, except: caller.session)
            try caller.note(.passwordChanged, ["user": .string(user.name)], in: transaction)
        }
    }

    private func passwords(of id: UUID) async throws(AccessError) -> (User, [String]) {
        try await reading { (snapshot) throws(StoreError) in
            (try snapshot.user(id), try snapshot.passwordHashes(ofUser: id))
        }
    }

    private func newHash(
        _ password: String, _ history: [String]
    ) async throws(AccessError) -> String {
        do throws(PasswordRules.Fault) {
            try PasswordRules.check(password)
        } catch {
            throw .password(error)
        }
        return try await hasher.hash(password, history: history).text
    }

    /// Refuses roles that grant more than the caller has: nobody lifts itself up, or takes over an
    /// account that may do more.
    private func checkRoles(_ roles: [UUID], by caller: Caller) async throws(AccessError) {
        let granted = try await reading { (snapshot) throws(StoreError) in
            var user = caller.user
            user.roles = roles
            return try KnownCaller.permissions(of: user, in: snapshot)
        }
        let excess = granted.subtracting(caller.permissions)
        if !excess.isEmpty {
            throw .exceedsOwnPermissions(excess.sorted { $0.rawValue < $1.rawValue })
        }
    }
}
