import Values

extension Snapshot {
    private static let projectColumns =
        "p.uuid, p.name, p.description, p.created, p.revision"

    /// Lists all projects in the order in which they were made.
    package func projects() throws(StoreError) -> [Project] {
        try database.rows(
            "SELECT \(Self.projectColumns) FROM project p ORDER BY p.id", as: Self.project)
    }

    /// Reads one project.
    ///
    /// - Throws: `.notFound`.
    package func project(_ id: UUID) throws(StoreError) -> Project {
        let found = try database.first(
            "SELECT \(Self.projectColumns) FROM project p WHERE p.uuid = ?", id, as: Self.project)
        guard let found else { throw .notFound(.project) }
        return found
    }

    /// Lists the projects that a user is a member of.
    package func projects(ofUser user: UUID) throws(StoreError) -> [Project] {
        try database.rows(
            """
            SELECT \(Self.projectColumns) FROM user u JOIN project_member m ON m.user = u.id
                JOIN project p ON p.id = m.project
            WHERE u.uuid = ? ORDER BY p.id
            """, user, as: Self.project)
    }

    private static func project(_ row: inout Row) throws(StoreError) -> Project {
        Project(
            id: try row.uuid(), name: row.text(), description: row.text(), created: row.moment(),
            revision: row.integer())
    }
}

extension Transaction {
    /// Makes a project, with its default group.
    ///
    /// - Throws: `.alreadyExists` when the identifier or the name is taken.
    package func insert(_ project: Project) throws(StoreError) {
        try checkName(project.name)
        try database.run(
            "INSERT INTO project (uuid, name, description, created, revision) VALUES (?, ?, ?, ?, 1)",
            project.id, project.name, project.description, project.created)
        try record(.created, .project, project.id, project: project.id)
        try insert(
            DeviceGroup(
                id: newID(), project: project.id, name: DeviceGroup.defaultName,
                description: "Default group", isDefault: true, created: project.created))
    }

    /// Changes a project's name and description.
    ///
    /// - Returns: The new revision.
    @discardableResult
    package func update(
        _ project: Project, expecting revision: Int64? = nil
    ) throws(StoreError) -> Int64 {
        try checkName(project.name)
        let key = try editableKey(.project, project.id, expecting: revision)
        try database.run(
            "UPDATE project SET name = ?, description = ?, revision = revision + 1 WHERE id = ?",
            project.name, project.description, key)
        try record(.updated, .project, project.id, project: project.id)
        return try database.integer("SELECT revision FROM project WHERE id = ?", key) ?? 0
    }

    /// Deletes a project that has no devices, with its groups, channels, protocols and runs.
    ///
    /// - Throws: `.inUse` while it has devices.
    package func deleteProject(
        _ id: UUID, expecting revision: Int64? = nil
    ) throws(StoreError) {
        let key = try editableKey(.project, id, expecting: revision)
        let device = try database.integer("SELECT 1 FROM device WHERE project = ? LIMIT 1", key)
        guard device == nil else { throw .inUse(.project, by: .device) }
        try database.run("DELETE FROM run WHERE project = ?", key)
        try database.run("DELETE FROM command WHERE project = ?", key)
        try deleteRow("project", key: key, entity: .project, usedBy: nil)
        try record(.deleted, .project, id, project: id)
    }

    /// Refuses a name that lists could not show.
    func checkName(_ name: String) throws(StoreError) {
        guard !name.isEmpty, name.utf8.count <= 1_000 else {
            throw .invalid(field: "name", message: "1 to 1000 bytes")
        }
    }
}
