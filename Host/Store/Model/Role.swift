import Values

/// A named set of permissions.
package struct Role: Hashable, Sendable {
    package var id: UUID
    /// Unique among all roles.
    package var name: String
    package var description: String
    /// Made by the host itself: it can be widened, but not deleted.
    package var isBuiltIn: Bool
    /// The names of the permissions, sorted.
    package var permissions: [String]
    package var revision: Int64

    package init(
        id: UUID, name: String, description: String = "", isBuiltIn: Bool = false,
        permissions: [String], revision: Int64 = 1
    ) {
        self.id = id
        self.name = name
        self.description = description
        self.isBuiltIn = isBuiltIn
        self.permissions = permissions
        self.revision = revision
    }
}
