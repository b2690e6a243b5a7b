import Access
import HTTP
import JSON
import Store
import Values

/// Stored events of devices.
enum EventResource {
    static let endpoints: [Endpoint] = [
        Endpoint.project(.get, "/events", .permission(.readDatastore), form, list),
        Endpoint.project(.get, "/events/export", .permission(.readDatastore), exportForm, export),
    ].flatMap { $0 }

    private static let shape = ObjectShape(
        "DeviceEvent",
        [
            .output("deviceId", .form(.id), Phrase("Устройство.", "The device.")),
            .output(
                "serialNumber", .text(upTo: 64), Phrase("Серийный номер.", "The serial number.")),
            .output(
                "child", .text(upTo: 200),
                Phrase("Устройство за этим; обычно пусто.", "The device behind it; mostly empty.")),
            .output("journal", .text(upTo: 64), Phrase("Журнал.", "The journal.")),
            .output("type", .text(upTo: 64), Phrase("Событие.", "The event.")),
            .output("code", .integer(0...4_294_967_295), Phrase("Код.", "The code.")),
            .output(
                "parameters", .anything(Phrase("Параметры.", "Names and values.")),
                Phrase("Параметры.", "Names and values.")),
            .output("time", .form(.time), Phrase("Время устройства.", "The device's time.")),
            .output("receivedAt", .form(.time), Phrase("Когда получено.", "When it came.")),
        ])

    private static let parameters: [EndpointForm.Parameter] =
        DeviceSelection.parameters + [
            .init(
                "journal", .form(.symbol), repeated: true,
                Phrase("Журнал; можно несколько.", "A journal; several may be named.")),
            .init(
                "to", .form(.time),
                Phrase("Конец; по умолчанию — сейчас.", "The end; by default now.")),
        ]

    private static let form = EndpointForm(
        id: "listEvents", tag: .measurements,
        summary: Phrase("События устройств за период.", "Lists events of devices in a period."),
        parameters: parameters + [
            .init(
                "from", .form(.time),
                Phrase(
                    "Начало; по умолчанию за 31 сутки до to.",
                    "The beginning; by default 31 days before the end.")),
            .init(
                "newestFirst", .flag,
                Phrase(
                    "Новые события устройства первыми.",
                    "Whether a device's newest events come first.")),
        ] + ListForm.paging.filter { $0.name != "total" },
        answers: [ListForm.answer(shape)])

    private static let exportForm = EndpointForm(
        id: "exportEvents", tag: .measurements,
        summary: Phrase(
            "Выгрузка событий в CSV или JSON lines.", "Exports events as CSV or JSON lines."),
        parameters: parameters + [
            .init(
                "from", .form(.time),
                Phrase(
                    "Начало; по умолчанию — с первого события.",
                    "The beginning; by default with the first event.")),
            ExportFormat.parameter,
        ], answers: ExportFormat.answers)

    private static let columns: [ExportColumn] = [
        .init("serialNumber", "Серийный номер", "Serial number"),
        .init("child", "Устройство за ним", "Device behind it"),
        .init("journal", "Журнал", "Journal"),
        .init("type", "Тип события", "Type"),
        .init("code", "Код", "Code"),
        .init("parameters", "Параметры события", "Parameters"),
        .init("time", "Дата фиксации в устройстве", "Time by the device's clock"),
        .init("receivedAt", "Дата фиксации на сервере", "Received"),
        .init("deviceId", "Идентификатор устройства", "Device id"),
    ]

    // MARK: Handlers

    @Sendable private static func list(_ call: Call) async throws(Failure) -> Answer {
        let to = try call.end()
        let from = try call.queryTime("from") ?? to - 31 * 86_400_000
        let paging = try await paging(
            call, from: from, to: to, descending: call.query["newestFirst"] == "true")
        return try await call.page(paging).answer(fields: nil, render)
    }

    @Sendable private static func export(_ call: Call) async throws(Failure) -> Answer {
        let to = try call.end()
        let paging = try await paging(
            call, from: try call.queryTime("from") ?? 0, to: to, descending: false)
        let export = Export(
            name: "events", columns: columns, of: paging, from: call.services.store, render)
        return try await export.answer(call)
    }

    private static func paging(
        _ call: Call, from: Int64, to: Int64, descending: Bool
    ) async throws(Failure) -> DevicePaging<Event> {
        let selection = try DeviceSelection(call)
        let journals = call.query.values(of: "journal")
        let devices = try await call.read { (snapshot) throws(StoreError) in
            try selection.find(snapshot)
        }
        return DevicePaging(devices: devices, end: to) { (snapshot, request) throws(StoreError) in
            try snapshot.events(
                EventQuery(
                    device: request.device.id, from: from, to: to + 1, journals: journals,
                    descending: descending, limit: request.limit, cursor: request.cursor))
        }
    }

    @Sendable private static func render(_ located: Located<Event>) -> JSONObject {
        let record = located.row.record
        return [
            "deviceId": JSONValue(located.device.id),
            "serialNumber": .string(located.device.serialNumber), "child": .string(record.child),
            "journal": .string(record.journal), "type": .string(record.type),
            "code": JSONValue(record.code), "parameters": record.parameters,
            "time": .string((record.time ?? record.received).rfc3339),
            "receivedAt": .string(record.received.rfc3339),
        ]
    }
}
