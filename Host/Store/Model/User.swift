import Values

/// Somebody, or some machine, that may use the API.
package struct User: Hashable, Sendable {
    package var id: UUID
    /// The login name, unique regardless of case.
    package var name: String
    package var displayName: String
    /// Unique regardless of case; nil when not given.
    package var email: String?
    /// Unique; nil when not given.
    package var phone: String?
    package var enabled: Bool
    /// Made by the host itself at the first start.
    package var isBuiltIn: Bool
    /// The password was set by somebody else, or is the published default one.
    package var mustChangePassword: Bool
    package var roles: [UUID]
    /// The projects that the user is a member of.
    package var projects: [UUID]
    package var created: Moment
    package var lastLogin: Moment?
    package var revision: Int64

    package init(
        id: UUID, name: String, displayName: String = "", email: String? = nil,
        phone: String? = nil, enabled: Bool = true, isBuiltIn: Bool = false,
        mustChangePassword: Bool = false, roles: [UUID] = [], projects: [UUID] = [],
        created: Moment, lastLogin: Moment? = nil, revision: Int64 = 1
    ) {
        self.id = id
        self.name = name
        self.displayName = displayName
        self.email = email
        self.phone = phone
        self.enabled = enabled
        self.isBuiltIn = isBuiltIn
        self.mustChangePassword = mustChangePassword
        self.roles = roles
        self.projects = projects
        self.created = created
        self.lastLogin = lastLogin
        self.revision = revision
    }
}
