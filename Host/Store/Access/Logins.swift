import Values

extension Snapshot {
    private static let sessionColumns = """
        s.uuid, u.uuid, s.token_hash, s.address, s.user_agent, s.created, s.last_seen, s.expires
        """
    private static let tokenColumns =
        "t.uuid, u.uuid, t.name, t.token_hash, t.created, t.last_used, t.expires"

    /// Finds the session of a bearer token's digest; an expired one is found as well.
    package func session(tokenHash: [UInt8]) throws(StoreError) -> LoginSession? {
        try database.first(
            """
            SELECT \(Self.sessionColumns) FROM login_session s JOIN user u ON u.id = s.user
            WHERE s.token_hash = ?
            """, tokenHash, as: Self.session)
    }

    /// Lists the sessions of a user, the newest first.
    package func sessions(ofUser user: UUID) throws(StoreError) -> [LoginSession] {
        try database.rows(
            """
            SELECT \(Self.sessionColumns) FROM login_session s JOIN user u ON u.id = s.user
            WHERE s.user = ? ORDER BY s.id DESC
            """, try key(.user, user), as: Self.session)
    }

    /// Finds the token of a digest; an expired one is found as well.
    package func token(tokenHash: [UInt8]) throws(StoreError) -> APIToken? {
        try database.first(
            """
            SELECT \(Self.tokenColumns) FROM api_token t JOIN user u ON u.id = t.user
            WHERE t.token_hash = ?
            """, tokenHash, as: Self.token)
    }

    /// Lists the tokens of a user, the newest first.
    package func tokens(ofUser user: UUID) throws(StoreError) -> [APIToken] {
        try database.rows(
            """
            SELECT \(Self.tokenColumns) FROM api_token t JOIN user u ON u.id = t.user
            WHERE t.user = ? ORDER BY t.id DESC
            """, try key(.user, user), as: Self.token)
    }

    private static func session(_ row: inout Row) throws(StoreError) -> LoginSession {
        LoginSession(
            id: try row.uuid(), user: try row.uuid(), tokenHash: row.bytes(), address: row.text(),
            userAgent: row.text(), created: row.moment(), lastSeen: row.moment(),
            expires: row.moment())
    }

    private static func token(_ row: inout Row) throws(StoreError) -> APIToken {
        APIToken(
            id: try row.uuid(), user: try row.uuid(), name: row.text(), tokenHash: row.bytes(),
            created: row.moment(), lastUsed: row.optionalMoment(), expires: row.optionalMoment())
    }
}

extension Transaction {
    /// Begins a session.
    package func insert(_ session: LoginSession) throws(StoreError) {
        try database.run(
            """
            INSERT INTO login_session
                (uuid, user, token_hash, address, user_agent, created, last_seen, expires)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?)
            """, session.id, try key(.user, session.user), session.tokenHash, session.address,
            session.userAgent, session.created, session.lastSeen, session.expires)
    }

    /// Notes that a session is in use.
    ///
    /// - Throws: `.notFound` when it was ended.
    package func touchSession(
        _ id: UUID, lastSeen: Moment, expires: Moment
    ) throws(StoreError) {
        let changed = try database.run(
            "UPDATE login_session SET last_seen = ?, expires = ? WHERE uuid = ?", lastSeen, expires,
            id)
        if changed == 0 { throw .notFound(.session) }
    }

    /// Ends a session.
    ///
    /// - Throws: `.notFound` when it was ended before.
    package func deleteSession(_ id: UUID) throws(StoreError) {
        if try database.run("DELETE FROM login_session WHERE uuid = ?", id) == 0 {
            throw .notFound(.session)
        }
    }

    /// Ends all sessions of a user, but perhaps one.
    package func deleteSessions(ofUser user: UUID, except kept: UUID? = nil) throws(StoreError) {
        try database.run(
            "DELETE FROM login_session WHERE user = ? AND uuid IS NOT ?", try key(.user, user),
            kept)
    }

    /// Ends the sessions whose time is over.
    ///
    /// - Returns: How many there were.
    @discardableResult
    package func deleteExpiredSessions(_ at: Moment) throws(StoreError) -> Int {
        try database.run("DELETE FROM login_session WHERE expires <= ?", at)
    }

    /// Makes a token.
    package func insert(_ token: APIToken) throws(StoreError) {
        try database.run(
            """
            INSERT INTO api_token (uuid, user, name, token_hash, created, last_used, expires)
            VALUES (?, ?, ?, ?, ?, ?, ?)
            """, token.id, try key(.user, token.user), token.name, token.tokenHash, token.created,
            token.lastUsed, token.expires)
    }

    /// Notes that a token is in use.
    package func touchToken(_ id: UUID, lastUsed: Moment) throws(StoreError) {
        let changed = try database.run(
            "UPDATE api_token SET last_used = ? WHERE uuid = ?", lastUsed, id)
        if changed == 0 { throw .notFound(.token) }
    }

    /// Deletes a token.
    ///
    /// - Throws: `.notFound`.
    package func deleteToken(_ id: UUID) throws(StoreError) {
        if try database.run("DELETE FROM api_token WHERE uuid = ?", id) == 0 {
            throw .notFound(.token)
        }
    }
}
