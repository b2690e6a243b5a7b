import Access
import HTTP
import JSON
import Store
import Values

/// Stored states of devices: clock, information, relay and so on.
enum StateResource {
    static let endpoints: [Endpoint] = Endpoint.project(
        .get, "/states", .permission(.readDatastore), form, list)

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

    private static let form = EndpointForm(
        id: "listStates", tag: .measurements,
        summary: Phrase(
            "Состояния устройств: текущие, а с from и to — история одного устройства.",
            "Lists states of devices: the current ones, with from and to those of a period."),
        parameters: DeviceSelection.parameters + [
            .init("archive", .form(.symbol), Phrase("Архив, например TIME.", "As TIME.")),
            .init("type", .form(.symbol), Phrase("Состояние, например CLOCK.", "As CLOCK.")),
            .init(
                "from", .form(.time), Phrase("Начало истории.", "The beginning of a history.")),
            .init("to", .form(.time), Phrase("Конец истории.", "The end of a history.")),
            ListForm.paging[0],
        ], answers: [ListForm.whole(shape)])

    @Sendable private static func list(_ call: Call) async throws(Failure) -> Answer {
        let selection = try DeviceSelection(call)
        let (from, to) = (try call.queryTime("from"), try call.queryTime("to"))
        let limit = try call.queryNumber("limit") ?? Limits.page.upperBound
        let (archive, type) = (call.query["archive"], call.query["type"])
        let now = call.services.store.now.milliseconds
        let rows = try await call.read { (snapshot) throws(StoreError) in
            var rows: [(DeviceState, String)] = []
            for device in try selection.find(snapshot) where rows.count < limit {
                let query = StateQuery(device: device.id, archive: archive, type: type)
                let states =
                    from == nil && to == nil
                    ? try snapshot.currentStates(query)
                    : try snapshot.states(
                        query, from: from ?? 0, to: (to ?? now) + 1, limit: limit)
                rows += states.map { ($0, device.serialNumber) }
            }
            return rows
        }
        return .whole(Array(rows.prefix(limit))) { render($0.0, $0.1) }
    }

    private static func render(_ state: DeviceState, _ serialNumber: String) -> JSONObject {
        let record = state.record
        return [
            "deviceId": JSONValue(state.device), "serialNumber": .string(serialNumber),
            "child": .string(record.child), "archive": .string(record.archive),
            "type": .string(record.type), "value": record.value,
            "time": .string((record.time ?? record.received).rfc3339),
            "receivedAt": .string(record.received.rfc3339),
            "confirmedAt": JSONValue(state.confirmed),
        ]
    }
}
