import Values

/// One login of a user; its bearer token itself is never stored.
package struct LoginSession: Hashable, Sendable {
    package var id: UUID
    package var user: UUID
    /// The digest of the bearer token.
    package var tokenHash: [UInt8]
    package var address: String
    package var userAgent: String
    package var created: Moment
    package var lastSeen: Moment
    package var expires: Moment

    package init(
        id: UUID, user: UUID, tokenHash: [UInt8], address: String, userAgent: String,
        created: Moment, lastSeen: Moment, expires: Moment
    ) {
        self.id = id
        self.user = user
        self.tokenHash = tokenHash
        self.address = address
        self.userAgent = userAgent
        self.created = created
        self.lastSeen = lastSeen
        self.expires = expires
    }
}
