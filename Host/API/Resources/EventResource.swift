import Access
import HTTP
import JSON
import Store
import Values

/// Stored events of a device.
enum EventResource {
    static let endpoints: [Endpoint] = Endpoint.project(
        .get, "/events", .permission(.readDatastore), form, list)

    private static let shape = ObjectShape(
        "DeviceEvent",
        [
            .output("deviceId", .form(.id), Phrase("Устройство.", "The device.")),
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

    private static let form = EndpointForm(
        id: "listEvents", tag: .measurements,
        summary: Phrase("События устройства за период.", "Lists a device's events of a period."),
        parameters: [
            .init(
                "device", .form(.id), Phrase("Устройство; обязательно.", "The device; needed.")),
            .init(
                "journal", .form(.symbol), repeated: true,
                Phrase("Журнал; можно несколько.", "A journal; several may be named.")),
            .init(
                "from", .form(.time),
                Phrase(
                    "Начало; по умолчанию за 31 сутки до to.",
                    "The beginning; by default 31 days before the end.")),
            .init(
                "to", .form(.time),
                Phrase("Конец; по умолчанию — сейчас.", "The end; by default now.")),
        ] + ListForm.paging.filter { $0.name != "total" },
        answers: [ListForm.answer(shape)])

    @Sendable private static func list(_ call: Call) async throws(Failure) -> Answer {
        let project = try call.project.id
        guard let device = call.query["device"].flatMap({ UUID($0) }) else {
            throw .parameter("device", Phrase("Назовите устройство.", "Name the device."))
        }
        let to = try call.queryTime("to") ?? call.services.store.now.milliseconds
        let from = try call.queryTime("from") ?? to - 31 * 86_400_000
        let query = EventQuery(
            device: device, from: from, to: to + 1, journals: call.query.values(of: "journal"),
            limit: try call.queryNumber("limit") ?? Limits.usualPage,
            cursor: call.query["cursor"].map { Cursor(text: $0) })
        let page = try await call.read { (snapshot) throws(StoreError) in
            _ = try snapshot.device(device, in: project)
            return try snapshot.events(query)
        }
        return page.answer(fields: nil, render)
    }

    private static func render(_ event: Event) -> JSONObject {
        let record = event.record
        return [
            "deviceId": JSONValue(event.device), "child": .string(record.child),
            "journal": .string(record.journal), "type": .string(record.type),
            "code": JSONValue(record.code), "parameters": record.parameters,
            "time": .string((record.time ?? record.received).rfc3339),
            "receivedAt": .string(record.received.rfc3339),
        ]
    }
}
