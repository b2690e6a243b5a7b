import Access
import HTTP
import JSON
import Store
import Values

/// Devices of a project.
enum DeviceResource {
    static let endpoints: [Endpoint] = [
        Endpoint.project(.get, "/devices", .permission(.readDevices), listForm, list),
        Endpoint.project(.post, "/devices", .permission(.writeDevices), addForm, add),
        Endpoint.project(.post, "/devices/bulk", .permission(.writeDevices), bulkForm, addMany),
        Endpoint.project(.get, "/devices/{device}", .permission(.readDevices), readForm, read),
        Endpoint.project(.put, "/devices/{device}", .permission(.writeDevices), replaceForm, edit),
        Endpoint.project(.patch, "/devices/{device}", .permission(.writeDevices), editForm, edit),
        Endpoint.project(
            .delete, "/devices/{device}", .permission(.deleteDevices), removeForm, remove),
    ].flatMap { $0 }

    private static let shape = DeviceCard.shape

    // MARK: Shapes

    private static let bulk = ObjectShape(
        "DeviceBulk",
        [
            .required(
                "serialNumbers", .list(.text(1...64), 1...1_000),
                Phrase("Серийные номера.", "The serial numbers.")),
            .required(
                "card", .object(ObjectShape("DeviceCard", cardFields)),
                Phrase("Общие данные всех устройств.", "What all of them have in common.")),
        ])

    private static let cardFields = shape.fields.filter { $0.name != "serialNumber" }

    private static let bulkResult = ObjectShape(
        "DeviceBulkResult",
        [
            .output(
                "items",
                .list(
                    .object(
                        ObjectShape(
                            "DeviceBulkItem",
                            [
                                .output(
                                    "serialNumber", .text(upTo: 64),
                                    Phrase("Серийный номер.", "The serial number.")),
                                .output(
                                    "id", .nullable(.form(.id)),
                                    Phrase("Устройство.", "The device, if it was added.")),
                                .output(
                                    "code", .nullable(.text(upTo: 64)),
                                    Phrase("Почему не добавлено.", "Why it was not added.")),
                            ]))),
                Phrase("Итог по каждому номеру.", "What became of each number."))
        ])

    // MARK: Forms

    private static let one = EndpointForm.Outcome.json(
        .object(shape), Phrase("Устройство.", "The device."))

    private static let listForm = EndpointForm(
        id: "listDevices", tag: .devices, summary: Phrase("Список устройств.", "Lists devices."),
        parameters: ListForm.parameters(DeviceCard.columns, shape),
        answers: [ListForm.answer(shape)])
    private static let addForm = EndpointForm(
        id: "addDevice", tag: .devices, summary: Phrase("Добавить устройство.", "Adds a device."),
        body: .init(.object(shape)),
        answers: [.json(.object(shape), status: 201, Phrase("Добавлено.", "It is added."))])
    private static let bulkForm = EndpointForm(
        id: "addDevices", tag: .devices,
        summary: Phrase(
            "Добавить устройства по списку серийных номеров.",
            "Adds devices from a list of serial numbers."),
        body: .init(.object(bulk)),
        answers: [
            .json(
                .object(bulkResult), status: 207,
                Phrase("Итог по каждому номеру.", "What became of each number."))
        ])
    private static let readForm = EndpointForm(
        id: "readDevice", tag: .devices, summary: Phrase("Устройство.", "Reads a device."),
        answers: [one])
    private static let replaceForm = EndpointForm(
        id: "replaceDevice", tag: .devices,
        summary: Phrase("Заменить карточку устройства.", "Replaces a device's card."),
        parameters: [ListForm.ifMatch], body: .init(.object(shape)), answers: [one])
    private static let editForm = EndpointForm(
        id: "editDevice", tag: .devices,
        summary: Phrase("Изменить карточку устройства.", "Changes a device's card."),
        parameters: [ListForm.ifMatch], body: .patch(shape), answers: [one])
    private static let removeForm = EndpointForm(
        id: "deleteDevice", tag: .devices,
        summary: Phrase(
            "Удалить устройство с его линиями; данные останутся.",
            "Deletes a device with its lines; its records stay."),
        parameters: [ListForm.ifMatch],
        answers: [.empty(Phrase("Устройство удалено.", "It is deleted."))])

    // MARK: Handlers

    @Sendable private static func list(_ call: Call) async throws(Failure) -> Answer {
        let project = try call.project.id
        let request = try ListRequest(call.query, columns: DeviceCard.columns, shape: shape)
        let page = try await call.read { (snapshot) throws(StoreError) in
            try snapshot.devices(in: project, request.query)
        }
        return page.answer(fields: request.fields, DeviceCard.render)
    }

    @Sendable private static func read(_ call: Call) async throws(Failure) -> Answer {
        let device = try await find(call)
        return .json(.object(DeviceCard.render(device))).tagged(device.revision)
    }

    @Sendable private static func add(_ call: Call) async throws(Failure) -> Answer {
        let (caller, project) = (try call.caller, try call.project)
        let wanted = try DeviceCard.decode(call.members, keeping: nil, call.services.catalogue())
        let joinsDefault = !call.members.has("groupId")
        let stored = try await call.storing(wanted, references: DeviceCard.references) {
            (transaction, wanted) throws(StoreError) in
            try insert(wanted, in: project, joinsDefault: joinsDefault, by: caller, transaction)
        }
        return .json(.object(DeviceCard.render(stored)), status: .created)
            .tagged(stored.revision)
            .with("Location", call.location("/devices/\(stored.id)"))
    }

    /// Adds each number in a change of its own, so that one that cannot be added stops no other.
    @Sendable private static func addMany(_ call: Call) async throws(Failure) -> Answer {
        let (caller, project) = (try call.caller, try call.project)
        let card = call.members.members("card")
        let joinsDefault = !card.has("groupId")
        var items: [JSONValue] = []
        for serial in call.members.texts("serialNumbers") {
            var one = card.object
            one["serialNumber"] = .string(serial)
            let wanted = try DeviceCard.decode(
                Members(one), keeping: nil, call.services.catalogue())
            do throws(Failure) {
                let stored = try await call.storing(wanted, references: DeviceCard.references) {
                    (transaction, wanted) throws(StoreError) in
                    let twins = try transaction.devices(in: project.id, serialNumber: serial)
                    guard twins.isEmpty else {
                        throw .alreadyExists(.device, field: "serialNumber")
                    }
                    return try insert(
                        wanted, in: project, joinsDefault: joinsDefault, by: caller, transaction)
                }
                items.append(
                    ["serialNumber": .string(serial), "id": JSONValue(stored.id), "code": .null])
            } catch {
                items.append([
                    "serialNumber": .string(serial), "id": .null,
                    "code": .string(error.code.rawValue),
                ])
            }
        }
        return .json(["items": .array(items)], status: .multiStatus)
    }

    private static func insert(
        _ wanted: Device, in project: Project, joinsDefault: Bool, by caller: Caller,
        _ transaction: Transaction
    ) throws(StoreError) -> Device {
        var device = wanted
        device.id = transaction.newID()
        device.project = project.id
        device.added = transaction.now
        device.source = .byHand
        if joinsDefault { device.group = try transaction.defaultGroup(in: project.id)?.id }
        try transaction.insert(device)
        try caller.note(
            .deviceAdded,
            [
                "device": .string(device.id.description),
                "serialNumber": .string(device.serialNumber),
            ], project: project.id, in: transaction)
        return try transaction.device(device.id)
    }

    @Sendable private static func edit(_ call: Call) async throws(Failure) -> Answer {
        let (caller, expected) = (try call.caller, try call.expectedRevision)
        let current = try await find(call)
        let input = try Edit.input(call, shape, current: DeviceCard.render(current))
        let wanted = try DeviceCard.decode(input, keeping: current, call.services.catalogue())
        let stored = try await call.storing(wanted, references: DeviceCard.references) {
            (transaction, wanted) throws(StoreError) in
            try transaction.update(wanted, expecting: expected ?? current.revision)
            try caller.note(
                .deviceUpdated,
                [
                    "device": .string(wanted.id.description),
                    "serialNumber": .string(wanted.serialNumber),
                ], project: wanted.project, in: transaction)
            return try transaction.device(wanted.id)
        }
        return .json(.object(DeviceCard.render(stored))).tagged(stored.revision)
    }

    @Sendable private static func remove(_ call: Call) async throws(Failure) -> Answer {
        let (caller, expected) = (try call.caller, try call.expectedRevision)
        let device = try await find(call)
        try await call.write { (transaction) throws(StoreError) in
            try transaction.deleteDevice(device.id, expecting: expected)
            try caller.note(
                .deviceRemoved,
                [
                    "device": .string(device.id.description),
                    "serialNumber": .string(device.serialNumber),
                ], project: device.project, in: transaction)
        }
        return .empty
    }

    private static func find(_ call: Call) async throws(Failure) -> Device {
        let (id, project) = (try call.id(.device), try call.project.id)
        return try await call.read { (snapshot) throws(StoreError) in
            try snapshot.device(id, in: project)
        }
    }
}
