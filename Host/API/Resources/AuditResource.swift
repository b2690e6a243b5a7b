import Access
import HTTP
import JSON
import Store
import Values

/// The two books of events: what happened to devices, and who did what to the host.
enum AuditResource {
    static let endpoints: [Endpoint] = [
        .host(
            .get, "/audit/general", .permission(.readLogsCommon),
            form("listGeneralEvents", "Общие события.", "Lists general events."), listGeneral),
        .host(
            .get, "/audit/security", .permission(.readLogsSecure),
            form("listSecurityEvents", "События безопасности.", "Lists security events."),
            listSecurity),
    ]

    private static let shape = ObjectShape(
        "AuditEntry",
        [
            .id,
            .output("symbol", .text(upTo: 64), Phrase("Что произошло.", "What happened.")),
            .output("time", .form(.time), Phrase("Когда.", "When.")),
            .output("actor", .text(upTo: 200), Phrase("Кто.", "Who did it.")),
            .output("userId", .nullable(.form(.id)), Phrase("Пользователь.", "The user.")),
            .output("address", .text(upTo: 64), Phrase("Откуда.", "From where.")),
            .output("projectId", .nullable(.form(.id)), Phrase("Проект.", "The project.")),
            .output(
                "parameters", .anything(Phrase("Параметры.", "Names and values.")),
                Phrase("Параметры.", "Names and values.")),
        ])

    private static let columns: [ListColumn<AuditField>] = [
        ListColumn("symbol", .symbol, .text), ListColumn("actor", .actor, .text),
        ListColumn("userId", .user, .id), ListColumn("address", .address, .text),
        ListColumn("projectId", .project, .id), ListColumn("time", .at, .time),
    ]

    private static func form(_ id: String, _ ru: String, _ en: String) -> EndpointForm {
        EndpointForm(
            id: id, tag: .audit, summary: Phrase(ru, en),
            parameters: ListForm.parameters(columns, shape), answers: [ListForm.answer(shape)])
    }

    /// General events tell of things in projects: callers see those of their own, and the host's.
    @Sendable private static func listGeneral(_ call: Call) async throws(Failure) -> Answer {
        let own = try call.caller.projects.map { FieldValue.id($0.id) }
        return try await list(
            .general, call, within: [Condition(.project, oneOf: own + [.null])])
    }

    /// Security events tell of the whole host.
    @Sendable private static func listSecurity(_ call: Call) async throws(Failure) -> Answer {
        try await list(.security, call, within: [])
    }

    private static func list(
        _ category: AuditCategory, _ call: Call, within scope: [Condition<AuditField>]
    ) async throws(Failure) -> Answer {
        let request = try ListRequest(
            call.query, columns: columns, shape: shape, order: .newestFirst)
        let page = try await call.read { (snapshot) throws(StoreError) in
            var query = request.query
            query.conditions += scope
            return try snapshot.audit(category, query)
        }
        return page.answer(fields: request.fields, render)
    }

    private static func render(_ entry: AuditEntry) -> JSONObject {
        [
            "id": JSONValue(entry.id), "symbol": .string(entry.symbol),
            "time": JSONValue(entry.at), "actor": .string(entry.actor),
            "userId": JSONValue(entry.user), "address": .string(entry.address),
            "projectId": JSONValue(entry.project), "parameters": entry.parameters,
        ]
    }
}
