import Access
import HTTP
import JSON
import Store
import Values

/// Stored states of devices: clock, information, relay and so on.
enum StateResource {
    static let endpoints: [Endpoint] = [
        Endpoint.project(.get, "/states", .permission(.readDatastore), form, list),
        Endpoint.project(.get, "/states/export", .permission(.readDatastore), exportForm, export),
    ].flatMap { $0 }

    private static let shape = ObjectShape(
        "DeviceState",
        [
            .output("deviceId", .form(.id), Phrase("Устройство.", "The device.")),
            .output(
                "serialNumber", .text(upTo: 64), Phrase("Серийный номер.", "The serial number.")),
            .output(
                "child", .text(upTo: 200),
                Phrase("Устройство за этим; обычно пусто.", "The device behind it; mostly empty.")),
            .output("archive", .text(upTo: 64), Phrase("Архив состояний.", "The archive.")),
            .output("type", .text(upTo: 64), Phrase("Состояние.", "The state.")),
            .output(
                "value", .anything(Phrase("Значение.", "The value, of any kind.")),
                Phrase("Значение.", "The value.")),
            .output("time", .form(.time), Phrase("Время значения.", "The value's time.")),
            .output("receivedAt", .form(.time), Phrase("Когда получено.", "When it came.")),
            .output(
                "confirmedAt", .form(.time),
                Phrase(
                    "Когда то же значение прочитано в последний раз.",
                    "When the same value was read last.")),
        ])

    private static let parameters: [EndpointForm.Parameter] =
        DeviceSelection.parameters + [
            .init("archive", .form(.symbol), Phrase("Архив, например TIME.", "As TIME.")),
            .init("type", .form(.symbol), Phrase("Состояние, например CLOCK.", "As CLOCK.")),
            .init(
                "from", .form(.time), Phrase("Начало истории.", "The beginning of a history.")),
            .init("to", .form(.time), Phrase("Конец истории.", "The end of a history.")),
        ]

    private static let form = EndpointForm(
        id: "listStates", tag: .measurements,
        summary: Phrase(
            "Состояния устройств: текущие, а с from и to — история изменений.",
            "Lists states of devices: the current ones, with from and to those of a period."),
        parameters: parameters + ListForm.paging.filter { $0.name != "total" },
        answers: [ListForm.answer(shape)])

    private static let exportForm = EndpointForm(
        id: "exportStates", tag: .measurements,
        summary: Phrase(
            "Выгрузка состояний в CSV или JSON lines.", "Exports states as CSV or JSON lines."),
        parameters: parameters + [ExportFormat.parameter], answers: ExportFormat.answers)

    private static let columns: [ExportColumn] = [
        .init("serialNumber", "Серийный номер", "Serial number"),
        .init("child", "Устройство за ним", "Device behind it"),
        .init("archive", "Наименование архива", "Archive"),
        .init("type", "Тип состояния", "Type"),
        .init("value", "Значение", "Value"),
        .init("time", "Дата фиксации в устройстве", "Time by the device's clock"),
        .init("receivedAt", "Дата фиксации на сервере", "Received"),
        .init("confirmedAt", "Подтверждено", "Confirmed"),
        .init("deviceId", "Идентификатор устройства", "Device id"),
    ]

    // MARK: Handlers

    @Sendable private static func list(_ call: Call) async throws(Failure) -> Answer {
        try await call.page(try await paging(call)).answer(fields: nil, render)
    }

    @Sendable private static func export(_ call: Call) async throws(Failure) -> Answer {
        let export = Export(
            name: "states", columns: columns, of: try await paging(call),
            from: call.services.store, render)
        return try await export.answer(call)
    }

    private static func paging(_ call: Call) async throws(Failure) -> DevicePaging<DeviceState> {
        let selection = try DeviceSelection(call)
        let (from, to) = (try call.queryTime("from"), try call.queryTime("to"))
        let (archive, type) = (call.query["archive"], call.query["type"])
        let end = try call.end()
        let devices = try await call.read { (snapshot) throws(StoreError) in
            try selection.find(snapshot)
        }
        return DevicePaging(devices: devices, end: end) { (snapshot, request) throws(StoreError) in
            let query = StateQuery(device: request.device.id, archive: archive, type: type)
            let (limit, cursor) = (request.limit, request.cursor)
            guard from == nil, to == nil else {
                return try snapshot.stateHistory(
                    query, from: from ?? 0, to: end + 1, limit: limit, cursor: cursor)
            }
            return try part(of: snapshot.currentStates(query), limit: limit, cursor: cursor)
        }
    }

    /// A part of a device's current states: they are few, and the cursor counts them.
    private static func part(
        of states: [DeviceState], limit: Int, cursor: Cursor?
    ) throws(StoreError) -> Page<DeviceState> {
        let start = cursor.map { Int($0.text) } ?? 0
        guard let start, start >= 0 else {
            throw .invalid(field: "cursor", message: "not one of ours")
        }
        let rest = states.dropFirst(start)
        let isWhole = rest.count <= limit
        return Page(
            items: Array(rest.prefix(limit)),
            next: isWhole ? nil : Cursor(text: String(start + limit)))
    }

    @Sendable private static func render(_ located: Located<DeviceState>) -> JSONObject {
        let (state, record) = (located.row, located.row.record)
        return [
            "deviceId": JSONValue(state.device),
            "serialNumber": .string(located.device.serialNumber),
            "child": .string(record.child), "archive": .string(record.archive),
            "type": .string(record.type), "value": record.value,
            "time": .string((record.time ?? record.received).rfc3339),
            "receivedAt": .string(record.received.rfc3339),
            "confirmedAt": JSONValue(state.confirmed),
        ]
    }
}
