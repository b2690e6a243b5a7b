import Values

/// A long-lived token of a machine; the token itself is shown once and never stored.
package struct APIToken: Hashable, Sendable {
    package var id: UUID
    package var user: UUID
    /// What the token is for, in its owner's words.
    package var name: String
    /// The digest of the token.
    package var tokenHash: [UInt8]
    package var created: Moment
    package var lastUsed: Moment?
    /// Nil: until it is deleted.
    package var expires: Moment?

    package init(
        id: UUID, user: UUID, name: String, tokenHash: [UInt8], created: Moment,
        lastUsed: Moment? = nil, expires: Moment? = nil
    ) {
        self.id = id
        self.user = user
        self.name = name
        self.tokenHash = tokenHash
        self.created = created
        self.lastUsed = lastUsed
        self.expires = expires
    }
}
