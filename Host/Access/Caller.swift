import JSON
import Store
import Values

/// Who makes a request, and what it may do.
package struct Caller: Hashable, Sendable {
    /// How the caller has shown who it is.
    package enum Credential: Hashable, Sendable {
        case session(UUID)
        case token(UUID)
    }

    package let user: User
    /// The permissions of all its roles.
    package let permissions: Set<Permission>
    /// The projects that the user is a member of.
    package let projects: [Project]
    package let credential: Credential
    /// Where the request came from.
    package var address: String

    package init(
        user: User, permissions: Set<Permission>, projects: [Project], credential: Credential,
        address: String
    ) {
        self.user = user
        self.permissions = permissions
        self.projects = projects
        self.credential = credential
        self.address = address
    }

    /// The session, when the caller is in one.
    package var session: UUID? {
        if case .session(let id) = credential { id } else { nil }
    }
}

extension Caller {
    /// Writes a row of the audit about what the caller does.
    ///
    /// - Parameters:
    ///   - symbol: What happens.
    ///   - parameters: Names and identifiers of what it happens to; never a secret.
    ///   - project: Where it happens; nil for the whole host.
    ///   - transaction: The transaction of the change itself.
    /// - Throws: What the store throws.
    package func note(
        _ symbol: AuditSymbol, _ parameters: JSONValue = .null, project: UUID? = nil,
        in transaction: Transaction
    ) throws(StoreError) {
        try transaction.insert(
            AuditEntry(
                id: transaction.newID(), category: symbol.category, project: project,
                user: user.id, actor: user.name, address: address, symbol: symbol.rawValue,
                parameters: parameters, at: transaction.now))
    }
}
