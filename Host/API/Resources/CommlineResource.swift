import Access
import HTTP
import JSON
import Plugins
import Store
import Values

/// Communication lines of a project.
enum CommlineResource {
    static let endpoints: [Endpoint] = [
        Endpoint.project(.get, "/commlines", .permission(.readDeviceCommline), listForm, list),
        Endpoint.project(.post, "/commlines", .permission(.writeDeviceCommline), addForm, add),
        Endpoint.project(
            .get, "/commlines/{commline}", .permission(.readDeviceCommline), readForm, read),
        Endpoint.project(
            .put, "/commlines/{commline}", .permission(.writeDeviceCommline), replaceForm, edit),
        Endpoint.project(
            .patch, "/commlines/{commline}", .permission(.writeDeviceCommline), editForm, edit),
        Endpoint.project(
            .delete, "/commlines/{commline}", .permission(.deleteDeviceCommline), removeForm,
            remove),
    ].flatMap { $0 }

    // MARK: Shapes

    private static let shape = ObjectShape(
        "Commline",
        [
            .id, .revision,
            .required(
                "deviceId", .form(.id),
                Phrase("Устройство; не меняется.", "The device; it cannot be changed.")),
            .required("channelId", .form(.id), Phrase("Канал связи.", "The channel.")),
            .required("protocolId", .form(.id), Phrase("Протокол.", "The protocol.")),
            .required(
                "deviceLib", .form(.symbol),
                Phrase("Библиотека устройства, DL_CE_307.", "The device's library, DL_CE_307.")),
            .required(
                "protocolMap", .form(.symbol),
                Phrase(
                    "Карта протокола; вместе с библиотекой задаёт драйвер.",
                    "The protocol's map; with the library it names the driver.")),
            Field(
                "enabled", .flag,
                Phrase("Используется ли; по умолчанию да.", "Whether it is used; by default yes.")),
            Field(
                "address", .text(upTo: 64),
                Phrase(
                    "Адрес на линии; пусто — из протокола.",
                    "The address on the line; empty for the protocol's own.")),
            Field(
                "priority", .integer(0...999),
                Phrase("Первой пробуется линия с большим.", "The highest is tried first.")),
            Field(
                "attempts", .integer(0...1_000),
                Phrase(
                    "Попыток до перехода к следующей линии.",
                    "Attempts before the next line is tried.")),
            .createdAt,
        ])

    private static let columns: [ListColumn<CommlineField>] = [
        ListColumn("deviceId", .device, .id), ListColumn("channelId", .channel, .id),
        ListColumn("protocolId", .protocol, .id), ListColumn("deviceLib", .deviceLib, .text),
        ListColumn("protocolMap", .protocolMap, .text), ListColumn("enabled", .enabled, .flag),
        ListColumn("address", .address, .text), ListColumn("priority", .priority, .integer),
    ]

    private static let references: [Entity: String] = [
        .device: "deviceId", .channel: "channelId", .protocol: "protocolId",
    ]

    // MARK: Forms

    private static let one = EndpointForm.Outcome.json(
        .object(shape), Phrase("Линия.", "The commline."))

    private static let listForm = EndpointForm(
        id: "listCommlines", tag: .commlines,
        summary: Phrase("Список коммуникационных линий.", "Lists communication lines."),
        parameters: ListForm.parameters(columns, shape), answers: [ListForm.answer(shape)])
    private static let addForm = EndpointForm(
        id: "addCommline", tag: .commlines,
        summary: Phrase("Добавить линию.", "Adds a commline."), body: .init(.object(shape)),
        answers: [.json(.object(shape), status: 201, Phrase("Добавлена.", "It is added."))])
    private static let readForm = EndpointForm(
        id: "readCommline", tag: .commlines, summary: Phrase("Линия.", "Reads a commline."),
        answers: [one])
    private static let replaceForm = EndpointForm(
        id: "replaceCommline", tag: .commlines,
        summary: Phrase("Заменить линию.", "Replaces a commline."),
        parameters: [ListForm.ifMatch], body: .init(.object(shape)), answers: [one])
    private static let editForm = EndpointForm(
        id: "editCommline", tag: .commlines,
        summary: Phrase("Изменить линию.", "Changes a commline."),
        parameters: [ListForm.ifMatch], body: .patch(shape), answers: [one])
    private static let removeForm = EndpointForm(
        id: "deleteCommline", tag: .commlines,
        summary: Phrase("Удалить линию.", "Deletes a commline."),
        parameters: [ListForm.ifMatch],
        answers: [.empty(Phrase("Линия удалена.", "It is deleted."))])

    // MARK: Handlers

    @Sendable private static func list(_ call: Call) async throws(Failure) -> Answer {
        let project = try call.project.id
        let request = try ListRequest(call.query, columns: columns, shape: shape)
        let page = try await call.read { (snapshot) throws(StoreError) in
            try snapshot.commlines(in: project, request.query)
        }
        return page.answer(fields: request.fields, render)
    }

    @Sendable private static func read(_ call: Call) async throws(Failure) -> Answer {
        let line = try await find(call)
        return .json(.object(render(line))).tagged(line.revision)
    }

    @Sendable private static func add(_ call: Call) async throws(Failure) -> Answer {
        let (caller, project) = (try call.caller, try call.project)
        let wanted = decode(call.members, keeping: nil)
        try await check(wanted, call)
        let stored = try await call.storing(wanted, references: references) {
            (transaction, wanted) throws(StoreError) in
            var line = wanted
            line.id = transaction.newID()
            line.project = project.id
            line.created = transaction.now
            try transaction.insert(line)
            try note(line, "added", by: caller, transaction)
            return try transaction.commline(line.id)
        }
        return .json(.object(render(stored)), status: .created).tagged(stored.revision)
            .with("Location", call.location("/commlines/\(stored.id)"))
    }

    @Sendable private static func edit(_ call: Call) async throws(Failure) -> Answer {
        let (caller, expected) = (try call.caller, try call.expectedRevision)
        let current = try await find(call)
        let input = try Edit.input(call, shape, current: render(current))
        let wanted = decode(input, keeping: current)
        guard wanted.device == current.device else {
            throw .invalidBody([
                .body(
                    JSONPointer(["deviceId"]),
                    Phrase(
                        "Линия остаётся у своего устройства; добавьте новую.",
                        "A line stays with its device; add another one."))
            ])
        }
        try await check(wanted, call)
        let stored = try await call.storing(wanted, references: references) {
            (transaction, wanted) throws(StoreError) in
            try transaction.update(wanted, expecting: expected ?? current.revision)
            try note(wanted, "updated", by: caller, transaction)
            return try transaction.commline(wanted.id)
        }
        return .json(.object(render(stored))).tagged(stored.revision)
    }

    @Sendable private static func remove(_ call: Call) async throws(Failure) -> Answer {
        let (caller, expected) = (try call.caller, try call.expectedRevision)
        let line = try await find(call)
        try await call.write { (transaction) throws(StoreError) in
            try transaction.deleteCommline(line.id, expecting: expected)
            try note(line, "removed", by: caller, transaction)
        }
        return .empty
    }

    private static func note(
        _ line: Commline, _ what: String, by caller: Caller, _ transaction: Transaction
    ) throws(StoreError) {
        try caller.note(
            .configurationChanged,
            ["commline": .string(line.id.description), "change": .string(what)],
            project: line.project, in: transaction)
    }

    private static func find(_ call: Call) async throws(Failure) -> Commline {
        let (id, project) = (try call.id(.commline), try call.project.id)
        return try await call.read { (snapshot) throws(StoreError) in
            try snapshot.commline(id, in: project)
        }
    }

    /// Refuses a driver that there is not, and a protocol of another type than the driver needs.
    private static func check(_ line: Commline, _ call: Call) async throws(Failure) {
        let catalogue = call.services.catalogue()
        let issue = KnownTypes.issue(
            deviceLib: line.deviceLib, protocolMap: line.protocolMap, catalogue,
            at: (JSONPointer(["deviceLib"]), JSONPointer(["protocolMap"])))
        if let issue { throw .invalidBody([issue]) }
        let project = try call.project.id
        let found: ProtocolProfile
        do throws(StoreError) {
            found = try await call.services.store.read { (snapshot) throws(StoreError) in
                try snapshot.protocolProfile(line.profile, in: project)
            }
        } catch {
            throw Failure(error, references: references)
        }
        let driver = catalogue.driver(deviceLib: line.deviceLib, protocolMap: line.protocolMap)
        guard let needed = driver?.protocolMap.protocolType, needed != found.type else { return }
        throw .invalidBody([
            .body(
                JSONPointer(["protocolId"]),
                Phrase(
                    "Драйвер работает с протоколами типа \(needed), а не \(found.type).",
                    "The driver works with protocols of the type \(needed), not \(found.type)."))
        ])
    }

    // MARK: Rendering

    private static func render(_ line: Commline) -> JSONObject {
        [
            "id": JSONValue(line.id), "revision": JSONValue(line.revision),
            "deviceId": JSONValue(line.device), "channelId": JSONValue(line.channel),
            "protocolId": JSONValue(line.profile), "deviceLib": .string(line.deviceLib),
            "protocolMap": .string(line.protocolMap), "enabled": .bool(line.enabled),
            "address": .string(line.address), "priority": JSONValue(line.priority),
            "attempts": JSONValue(line.attempts), "createdAt": JSONValue(line.created),
        ]
    }

    private static func decode(_ input: Members, keeping current: Commline?) -> Commline {
        let none = UUID(high: 0, low: 0)
        var line =
            current
            ?? Commline(
                id: none, project: none, device: none, channel: none, profile: none,
                deviceLib: "", protocolMap: "", created: Moment(milliseconds: 0))
        line.device = input.id("deviceId")
        line.channel = input.id("channelId")
        line.profile = input.id("protocolId")
        line.deviceLib = input.text("deviceLib")
        line.protocolMap = input.text("protocolMap")
        line.enabled = input.flag("enabled", else: true)
        line.address = input.text("address")
        line.priority = input.integer("priority")
        line.attempts = input.integer("attempts", else: 1)
        return line
    }
}
