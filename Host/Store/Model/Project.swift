import Values

/// A space of its own: every device, group, channel, protocol and run belongs to one project.
package struct Project: Hashable, Sendable {
    package var id: UUID
    /// Unique among all projects.
    package var name: String
    package var description: String
    package var created: Moment
    package var revision: Int64

    package init(
        id: UUID, name: String, description: String = "", created: Moment, revision: Int64 = 1
    ) {
        self.id = id
        self.name = name
        self.description = description
        self.created = created
        self.revision = revision
    }

    /// The name of the project that the first start makes.
    package static let defaultName = "Default"
}
