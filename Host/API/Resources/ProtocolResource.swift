import Access
import HTTP
import JSON
import Store
import Values

/// Protocols of a project: named sets of protocol settings.
enum ProtocolResource {
    static let endpoints: [Endpoint] = [
        Endpoint.project(.get, "/protocols", .permission(.readProtocolSettings), listForm, list),
        Endpoint.project(.post, "/protocols", .permission(.writeProtocolSettings), addForm, add),
        Endpoint.project(
            .get, "/protocols/{protocol}", .permission(.readProtocolSettings), readForm, read),
        Endpoint.project(
            .put, "/protocols/{protocol}", .permission(.writeProtocolSettings), replaceForm, edit),
        Endpoint.project(
            .patch, "/protocols/{protocol}", .permission(.writeProtocolSettings), editForm, edit),
        Endpoint.project(
            .delete, "/protocols/{protocol}", .permission(.deleteProtocolSettings), removeForm,
            remove),
    ].flatMap { $0 }

    // MARK: Shapes

    private static let shape = ObjectShape(
        "Protocol",
        [
            .id, .revision,
            .required("name", .text(1...200), Phrase("Наименование.", "The name.")),
            .required(
                "type", .form(.symbol), Phrase("Тип, например PROTO_DLMS.", "As PROTO_DLMS.")),
            SettingsForm.field, .createdAt,
        ])

    private static let columns: [ListColumn<ProtocolField>] = [
        ListColumn("name", .name, .text), ListColumn("type", .type, .text),
        ListColumn("createdAt", .created, .time),
    ]

    // MARK: Forms

    private static let one = EndpointForm.Outcome.json(
        .object(shape), Phrase("Протокол.", "The protocol."))

    private static let listForm = EndpointForm(
        id: "listProtocols", tag: .protocols,
        summary: Phrase("Список протоколов.", "Lists protocols."),
        parameters: ListForm.parameters(columns, shape), answers: [ListForm.answer(shape)])
    private static let addForm = EndpointForm(
        id: "addProtocol", tag: .protocols,
        summary: Phrase("Добавить протокол.", "Adds a protocol."), body: .init(.object(shape)),
        answers: [.json(.object(shape), status: 201, Phrase("Добавлен.", "It is added."))])
    private static let readForm = EndpointForm(
        id: "readProtocol", tag: .protocols, summary: Phrase("Протокол.", "Reads a protocol."),
        answers: [one])
    private static let replaceForm = EndpointForm(
        id: "replaceProtocol", tag: .protocols,
        summary: Phrase("Заменить протокол.", "Replaces a protocol."),
        parameters: [ListForm.ifMatch], body: .init(.object(shape)), answers: [one])
    private static let editForm = EndpointForm(
        id: "editProtocol", tag: .protocols,
        summary: Phrase("Изменить протокол.", "Changes a protocol."),
        parameters: [ListForm.ifMatch], body: .patch(shape), answers: [one])
    private static let removeForm = EndpointForm(
        id: "deleteProtocol", tag: .protocols,
        summary: Phrase("Удалить протокол, если им не пользуются.", "Deletes an unused protocol."),
        parameters: [ListForm.ifMatch],
        answers: [.empty(Phrase("Протокол удалён.", "It is deleted."))])

    // MARK: Handlers

    @Sendable private static func list(_ call: Call) async throws(Failure) -> Answer {
        let project = try call.project.id
        let request = try ListRequest(call.query, columns: columns, shape: shape)
        let page = try await call.read { (snapshot) throws(StoreError) in
            try snapshot.protocols(in: project, request.query)
        }
        let forms = SettingsForm(call.services.catalogue())
        return page.answer(fields: request.fields) { render($0, forms) }
    }

    @Sendable private static func read(_ call: Call) async throws(Failure) -> Answer {
        let profile = try await find(call)
        return answer(profile, call)
    }

    @Sendable private static func add(_ call: Call) async throws(Failure) -> Answer {
        let (caller, project) = (try call.caller, try call.project)
        let wanted = try decode(call.members, keeping: nil, SettingsForm(call.services.catalogue()))
        let stored = try await call.storing(wanted) { (transaction, wanted) throws(StoreError) in
            var profile = wanted
            profile.id = transaction.newID()
            profile.project = project.id
            profile.created = transaction.now
            try transaction.insert(profile)
            try note(profile, "added", by: caller, transaction)
            return try transaction.protocolProfile(profile.id)
        }
        return answer(stored, call, status: .created)
            .with("Location", call.location("/protocols/\(stored.id)"))
    }

    @Sendable private static func edit(_ call: Call) async throws(Failure) -> Answer {
        let (caller, expected) = (try call.caller, try call.expectedRevision)
        let current = try await find(call)
        let forms = SettingsForm(call.services.catalogue())
        let input = try Edit.input(call, shape, current: render(current, forms))
        let wanted = try decode(input, keeping: current, forms)
        let stored = try await call.storing(wanted) { (transaction, wanted) throws(StoreError) in
            try transaction.update(wanted, expecting: expected ?? current.revision)
            try note(wanted, "updated", by: caller, transaction)
            return try transaction.protocolProfile(wanted.id)
        }
        return answer(stored, call)
    }

    @Sendable private static func remove(_ call: Call) async throws(Failure) -> Answer {
        let (caller, expected) = (try call.caller, try call.expectedRevision)
        let profile = try await find(call)
        try await call.write { (transaction) throws(StoreError) in
            try transaction.deleteProtocol(profile.id, expecting: expected)
            try note(profile, "removed", by: caller, transaction)
        }
        return .empty
    }

    private static func note(
        _ profile: ProtocolProfile, _ what: String, by caller: Caller, _ transaction: Transaction
    ) throws(StoreError) {
        try caller.note(
            .configurationChanged,
            ["protocol": .string(profile.name), "change": .string(what)], project: profile.project,
            in: transaction)
    }

    private static func find(_ call: Call) async throws(Failure) -> ProtocolProfile {
        let (id, project) = (try call.id(.protocol), try call.project.id)
        return try await call.read { (snapshot) throws(StoreError) in
            try snapshot.protocolProfile(id, in: project)
        }
    }

    // MARK: Rendering

    private static func answer(
        _ profile: ProtocolProfile, _ call: Call, status: HTTPStatus = .ok
    ) -> Answer {
        .json(.object(render(profile, SettingsForm(call.services.catalogue()))), status: status)
            .tagged(profile.revision)
    }

    private static func render(_ profile: ProtocolProfile, _ forms: SettingsForm) -> JSONObject {
        [
            "id": JSONValue(profile.id), "revision": JSONValue(profile.revision),
            "name": .string(profile.name), "type": .string(profile.type),
            "settings": .object(forms.shown(profile.settings, ofProtocol: profile.type)),
            "createdAt": JSONValue(profile.created),
        ]
    }

    private static func decode(
        _ input: Members, keeping current: ProtocolProfile?, _ forms: SettingsForm
    ) throws(Failure) -> ProtocolProfile {
        let none = UUID(high: 0, low: 0)
        var profile =
            current
            ?? ProtocolProfile(
                id: none, project: none, name: "", type: "", settings: SettingsText("{}"),
                created: Moment(milliseconds: 0))
        profile.name = input.text("name")
        profile.type = input.text("type")
        profile.settings = try forms.read(
            input.members("settings").object, ofProtocol: profile.type,
            keeping: current?.type == profile.type ? current?.settings : nil)
        return profile
    }
}
