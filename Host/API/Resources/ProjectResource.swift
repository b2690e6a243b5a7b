import Access
import HTTP
import JSON
import Store
import Values

/// Projects and their members.
enum ProjectResource {
    static let endpoints: [Endpoint] = [
        .host(.get, "/projects", .signedIn, listForm, list),
        .host(.post, "/projects", .permission(.createProjects), addForm, add),
        .host(.get, "/projects/{project}", .signedIn, readForm, read),
        .host(.put, "/projects/{project}", .permission(.updateProjects), replaceForm, edit),
        .host(.patch, "/projects/{project}", .permission(.updateProjects), editForm, edit),
        .host(.delete, "/projects/{project}", .permission(.deleteProjects), removeForm, remove),
        .host(
            .get, "/projects/{project}/members", .permission(.manageProjects), membersForm,
            members),
        .host(
            .put, "/projects/{project}/members/{user}", .permission(.manageProjects), joinForm,
            join),
        .host(
            .delete, "/projects/{project}/members/{user}", .permission(.manageProjects),
            leaveForm, leave),
    ]

    // MARK: Shapes

    private static let shape = ObjectShape(
        "Project",
        [
            .id, .revision,
            .required("name", .text(1...200), Phrase("Наименование.", "The unique name.")),
            Field("description", .text(upTo: 1_000), Phrase("Описание.", "A description.")),
            .createdAt,
        ])

    private static let member = ObjectShape(
        "Member",
        [
            .id,
            .output("login", .text(upTo: 64), Phrase("Имя для входа.", "The login name.")),
            .output("displayName", .text(upTo: 200), Phrase("Имя.", "The name.")),
        ])

    // MARK: Forms

    private static let one = EndpointForm.Outcome.json(
        .object(shape), Phrase("Проект.", "The project."))

    private static let listForm = EndpointForm(
        id: "listProjects", tag: .projects,
        summary: Phrase(
            "Собственные проекты; с разрешением Read.Projects — все.",
            "Lists one's own projects, all with the permission Read.Projects."),
        answers: [ListForm.whole(shape)])
    private static let addForm = EndpointForm(
        id: "addProject", tag: .projects,
        summary: Phrase(
            "Добавить проект и стать его участником.",
            "Adds a project, and makes the caller its member."),
        body: .init(.object(shape)),
        answers: [.json(.object(shape), status: 201, Phrase("Добавлен.", "It is added."))])
    private static let readForm = EndpointForm(
        id: "readProject", tag: .projects, summary: Phrase("Проект.", "Reads a project."),
        answers: [one])
    private static let replaceForm = EndpointForm(
        id: "replaceProject", tag: .projects,
        summary: Phrase("Заменить данные проекта.", "Replaces a project's data."),
        parameters: [ListForm.ifMatch], body: .init(.object(shape)), answers: [one])
    private static let editForm = EndpointForm(
        id: "editProject", tag: .projects,
        summary: Phrase("Изменить проект.", "Changes a project."),
        parameters: [ListForm.ifMatch], body: .patch(shape), answers: [one])
    private static let removeForm = EndpointForm(
        id: "deleteProject", tag: .projects,
        summary: Phrase(
            "Удалить проект, в котором нет устройств.", "Deletes a project without devices."),
        parameters: [ListForm.ifMatch],
        answers: [.empty(Phrase("Проект удалён.", "It is deleted."))])
    private static let membersForm = EndpointForm(
        id: "listMembers", tag: .projects,
        summary: Phrase("Участники проекта.", "Lists the members of a project."),
        answers: [ListForm.whole(member)])
    private static let joinForm = EndpointForm(
        id: "addMember", tag: .projects,
        summary: Phrase("Добавить участника.", "Makes a user a member."),
        answers: [.empty(Phrase("Участник добавлен.", "The user is a member."))])
    private static let leaveForm = EndpointForm(
        id: "removeMember", tag: .projects,
        summary: Phrase("Исключить участника.", "Ends a membership."),
        answers: [.empty(Phrase("Участник исключён.", "The user is no member."))])

    // MARK: Handlers

    @Sendable private static func list(_ call: Call) async throws(Failure) -> Answer {
        .whole(try await visible(call), render)
    }

    @Sendable private static func read(_ call: Call) async throws(Failure) -> Answer {
        let project = try await find(call, in: try await visible(call))
        return .json(.object(render(project))).tagged(project.revision)
    }

    @Sendable private static func add(_ call: Call) async throws(Failure) -> Answer {
        let caller = try call.caller
        let project = decode(call.members, keeping: nil)
        let added = try await call.gate { (gate) throws(AccessError) in
            try await gate.add(project, by: caller)
        }
        return .json(.object(render(added)), status: .created).tagged(added.revision)
            .with("Location", Endpoint.root + "/projects/\(added.id)")
    }

    @Sendable private static func edit(_ call: Call) async throws(Failure) -> Answer {
        let (caller, expected) = (try call.caller, try call.expectedRevision)
        let current = try await find(call, in: try await visible(call))
        let input = try Edit.input(call, shape, current: render(current))
        let wanted = decode(input, keeping: current)
        let stored = try await call.gate { (gate) throws(AccessError) in
            try await gate.update(wanted, expecting: expected ?? current.revision, by: caller)
        }
        return .json(.object(render(stored))).tagged(stored.revision)
    }

    @Sendable private static func remove(_ call: Call) async throws(Failure) -> Answer {
        let (caller, expected) = (try call.caller, try call.expectedRevision)
        let project = try await find(call, in: try await visible(call))
        try await call.gate { (gate) throws(AccessError) in
            try await gate.removeProject(project.id, expecting: expected, by: caller)
        }
        return .empty
    }

    @Sendable private static func members(_ call: Call) async throws(Failure) -> Answer {
        let project = try await find(call, in: try await visible(call))
        let users = try await call.read { (snapshot) throws(StoreError) in
            try snapshot.users(inProject: project.id)
        }
        return .whole(users) { user in
            [
                "id": JSONValue(user.id), "login": .string(user.name),
                "displayName": .string(user.displayName),
            ]
        }
    }

    @Sendable private static func join(_ call: Call) async throws(Failure) -> Answer {
        let (caller, user) = (try call.caller, try call.id(.user))
        let project = try await find(call, in: try await visible(call))
        try await call.gate { (gate) throws(AccessError) in
            try await gate.addMember(user, to: project.id, by: caller)
        }
        return .empty
    }

    @Sendable private static func leave(_ call: Call) async throws(Failure) -> Answer {
        let (caller, user) = (try call.caller, try call.id(.user))
        let project = try await find(call, in: try await visible(call))
        try await call.gate { (gate) throws(AccessError) in
            try await gate.removeMember(user, from: project.id, by: caller)
        }
        return .empty
    }

    /// The projects that the caller may know of: its own, or all.
    private static func visible(_ call: Call) async throws(Failure) -> [Project] {
        let caller = try call.caller
        guard caller.permissions.contains(.readProjects) else { return caller.projects }
        return try await call.read { (snapshot) throws(StoreError) in try snapshot.projects() }
    }

    /// The project that the path names by identifier or name.
    private static func find(
        _ call: Call, in projects: [Project]
    ) async throws(Failure) -> Project {
        let name = call.pathParameters[PathParameter.project.rawValue] ?? ""
        let found = projects.first { $0.id.description == name.lowercased() || $0.name == name }
        guard let found else { throw Failure(.notFound) }
        return found
    }

    // MARK: Rendering

    private static func render(_ project: Project) -> JSONObject {
        [
            "id": JSONValue(project.id), "revision": JSONValue(project.revision),
            "name": .string(project.name), "description": .string(project.description),
            "createdAt": JSONValue(project.created),
        ]
    }

    private static func decode(_ input: Members, keeping current: Project?) -> Project {
        var project =
            current
            ?? Project(
                id: UUID(high: 0, low: 0), name: "", created: Moment(milliseconds: 0))
        project.name = input.text("name")
        project.description = input.text("description")
        return project
    }
}
