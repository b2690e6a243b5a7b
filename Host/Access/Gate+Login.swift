import JSON
import Store
import Values

/// What a login gives.
package struct Login: Sendable {
    /// The bearer token: told once and never stored.
    package let token: String
    /// When the session is over if it is not used.
    package let expires: Moment
    package let caller: Caller
    /// Whether the password is still a published one, or was set by somebody else.
    package let mustChangePassword: Bool
}

extension Gate {
    /// Logs a user in.
    ///
    /// - Parameters:
    ///   - login: A login name, an e-mail address or a phone number.
    ///   - password: The password.
    ///   - address: Where the request came from.
    ///   - userAgent: What the client calls itself; `Unknown` when it does not.
    /// - Returns: The session with its token.
    /// - Throws: `.delayed`, `.wrongCredentials` or `.disabled`.
    package func logIn(
        login: String, password: String, address: String, userAgent: String
    ) async throws(AccessError) -> Login {
        let name = Self.normalized(login)
        if let wait = delay.attempt(
            login: name, address: address, now: clock().milliseconds)
        {
            throw .delayed(seconds: Int((wait + 999) / 1_000))
        }
        let found = try await reading { (snapshot) throws(StoreError) -> Found? in
            guard let user = try snapshot.user(login: name) else { return nil }
            return Found(
                user: user, hash: try snapshot.passwordHashes(ofUser: user.id).first,
                permissions: try KnownCaller.permissions(of: user, in: snapshot),
                projects: try snapshot.projects(ofUser: user.id))
        }
        let isRight = try await hasher.verify(password, against: found?.hash)
        guard let found, isRight else {
            try await noteFailure(found?.user, address)
            throw .wrongCredentials
        }
        delay.succeeded(login: name, address: address)
        guard found.user.enabled else {
            try await noteFailure(found.user, address)
            throw .disabled
        }
        return try await open(found, address, userAgent)
    }

    private struct Found: Sendable {
        let user: User
        let hash: String?
        let permissions: Set<Permission>
        let projects: [Project]
    }

    private func open(
        _ found: Found, _ address: String, _ userAgent: String
    ) async throws(AccessError) -> Login {
        let token = try BearerToken()
        let (policy, now) = (policy, clock())
        let expires = policy.expiry(created: now, lastSeen: now)
        let caller = try await writing { (transaction) throws(StoreError) -> Caller in
            try transaction.deleteExpiredSessions(now)
            let others = try transaction.sessions(ofUser: found.user.id)
            for old in others.dropFirst(policy.mostSessions - 1) {
                try transaction.deleteSession(old.id)
            }
            let session = LoginSession(
                id: transaction.newID(), user: found.user.id, tokenHash: token.digest,
                address: address, userAgent: String(userAgent.prefix(200)), created: now,
                lastSeen: now, expires: expires)
            try transaction.insert(session)
            try transaction.setLastLogin(ofUser: found.user.id, now)
            let caller = Caller(
                user: found.user, permissions: found.permissions, projects: found.projects,
                credential: .session(session.id), address: address)
            try caller.note(.login, ["userAgent": .string(session.userAgent)], in: transaction)
            return caller
        }
        return Login(
            token: token.text, expires: expires, caller: caller,
            mustChangePassword: found.user.mustChangePassword)
    }

    /// Writes a failed attempt down.
    ///
    /// What was typed for an unknown name is left out: it may be a password in the wrong field.
    private func noteFailure(_ user: User?, _ address: String) async throws(AccessError) {
        try await writing { (transaction) throws(StoreError) in
            try transaction.insert(
                AuditEntry(
                    id: transaction.newID(), category: .security, user: user?.id,
                    actor: user?.name ?? "", address: address,
                    symbol: AuditSymbol.loginFailed.rawValue, at: transaction.now))
        }
        log.warning("a login failed", ["user": user?.name ?? "(unknown)", "address": address])
    }

    /// A phone number without the spaces and brackets that people put into it; else the text itself.
    static func normalized(_ login: String) -> String {
        let trimmed = login.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        guard trimmed.hasPrefix("+") else { return trimmed }
        return trimmed.filter { !" -()".contains($0) }
    }

    /// Ends the caller's own session.
    package func logOut(_ caller: Caller) async throws(AccessError) {
        guard let session = caller.session else { return }
        try await changing { (transaction) throws(StoreError) in
            try transaction.deleteSession(session)
            try caller.note(.logout, in: transaction)
        }
    }

    /// Lists the caller's own sessions, the newest first.
    package func sessions(of user: UUID) async throws(AccessError) -> [LoginSession] {
        let now = clock()
        return try await reading { (snapshot) throws(StoreError) in
            try snapshot.sessions(ofUser: user)
        }.filter { now < $0.expires }
    }

    /// Ends one of the caller's own sessions.
    ///
    /// - Throws: `.notFound` of the store for the session of somebody else.
    package func endSession(_ id: UUID, of caller: Caller) async throws(AccessError) {
        try await changing { (transaction) throws(StoreError) in
            let own = try transaction.sessions(ofUser: caller.user.id)
            guard own.contains(where: { $0.id == id }) else { throw .notFound(.session) }
            try transaction.deleteSession(id)
            try caller.note(.logout, ["session": .string(id.description)], in: transaction)
        }
    }

    /// Ends all sessions of a user.
    package func endSessions(of user: UUID, by caller: Caller) async throws(AccessError) {
        try await changing { (transaction) throws(StoreError) in
            let name = try transaction.user(user).name
            try transaction.deleteSessions(ofUser: user)
            try caller.note(.sessionsEnded, ["user": .string(name)], in: transaction)
        }
    }
}

extension Gate {
    /// Reads, with the store's errors as the gate's own.
    func reading<T: Sendable>(
        _ body: @escaping @Sendable (Snapshot) throws(StoreError) -> T
    ) async throws(AccessError) -> T {
        do throws(StoreError) { return try await store.read(body) } catch { throw .store(error) }
    }

    /// Writes, with the store's errors as the gate's own.
    func writing<T: Sendable>(
        _ body: @escaping @Sendable (Transaction) throws(StoreError) -> T
    ) async throws(AccessError) -> T {
        do throws(StoreError) { return try await store.write(body) } catch { throw .store(error) }
    }

    /// Writes a change of what callers may do, and forgets what is remembered of them.
    func changing<T: Sendable>(
        _ body: @escaping @Sendable (Transaction) throws(StoreError) -> T
    ) async throws(AccessError) -> T {
        defer { forgetCallers() }
        return try await writing(body)
    }
}
