import Access
import HTTP
import JSON
import Store
import Values

/// Long-lived tokens with which a machine acts as the one who made them.
enum TokenResource {
    static let endpoints: [Endpoint] = [
        .host(.get, "/tokens", .permission(.writeTokens), listForm, list),
        .host(.post, "/tokens", .permission(.writeTokens), addForm, add),
        .host(.delete, "/tokens/{token}", .permission(.writeTokens), removeForm, remove),
    ]

    private static let shape = ObjectShape(
        "Token",
        [
            .id,
            .required("name", .text(1...200), Phrase("Для чего ключ.", "What it is for.")),
            Field(
                "expiresAt", .nullable(.form(.time)),
                Phrase("Срок действия; null — бессрочно.", "When it ends; null for never.")),
            .createdAt,
            .output(
                "lastUsedAt", .nullable(.form(.time)),
                Phrase("Последнее использование.", "When it was used last.")),
        ])

    private static let shown = ObjectShape(
        "NewToken",
        shape.fields + [
            .output(
                "token", .text(upTo: 100),
                Phrase("Сам ключ: показывается один раз.", "The token itself, told once."))
        ])

    private static let listForm = EndpointForm(
        id: "listTokens", tag: .sessions,
        summary: Phrase("Собственные ключи доступа.", "Lists one's own API tokens."),
        answers: [ListForm.whole(shape)])

    private static let addForm = EndpointForm(
        id: "addToken", tag: .sessions,
        summary: Phrase("Создать ключ доступа.", "Makes an API token."),
        body: .init(.object(shape)),
        answers: [.json(.object(shown), status: 201, Phrase("Ключ создан.", "It is made."))])

    private static let removeForm = EndpointForm(
        id: "deleteToken", tag: .sessions,
        summary: Phrase("Удалить ключ доступа.", "Deletes an API token."),
        answers: [.empty(Phrase("Ключ удалён.", "It is deleted."))])

    @Sendable private static func list(_ call: Call) async throws(Failure) -> Answer {
        let user = try call.caller.user.id
        let tokens = try await call.gate { (gate) throws(AccessError) in
            try await gate.tokens(of: user)
        }
        return .whole(tokens, render)
    }

    @Sendable private static func add(_ call: Call) async throws(Failure) -> Answer {
        let caller = try call.caller
        let expires = call.members.optionalText("expiresAt").flatMap { Timestamp(rfc3339: $0) }
        let made = try await call.gate { (gate) throws(AccessError) in
            try await gate.addToken(
                name: call.members.text("name"),
                expires: expires.map { Moment(milliseconds: $0.milliseconds) }, by: caller)
        }
        var body = render(made.token)
        body["token"] = .string(made.text)
        return .json(.object(body), status: .created)
    }

    @Sendable private static func remove(_ call: Call) async throws(Failure) -> Answer {
        let (id, caller) = (try call.id(.token), try call.caller)
        try await call.gate { (gate) throws(AccessError) in
            try await gate.removeToken(id, by: caller)
        }
        return .empty
    }

    private static func render(_ token: APIToken) -> JSONObject {
        [
            "id": JSONValue(token.id), "name": .string(token.name),
            "expiresAt": JSONValue(token.expires), "createdAt": JSONValue(token.created),
            "lastUsedAt": JSONValue(token.lastUsed),
        ]
    }
}
