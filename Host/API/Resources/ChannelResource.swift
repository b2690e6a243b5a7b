import Access
import HTTP
import JSON
import Store
import Values

/// Channels of a project.
enum ChannelResource {
    static let endpoints: [Endpoint] = [
        Endpoint.project(.get, "/channels", .permission(.readChannelSettings), listForm, list),
        Endpoint.project(.post, "/channels", .permission(.writeChannelSettings), addForm, add),
        Endpoint.project(
            .get, "/channels/{channel}", .permission(.readChannelSettings), readForm, read),
        Endpoint.project(
            .put, "/channels/{channel}", .permission(.writeChannelSettings), replaceForm, edit),
        Endpoint.project(
            .patch, "/channels/{channel}", .permission(.writeChannelSettings), editForm, edit),
        Endpoint.project(
            .delete, "/channels/{channel}", .permission(.deleteChannelSettings), removeForm,
            remove),
    ].flatMap { $0 }

    // MARK: Shapes

    private static let shape = ObjectShape(
        "Channel",
        [
            .id, .revision,
            .required("name", .text(1...200), Phrase("Наименование.", "The name.")),
            .required(
                "type", .form(.symbol), Phrase("Тип, например CHAN_TYPE_TCP.", "As CHAN_TYPE_TCP.")
            ),
            Field(
                "isExclusive", .flag,
                Phrase("Монопольный доступ.", "Whether one session at a time may use it.")),
            SettingsForm.field, .createdAt,
        ])

    private static let columns: [ListColumn<ChannelField>] = [
        ListColumn("name", .name, .text), ListColumn("type", .type, .text),
        ListColumn("isExclusive", .isExclusive, .flag), ListColumn("createdAt", .created, .time),
    ]

    // MARK: Forms

    private static let one = EndpointForm.Outcome.json(
        .object(shape), Phrase("Канал связи.", "The channel."))

    private static let listForm = EndpointForm(
        id: "listChannels", tag: .channels,
        summary: Phrase("Список каналов связи.", "Lists channels."),
        parameters: ListForm.parameters(columns, shape), answers: [ListForm.answer(shape)])
    private static let addForm = EndpointForm(
        id: "addChannel", tag: .channels,
        summary: Phrase("Добавить канал связи.", "Adds a channel."), body: .init(.object(shape)),
        answers: [.json(.object(shape), status: 201, Phrase("Добавлен.", "It is added."))])
    private static let readForm = EndpointForm(
        id: "readChannel", tag: .channels, summary: Phrase("Канал связи.", "Reads a channel."),
        answers: [one])
    private static let replaceForm = EndpointForm(
        id: "replaceChannel", tag: .channels,
        summary: Phrase("Заменить канал связи.", "Replaces a channel."),
        parameters: [ListForm.ifMatch], body: .init(.object(shape)), answers: [one])
    private static let editForm = EndpointForm(
        id: "editChannel", tag: .channels,
        summary: Phrase("Изменить канал связи.", "Changes a channel."),
        parameters: [ListForm.ifMatch], body: .patch(shape), answers: [one])
    private static let removeForm = EndpointForm(
        id: "deleteChannel", tag: .channels,
        summary: Phrase("Удалить канал, если им не пользуются.", "Deletes an unused channel."),
        parameters: [ListForm.ifMatch],
        answers: [.empty(Phrase("Канал удалён.", "It is deleted."))])

    // MARK: Handlers

    @Sendable private static func list(_ call: Call) async throws(Failure) -> Answer {
        let project = try call.project.id
        let request = try ListRequest(call.query, columns: columns, shape: shape)
        let page = try await call.read { (snapshot) throws(StoreError) in
            try snapshot.channels(in: project, request.query)
        }
        let forms = SettingsForm(call.services.catalogue())
        return page.answer(fields: request.fields) { render($0, forms) }
    }

    @Sendable private static func read(_ call: Call) async throws(Failure) -> Answer {
        let channel = try await find(call)
        return answer(channel, call)
    }

    @Sendable private static func add(_ call: Call) async throws(Failure) -> Answer {
        let (caller, project) = (try call.caller, try call.project)
        let wanted = try decode(call.members, keeping: nil, SettingsForm(call.services.catalogue()))
        let stored = try await call.storing(wanted) { (transaction, wanted) throws(StoreError) in
            var channel = wanted
            channel.id = transaction.newID()
            channel.project = project.id
            channel.created = transaction.now
            try transaction.insert(channel)
            try note(channel, "added", by: caller, transaction)
            return try transaction.channel(channel.id)
        }
        return answer(stored, call, status: .created)
            .with("Location", call.location("/channels/\(stored.id)"))
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
            return try transaction.channel(wanted.id)
        }
        return answer(stored, call)
    }

    @Sendable private static func remove(_ call: Call) async throws(Failure) -> Answer {
        let (caller, expected) = (try call.caller, try call.expectedRevision)
        let channel = try await find(call)
        try await call.write { (transaction) throws(StoreError) in
            try transaction.deleteChannel(channel.id, expecting: expected)
            try note(channel, "removed", by: caller, transaction)
        }
        return .empty
    }

    private static func note(
        _ channel: Channel, _ what: String, by caller: Caller, _ transaction: Transaction
    ) throws(StoreError) {
        try caller.note(
            .configurationChanged,
            ["channel": .string(channel.name), "change": .string(what)], project: channel.project,
            in: transaction)
    }

    private static func find(_ call: Call) async throws(Failure) -> Channel {
        let (id, project) = (try call.id(.channel), try call.project.id)
        return try await call.read { (snapshot) throws(StoreError) in
            try snapshot.channel(id, in: project)
        }
    }

    // MARK: Rendering

    private static func answer(
        _ channel: Channel, _ call: Call, status: HTTPStatus = .ok
    ) -> Answer {
        .json(.object(render(channel, SettingsForm(call.services.catalogue()))), status: status)
            .tagged(channel.revision)
    }

    private static func render(_ channel: Channel, _ forms: SettingsForm) -> JSONObject {
        [
            "id": JSONValue(channel.id), "revision": JSONValue(channel.revision),
            "name": .string(channel.name), "type": .string(channel.type),
            "isExclusive": .bool(channel.isExclusive),
            "settings": .object(forms.shown(channel.settings, ofChannel: channel.type)),
            "createdAt": JSONValue(channel.created),
        ]
    }

    private static func decode(
        _ input: Members, keeping current: Channel?, _ forms: SettingsForm
    ) throws(Failure) -> Channel {
        let none = UUID(high: 0, low: 0)
        var channel =
            current
            ?? Channel(
                id: none, project: none, name: "", type: "", isExclusive: false,
                settings: SettingsText("{}"), created: Moment(milliseconds: 0))
        channel.name = input.text("name")
        channel.type = input.text("type")
        channel.isExclusive = input.flag("isExclusive")
        channel.settings = try forms.read(
            input.members("settings").object, ofChannel: channel.type,
            keeping: current?.type == channel.type ? current?.settings : nil)
        return channel
    }
}
