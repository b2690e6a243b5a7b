import Values

/// A named set of devices; groups may stand in a tree of three levels.
package struct DeviceGroup: Hashable, Sendable {
    package var id: UUID
    package var project: UUID
    package var parent: UUID?
    /// Unique within the project and the parent.
    package var name: String
    package var description: String
    /// The one group of the project that new devices join.
    package var isDefault: Bool
    package var created: Moment
    package var revision: Int64

    package init(
        id: UUID, project: UUID, parent: UUID? = nil, name: String, description: String = "",
        isDefault: Bool = false, created: Moment, revision: Int64 = 1
    ) {
        self.id = id
        self.project = project
        self.parent = parent
        self.name = name
        self.description = description
        self.isDefault = isDefault
        self.created = created
        self.revision = revision
    }

    /// How deep the tree of groups may be.
    package static let deepestLevel = 3
}
