import Access
import HTTP
import JSON
import Store

/// Logging in and out, one's own sessions and one's own password.
enum SessionResource {
    static let endpoints: [Endpoint] = [
        .host(.post, "/sessions", .open, loginForm, logIn),
        .host(.get, "/sessions", .signedIn, listForm, list),
        .host(.delete, "/sessions/{session}", .signedIn, endForm, end),
        .host(.get, "/me", .signedIn, meForm, me),
        .host(.post, "/me/password", .signedIn, passwordForm, changePassword),
    ]

    // MARK: Shapes

    private static let password = Shape.text(1...256)

    private static let credentials = ObjectShape(
        "Credentials",
        [
            .required(
                "login", .text(1...254),
                Phrase(
                    "Имя для входа, e-mail или телефон.", "A login name, e-mail address or phone.")),
            .required("password", password, Phrase("Пароль.", "The password.")),
        ])

    static let account = ObjectShape(
        "Account",
        [
            .id,
            .output("login", .text(upTo: 64), Phrase("Имя для входа.", "The login name.")),
            .output("displayName", .text(upTo: 200), Phrase("Имя.", "The name.")),
            .output("roles", .list(.text(upTo: 200)), Phrase("Роли.", "The roles.")),
            .output(
                "permissions", .list(.text(upTo: 64)), Phrase("Разрешения.", "The permissions.")),
        ])

    private static let place = ObjectShape(
        "AccountProject",
        [.id, .output("name", .text(upTo: 200), Phrase("Имя проекта.", "The project's name."))])

    private static let warning = ObjectShape(
        "Warning",
        [
            .output("code", .text(upTo: 64), Phrase("Код.", "The code.")),
            .output("message", .text(upTo: 500), Phrase("Сообщение.", "The message.")),
        ])

    private static let aboutCaller: [Field] = [
        .output("user", .object(account), Phrase("Пользователь.", "The user.")),
        .output("projects", .list(.object(place)), Phrase("Проекты.", "The projects.")),
        .output("warnings", .list(.object(warning)), Phrase("Предупреждения.", "Warnings.")),
    ]

    private static let login = ObjectShape(
        "Login",
        [
            .output(
                "token", .text(upTo: 100),
                Phrase(
                    "Ключ для заголовка Authorization: Bearer.",
                    "The token for the header Authorization: Bearer.")),
            .output(
                "expiresAt", .form(.time),
                Phrase("Когда сеанс закончится без запросов.", "When the session ends unused.")),
        ] + aboutCaller)

    static let session = ObjectShape(
        "Session",
        [
            .id,
            .output("isCurrent", .flag, Phrase("Этот сеанс.", "Whether it is this one.")),
            .output("address", .text(upTo: 64), Phrase("Адрес.", "The address.")),
            .output(
                "userAgent", .text(upTo: 200),
                Phrase("Программа или Unknown.", "The client's name, or Unknown.")),
            .createdAt,
            .output("lastSeenAt", .form(.time), Phrase("Последний запрос.", "The last request.")),
            .output("expiresAt", .form(.time), Phrase("Окончание.", "When it ends.")),
        ])

    private static let change = ObjectShape(
        "PasswordChange",
        [
            .required("old", password, Phrase("Прежний пароль.", "The old password.")),
            .required(
                "password", password,
                Phrase(
                    "Новый пароль: 6–32 символа, не использовавшийся ранее.",
                    "The new one: 6 to 32 characters, never used before.")),
        ])

    // MARK: Forms

    private static let loginForm = EndpointForm(
        id: "login", tag: .sessions, summary: Phrase("Вход.", "Logs in."),
        body: .init(.object(credentials)),
        answers: [.json(.object(login), status: 201, Phrase("Вход выполнен.", "Logged in."))])

    private static let listForm = EndpointForm(
        id: "listSessions", tag: .sessions,
        summary: Phrase("Собственные сеансы.", "Lists one's own sessions."),
        answers: [ListForm.whole(session)])

    private static let endForm = EndpointForm(
        id: "endSession", tag: .sessions,
        summary: Phrase("Завершить собственный сеанс.", "Ends one of one's own sessions."),
        answers: [.empty(Phrase("Сеанс завершён.", "The session is over."))])

    private static let meForm = EndpointForm(
        id: "readAccount", tag: .sessions,
        summary: Phrase("Кто я и что могу.", "Tells who one is and what one may do."),
        answers: [
            .json(.object(ObjectShape("Me", aboutCaller)), Phrase("Пользователь.", "The user."))
        ])

    private static let passwordForm = EndpointForm(
        id: "changePassword", tag: .sessions,
        summary: Phrase("Сменить собственный пароль.", "Changes one's own password."),
        body: .init(.object(change)),
        answers: [.empty(Phrase("Пароль изменён.", "The password is changed."))])

    // MARK: Handlers

    @Sendable private static func logIn(_ call: Call) async throws(Failure) -> Answer {
        let agent = call.request.headers["user-agent"] ?? ""
        let login = try await call.gate { (gate) throws(AccessError) in
            try await gate.logIn(
                login: call.members.text("login"), password: call.members.text("password"),
                address: call.request.address, userAgent: agent.isEmpty ? "Unknown" : agent)
        }
        var body: JSONObject = [
            "token": .string(login.token), "expiresAt": JSONValue(login.expires),
        ]
        for (name, value) in try await about(login.caller, call) { body[name] = value }
        return .json(.object(body), status: .created)
            .with("Location", Endpoint.root + "/sessions/current")
    }

    @Sendable private static func me(_ call: Call) async throws(Failure) -> Answer {
        .json(.object(try await about(try call.caller, call)))
    }

    @Sendable private static func list(_ call: Call) async throws(Failure) -> Answer {
        let caller = try call.caller
        let sessions = try await call.gate { (gate) throws(AccessError) in
            try await gate.sessions(of: caller.user.id)
        }
        return .whole(sessions) { render($0, current: caller) }
    }

    @Sendable private static func end(_ call: Call) async throws(Failure) -> Answer {
        let caller = try call.caller
        if call.pathParameters[PathParameter.session.rawValue] == "current" {
            try await call.gate { (gate) throws(AccessError) in try await gate.logOut(caller) }
            return .empty
        }
        let id = try call.id(.session)
        try await call.gate { (gate) throws(AccessError) in
            try await gate.endSession(id, of: caller)
        }
        return .empty
    }

    @Sendable private static func changePassword(_ call: Call) async throws(Failure) -> Answer {
        let caller = try call.caller
        try await call.gate { (gate) throws(AccessError) in
            try await gate.changePassword(
                from: call.members.text("old"), to: call.members.text("password"), by: caller)
        }
        return .empty
    }

    // MARK: Rendering

    static func render(_ session: LoginSession, current: Caller) -> JSONObject {
        [
            "id": JSONValue(session.id), "isCurrent": .bool(session.id == current.session),
            "address": .string(session.address), "userAgent": .string(session.userAgent),
            "createdAt": JSONValue(session.created), "lastSeenAt": JSONValue(session.lastSeen),
            "expiresAt": JSONValue(session.expires),
        ]
    }

    private static func about(_ caller: Caller, _ call: Call) async throws(Failure) -> JSONObject {
        let roles = try await call.read { (snapshot) throws(StoreError) in
            try snapshot.roles().filter { caller.user.roles.contains($0.id) }.map(\.name)
        }
        let defaults = try await call.gate { (gate) throws(AccessError) in
            try await gate.defaultPasswords()
        }
        return [
            "user": [
                "id": JSONValue(caller.user.id), "login": .string(caller.user.name),
                "displayName": .string(caller.user.displayName), "roles": JSONValue(texts: roles),
                "permissions": JSONValue(texts: caller.permissions.map(\.symbol).sorted()),
            ],
            "projects": .array(
                caller.projects.map { ["id": JSONValue($0.id), "name": .string($0.name)] }),
            "warnings": .array(warnings(caller, defaults).map { $0.json(in: call.language) }),
        ]
    }

    /// What the caller should know: its own password, and for who manages users, those of others.
    private static func warnings(_ caller: Caller, _ defaults: [String]) -> [Warning] {
        var warnings: [Warning] = []
        if defaults.contains(caller.user.name) {
            warnings.append(
                Warning(
                    code: "default_password",
                    message: Phrase(
                        "Действует пароль по умолчанию, он опубликован. Смените его.",
                        "The published default password is in force. Change it.")))
        } else if caller.user.mustChangePassword {
            warnings.append(
                Warning(
                    code: "password_set_by_other",
                    message: Phrase(
                        "Пароль задан не вами. Смените его.",
                        "Somebody else has set the password. Change it.")))
        }
        let others = defaults.filter { $0 != caller.user.name }
        if caller.permissions.contains(.writeUsers), !others.isEmpty {
            let names = others.joined(separator: ", ")
            warnings.append(
                Warning(
                    code: "default_passwords_of_others",
                    message: Phrase(
                        "Пароль по умолчанию действует у: \(names). Смените или отключите.",
                        "The default password is in force for: \(names). Change or disable.")))
        }
        return warnings
    }

    private struct Warning {
        let code: String
        let message: Phrase

        func json(in language: Language) -> JSONValue {
            ["code": .string(code), "message": .string(message[language])]
        }
    }
}
