import JSON
import Values

/// A row of the audit: who did what, from where, and when.
package struct AuditEntry: Hashable, Sendable {
    package var id: UUID
    package var category: AuditCategory
    /// Nil for what belongs to the whole host.
    package var project: UUID?
    package var user: UUID?
    /// The name of who acted: a user's, or the part of the host that did it.
    package var actor: String
    /// Where the request came from; empty for the host itself.
    package var address: String
    /// What happened, as a symbol of the manual's tables.
    package var symbol: String
    package var parameters: JSONValue
    package var at: Moment

    package init(
        id: UUID, category: AuditCategory, project: UUID? = nil, user: UUID? = nil, actor: String,
        address: String = "", symbol: String, parameters: JSONValue = .null, at: Moment
    ) {
        self.id = id
        self.category = category
        self.project = project
        self.user = user
        self.actor = actor
        self.address = address
        self.symbol = symbol
        self.parameters = parameters
        self.at = at
    }
}

/// The two books of the audit.
package enum AuditCategory: String, Hashable, Sendable, CaseIterable {
    case general, security
}
