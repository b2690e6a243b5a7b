import Access
import HTTP
import JSON
import Store
import Values

/// Roles, and the permissions that they are made of.
enum RoleResource {
    static let endpoints: [Endpoint] = [
        .host(.get, "/permissions", .permission(.readRoles), permissionsForm, permissions),
        .host(.get, "/roles", .permission(.readRoles), listForm, list),
        .host(.post, "/roles", .permission(.writeRoles), addForm, add),
        .host(.get, "/roles/{role}", .permission(.readRoles), readForm, read),
        .host(.put, "/roles/{role}", .permission(.writeRoles), replaceForm, edit),
        .host(.patch, "/roles/{role}", .permission(.writeRoles), editForm, edit),
        .host(.delete, "/roles/{role}", .permission(.deleteRoles), removeForm, remove),
    ]

    // MARK: Shapes

    private static let permission = ObjectShape(
        "Permission",
        [
            .output("symbol", .text(upTo: 64), Phrase("Обозначение.", "The symbol.")),
            .output("description", .text(upTo: 200), Phrase("Описание.", "What it is for.")),
            .output(
                "origin", .choice(["ceHES", "commline"]),
                Phrase("Откуда разрешение.", "Whether the manual has it or it is ours.")),
        ])

    private static let shape = ObjectShape(
        "Role",
        [
            .id, .revision,
            .required("name", .text(1...200), Phrase("Наименование.", "The unique name.")),
            Field("description", .text(upTo: 1_000), Phrase("Описание.", "What it is for.")),
            .required(
                "permissions", .list(.choice(Permission.allCases.map(\.symbol)), 0...1_000),
                Phrase("Разрешения.", "Symbols of permissions.")),
            .output("isBuiltIn", .flag, Phrase("Встроенная.", "Whether the host has made it.")),
        ])

    // MARK: Forms

    private static let one = EndpointForm.Outcome.json(.object(shape), Phrase("Роль.", "The role."))

    private static let permissionsForm = EndpointForm(
        id: "listPermissions", tag: .roles,
        summary: Phrase("Все разрешения.", "Lists all permissions."),
        answers: [ListForm.whole(permission)])
    private static let listForm = EndpointForm(
        id: "listRoles", tag: .roles, summary: Phrase("Список ролей.", "Lists roles."),
        answers: [ListForm.whole(shape)])
    private static let addForm = EndpointForm(
        id: "addRole", tag: .roles, summary: Phrase("Добавить роль.", "Adds a role."),
        body: .init(.object(shape)),
        answers: [.json(.object(shape), status: 201, Phrase("Добавлена.", "It is added."))])
    private static let readForm = EndpointForm(
        id: "readRole", tag: .roles, summary: Phrase("Роль.", "Reads a role."), answers: [one])
    private static let replaceForm = EndpointForm(
        id: "replaceRole", tag: .roles, summary: Phrase("Заменить роль.", "Replaces a role."),
        parameters: [ListForm.ifMatch], body: .init(.object(shape)), answers: [one])
    private static let editForm = EndpointForm(
        id: "editRole", tag: .roles, summary: Phrase("Изменить роль.", "Changes a role."),
        parameters: [ListForm.ifMatch], body: .patch(shape), answers: [one])
    private static let removeForm = EndpointForm(
        id: "deleteRole", tag: .roles,
        summary: Phrase(
            "Удалить роль, которой ни у кого нет.", "Deletes a role that nobody has."),
        parameters: [ListForm.ifMatch],
        answers: [.empty(Phrase("Роль удалена.", "It is deleted."))])

    // MARK: Handlers

    @Sendable private static func permissions(_ call: Call) async throws(Failure) -> Answer {
        let language = call.language
        return .whole(Permission.allCases) { permission in
            [
                "symbol": .string(permission.symbol),
                "description": .string(permission.label[language]),
                "origin": permission.isOurs ? "commline" : "ceHES",
            ]
        }
    }

    @Sendable private static func list(_ call: Call) async throws(Failure) -> Answer {
        let roles = try await call.read { (snapshot) throws(StoreError) in try snapshot.roles() }
        return .whole(roles, render)
    }

    @Sendable private static func read(_ call: Call) async throws(Failure) -> Answer {
        let role = try await find(call)
        return .json(.object(render(role))).tagged(role.revision)
    }

    @Sendable private static func add(_ call: Call) async throws(Failure) -> Answer {
        let caller = try call.caller
        let role = decode(call.members, keeping: nil)
        let added = try await call.gate { (gate) throws(AccessError) in
            try await gate.add(role, by: caller)
        }
        return .json(.object(render(added)), status: .created).tagged(added.revision)
            .with("Location", Endpoint.root + "/roles/\(added.id)")
    }

    @Sendable private static func edit(_ call: Call) async throws(Failure) -> Answer {
        let (caller, expected) = (try call.caller, try call.expectedRevision)
        let current = try await find(call)
        let input = try Edit.input(call, shape, current: render(current))
        let wanted = decode(input, keeping: current)
        let stored = try await call.gate { (gate) throws(AccessError) in
            try await gate.update(wanted, expecting: expected ?? current.revision, by: caller)
        }
        return .json(.object(render(stored))).tagged(stored.revision)
    }

    @Sendable private static func remove(_ call: Call) async throws(Failure) -> Answer {
        let (id, caller, expected) = (
            try call.id(.role), try call.caller, try call.expectedRevision
        )
        try await call.gate { (gate) throws(AccessError) in
            try await gate.removeRole(id, expecting: expected, by: caller)
        }
        return .empty
    }

    private static func find(_ call: Call) async throws(Failure) -> Role {
        let id = try call.id(.role)
        return try await call.read { (snapshot) throws(StoreError) in try snapshot.role(id) }
    }

    // MARK: Rendering

    private static func render(_ role: Role) -> JSONObject {
        [
            "id": JSONValue(role.id), "revision": JSONValue(role.revision),
            "name": .string(role.name), "description": .string(role.description),
            "permissions": JSONValue(texts: role.permissions),
            "isBuiltIn": .bool(role.isBuiltIn),
        ]
    }

    private static func decode(_ input: Members, keeping current: Role?) -> Role {
        var role = current ?? Role(id: UUID(high: 0, low: 0), name: "", permissions: [])
        role.name = input.text("name")
        role.description = input.text("description")
        role.permissions = Set(input.texts("permissions")).sorted()
        return role
    }
}
