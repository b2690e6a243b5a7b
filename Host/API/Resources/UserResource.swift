import Access
import HTTP
import JSON
import Store
import Values

/// Users, for who administers them.
enum UserResource {
    static let endpoints: [Endpoint] = [
        .host(.get, "/users", .permission(.readUsers), listForm, list),
        .host(.post, "/users", .permission(.writeUsers), addForm, add),
        .host(.get, "/users/{user}", .permission(.readUsers), readForm, read),
        .host(.put, "/users/{user}", .permission(.writeUsers), replaceForm, edit),
        .host(.patch, "/users/{user}", .permission(.writeUsers), editForm, edit),
        .host(.delete, "/users/{user}", .permission(.deleteUsers), removeForm, remove),
        .host(
            .post, "/users/{user}/password", .permission(.writeUsers), passwordForm, setPassword),
        .host(
            .get, "/users/{user}/sessions", .permission(.readUsers), sessionsForm, listSessions),
        .host(
            .delete, "/users/{user}/sessions", .permission(.writeUsers), endForm, endSessions),
    ]

    // MARK: Shapes

    private static let password = Field.required(
        "password", .text(1...256),
        Phrase(
            "Пароль: 6–32 символа из a-z A-Z а-я А-Я 0-9 _+-!*@().",
            "The password: 6 to 32 characters of a-z A-Z а-я А-Я 0-9 _+-!*@()."))

    static let shape = ObjectShape(
        "User",
        [
            .id, .revision,
            .required(
                "login", .form(.login),
                Phrase("Имя для входа, без учёта регистра.", "The login name; case is ignored.")),
            Field("displayName", .text(upTo: 200), Phrase("Имя.", "The name for people.")),
            Field("email", .nullable(.form(.email)), Phrase("E-mail.", "The e-mail address.")),
            Field("phone", .nullable(.form(.phone)), Phrase("Телефон.", "The phone number.")),
            Field(
                "enabled", .flag,
                Phrase("Может ли войти; по умолчанию да.", "Whether it may log in; by default yes.")
            ),
            Field("roles", .list(.form(.id), 0...100), Phrase("Роли.", "Identifiers of roles.")),
            Field(
                "projects", .list(.form(.id), 0...10_000),
                Phrase("Проекты.", "Identifiers of the projects that it is a member of.")),
            .output(
                "isBuiltIn", .flag, Phrase("Создан системой.", "Whether the host has made it.")),
            .output(
                "mustChangePassword", .flag,
                Phrase(
                    "Пароль задан не самим пользователем.",
                    "Whether the password is a published one or set by somebody else.")),
            .createdAt,
            .output(
                "lastLoginAt", .nullable(.form(.time)),
                Phrase("Последний вход.", "When it logged in last.")),
        ])

    private static let newShape = ObjectShape("NewUser", shape.inputs + [password])
    private static let passwordShape = ObjectShape("NewPassword", [password])

    // MARK: Forms

    private static let one = EndpointForm.Outcome.json(
        .object(shape), Phrase("Пользователь.", "The user."))

    private static let listForm = EndpointForm(
        id: "listUsers", tag: .users, summary: Phrase("Список пользователей.", "Lists users."),
        answers: [ListForm.whole(shape)])
    private static let addForm = EndpointForm(
        id: "addUser", tag: .users, summary: Phrase("Добавить пользователя.", "Adds a user."),
        body: .init(.object(newShape)),
        answers: [.json(.object(shape), status: 201, Phrase("Добавлен.", "It is added."))])
    private static let readForm = EndpointForm(
        id: "readUser", tag: .users, summary: Phrase("Пользователь.", "Reads a user."),
        answers: [one])
    private static let replaceForm = EndpointForm(
        id: "replaceUser", tag: .users,
        summary: Phrase("Заменить данные пользователя.", "Replaces a user's data."),
        parameters: [ListForm.ifMatch], body: .init(.object(shape)), answers: [one])
    private static let editForm = EndpointForm(
        id: "editUser", tag: .users,
        summary: Phrase("Изменить пользователя.", "Changes a user."),
        parameters: [ListForm.ifMatch], body: .patch(shape), answers: [one])
    private static let removeForm = EndpointForm(
        id: "deleteUser", tag: .users, summary: Phrase("Удалить пользователя.", "Deletes a user."),
        parameters: [ListForm.ifMatch],
        answers: [.empty(Phrase("Пользователь удалён.", "It is deleted."))])
    private static let passwordForm = EndpointForm(
        id: "setPassword", tag: .users,
        summary: Phrase(
            "Задать пароль пользователя; его сеансы завершатся.",
            "Sets a user's password, and ends its sessions."),
        body: .init(.object(passwordShape)),
        answers: [.empty(Phrase("Пароль задан.", "It is set."))])
    private static let sessionsForm = EndpointForm(
        id: "listUserSessions", tag: .users,
        summary: Phrase("Сеансы пользователя.", "Lists a user's sessions."),
        answers: [ListForm.whole(SessionResource.session)])
    private static let endForm = EndpointForm(
        id: "endUserSessions", tag: .users,
        summary: Phrase("Завершить сеансы пользователя.", "Ends a user's sessions."),
        answers: [.empty(Phrase("Сеансы завершены.", "They are over."))])

    private static let references: [Entity: String] = [.role: "roles", .project: "projects"]

    // MARK: Handlers

    @Sendable private static func list(_ call: Call) async throws(Failure) -> Answer {
        let users = try await call.read { (snapshot) throws(StoreError) in try snapshot.users() }
        return .whole(users, render)
    }

    @Sendable private static func read(_ call: Call) async throws(Failure) -> Answer {
        let user = try await find(call)
        return .json(.object(render(user))).tagged(user.revision)
    }

    @Sendable private static func add(_ call: Call) async throws(Failure) -> Answer {
        let caller = try call.caller
        let user = decode(call.members, keeping: nil)
        let added = try await call.gate(references: references) { (gate) throws(AccessError) in
            try await gate.add(user, password: call.members.text("password"), by: caller)
        }
        return .json(.object(render(added)), status: .created).tagged(added.revision)
            .with("Location", Endpoint.root + "/users/\(added.id)")
    }

    @Sendable private static func edit(_ call: Call) async throws(Failure) -> Answer {
        let (caller, expected) = (try call.caller, try call.expectedRevision)
        let current = try await find(call)
        let input = try Edit.input(call, shape, current: render(current))
        let wanted = decode(input, keeping: current)
        let stored = try await call.gate(references: references) { (gate) throws(AccessError) in
            try await gate.update(wanted, expecting: expected ?? current.revision, by: caller)
        }
        return .json(.object(render(stored))).tagged(stored.revision)
    }

    @Sendable private static func remove(_ call: Call) async throws(Failure) -> Answer {
        let (id, caller, expected) = (
            try call.id(.user), try call.caller, try call.expectedRevision
        )
        try await call.gate { (gate) throws(AccessError) in
            try await gate.removeUser(id, expecting: expected, by: caller)
        }
        return .empty
    }

    @Sendable private static func setPassword(_ call: Call) async throws(Failure) -> Answer {
        let (id, caller) = (try call.id(.user), try call.caller)
        try await call.gate { (gate) throws(AccessError) in
            try await gate.setPassword(of: id, to: call.members.text("password"), by: caller)
        }
        return .empty
    }

    @Sendable private static func listSessions(_ call: Call) async throws(Failure) -> Answer {
        let (id, caller) = (try call.id(.user), try call.caller)
        let sessions = try await call.gate { (gate) throws(AccessError) in
            try await gate.sessions(of: id)
        }
        return .whole(sessions) { SessionResource.render($0, current: caller) }
    }

    @Sendable private static func endSessions(_ call: Call) async throws(Failure) -> Answer {
        let (id, caller) = (try call.id(.user), try call.caller)
        try await call.gate { (gate) throws(AccessError) in
            try await gate.endSessions(of: id, by: caller)
        }
        return .empty
    }

    private static func find(_ call: Call) async throws(Failure) -> User {
        let id = try call.id(.user)
        return try await call.read { (snapshot) throws(StoreError) in try snapshot.user(id) }
    }

    // MARK: Rendering

    static func render(_ user: User) -> JSONObject {
        [
            "id": JSONValue(user.id), "revision": JSONValue(user.revision),
            "login": .string(user.name), "displayName": .string(user.displayName),
            "email": JSONValue(orNull: user.email), "phone": JSONValue(orNull: user.phone),
            "enabled": .bool(user.enabled), "roles": .array(user.roles.map { JSONValue($0) }),
            "projects": .array(user.projects.map { JSONValue($0) }),
            "isBuiltIn": .bool(user.isBuiltIn),
            "mustChangePassword": .bool(user.mustChangePassword),
            "createdAt": JSONValue(user.created), "lastLoginAt": JSONValue(user.lastLogin),
        ]
    }

    private static func decode(_ input: Members, keeping current: User?) -> User {
        let none = UUID(high: 0, low: 0)
        var user = current ?? User(id: none, name: "", created: Moment(milliseconds: 0))
        user.name = input.text("login")
        user.displayName = input.text("displayName")
        user.email = input.optionalText("email")
        user.phone = input.optionalText("phone")
        user.enabled = input.flag("enabled", else: true)
        user.roles = input.ids("roles")
        user.projects = input.ids("projects")
        return user
    }
}
