import Access
import HTTP
import JSON
import Planning
import Store
import Values

/// Stored measurements.
enum MeasurementResource {
    static let endpoints: [Endpoint] = [
        Endpoint.project(.get, "/measurements", .permission(.readDatastore), form, list),
        Endpoint.project(
            .get, "/measurements/export", .permission(.readDatastore), exportForm, export),
    ].flatMap { $0 }

    // MARK: Form

    private static let shape = ObjectShape(
        "Measurement",
        [
            .output("deviceId", .form(.id), Phrase("Устройство.", "The device.")),
            .output(
                "serialNumber", .text(upTo: 64), Phrase("Серийный номер.", "The serial number.")),
            .output(
                "child", .text(upTo: 200),
                Phrase("Устройство за этим; обычно пусто.", "The device behind it; mostly empty.")),
            .output("archive", .text(upTo: 64), Phrase("Архив.", "The archive.")),
            .output("quantity", .text(upTo: 64), Phrase("Величина.", "The quantity.")),
            .output("tag", .text(upTo: 64), Phrase("Тариф или NONE.", "The tariff, or NONE.")),
            .output(
                "time", .form(.time),
                Phrase(
                    "Время значения; для интервалов — номинальный конец.",
                    "The value's time; of an interval its nominal end.")),
            .output(
                "value", .nullable(.text(upTo: 1_000)),
                Phrase(
                    "Значение без потери знаков; null — значения нет.",
                    "The value to the digit; null where the device has none.")),
            .output(
                "unit", .nullable(.text(upTo: 32)), Phrase("Единица (UCUM).", "The unit (UCUM).")),
            .output("status", .list(.text(upTo: 64)), Phrase("Статус.", "The status.")),
            .output(
                "deviceTime", .nullable(.form(.time)),
                Phrase(
                    "Время по часам устройства, если отличается.",
                    "The device's own stamp where it differs.")),
            .output("receivedAt", .form(.time), Phrase("Когда получено.", "When it came.")),
            .output(
                "isCorrected", .flag,
                Phrase(
                    "Показывалось ли раньше другое значение.",
                    "Whether another value was shown before.")),
        ])

    private static let parameters: [EndpointForm.Parameter] =
        DeviceSelection.parameters + [
            .init(
                "archive", .form(.symbol),
                Phrase("Архив, например END_OF_DAY; обязателен.", "As END_OF_DAY; needed.")),
            .init(
                "quantity", .text(1...32), repeated: true,
                Phrase("Величина; можно несколько.", "A quantity; several may be named.")),
            .init(
                "tag", .text(1...32), repeated: true,
                Phrase("Тариф; можно несколько.", "A tag; several may be named.")),
            .init(
                "to", .form(.time),
                Phrase(
                    "Конец, включительно; по умолчанию — сейчас.",
                    "The end, inclusive; by default now.")),
        ]

    private static let form = EndpointForm(
        id: "listMeasurements", tag: .measurements,
        summary: Phrase(
            "Измерения одного архива за период.", "Lists measurements of one archive and period."),
        parameters: parameters + [
            .init(
                "from", .form(.time),
                Phrase(
                    "Начало, включительно; по умолчанию за 30 суток до to, не больше 367. На одной "
                        + "странице — не больше 30 суток END_OF_DAY и 12 месяцев END_OF_MONTH.",
                    "The beginning, inclusive; by default 30 days before the end, at most 367. A "
                        + "page holds 30 days of END_OF_DAY or 12 months of END_OF_MONTH at most.")),
            .init(
                "latest", .flag,
                Phrase(
                    "Только последнее значение каждого ряда.",
                    "Whether only the newest value of each series is wanted.")),
        ] + ListForm.paging.filter { $0.name != "total" },
        answers: [ListForm.answer(shape)])

    private static let exportForm = EndpointForm(
        id: "exportMeasurements", tag: .measurements,
        summary: Phrase(
            "Выгрузка измерений за любой период в CSV или JSON lines.",
            "Exports measurements of any period as CSV or JSON lines."),
        parameters: parameters + [
            .init(
                "from", .form(.time),
                Phrase(
                    "Начало, включительно; по умолчанию — с первого значения.",
                    "The beginning, inclusive; by default with the first value.")),
            ExportFormat.parameter,
        ], answers: ExportFormat.answers)

    private static let columns: [ExportColumn] = [
        .init("serialNumber", "Серийный номер", "Serial number"),
        .init("child", "Устройство за ним", "Device behind it"),
        .init("archive", "Архив", "Archive"),
        .init("quantity", "Физический тип", "Quantity"),
        .init("tag", "Тариф", "Tag"),
        .init("time", "Время", "Time"),
        .init("value", "Значение", "Value", isNumber: true),
        .init("unit", "Единица", "Unit"),
        .init("status", "Статус", "Status"),
        .init("deviceTime", "Дата фиксации в устройстве", "Time by the device's clock"),
        .init("receivedAt", "Дата фиксации на сервере", "Received"),
        .init("isCorrected", "Исправлено", "Corrected"),
        .init("deviceId", "Идентификатор устройства", "Device id"),
    ]

    // MARK: Handlers

    private static let day: Int64 = 86_400_000
    private static let usualPeriod = 30 * day

    private static let longestPeriod = 367 * day

    /// The longest period of one page, as the manual has it for the archives of days and months; an
    /// hour is for a change of the clocks within it.
    private static func pagePeriod(of archive: String) -> Int64 {
        let days: Int64 =
            switch ArchivePeriod(archive: archive) {
            case .day: 30
            case .month: 366
            case .minutes, nil: 367
            }
        return days * day + 3_600_000
    }

    @Sendable private static func list(_ call: Call) async throws(Failure) -> Answer {
        let selection = try DeviceSelection(call)
        let to = try call.end()
        let from = try call.queryTime("from") ?? to - usualPeriod
        guard from <= to, to - from <= longestPeriod else {
            throw .parameter(
                "from",
                Phrase(
                    "Период — не больше 367 суток, from не позже to.",
                    "A period of 367 days at most, from before to."))
        }
        let wanted = try query(call, from: from, through: to)
        let devices = try await devices(of: selection, wanted, call)
        if call.query["latest"] == "true" { return try await latest(wanted, devices, call) }
        let paging = paging(wanted, devices, period: pagePeriod(of: wanted.archive))
        return try await call.page(paging).answer(fields: nil, render)
    }

    private static func latest(
        _ wanted: MeasurementQuery, _ devices: [DeviceOutline], _ call: Call
    ) async throws(Failure) -> Answer {
        var query = wanted
        query.devices = devices.map(\.id)
        query.limit = try call.queryNumber("limit") ?? Limits.usualPage
        let complete = query
        let rows = try await call.read { (snapshot) throws(StoreError) in
            try snapshot.latestMeasurements(complete)
        }
        let byID = Dictionary(devices.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        let located = rows.compactMap { row in
            byID[row.device].map { Located(device: $0, row: row) }
        }
        return Page(items: located, next: nil).answer(fields: nil, render)
    }

    @Sendable private static func export(_ call: Call) async throws(Failure) -> Answer {
        let selection = try DeviceSelection(call)
        let to = try call.end()
        let from = try call.queryTime("from") ?? 0
        guard from <= to else {
            throw .parameter(
                "from", Phrase("from не позже to.", "The beginning lies behind the end."))
        }
        let wanted = try query(call, from: from, through: to)
        let devices = try await devices(of: selection, wanted, call)
        let export = Export(
            name: "measurements-" + wanted.archive, columns: columns,
            of: paging(wanted, devices, period: to - from + 1), from: call.services.store, render)
        return try await export.answer(call)
    }

    private static func devices(
        of selection: DeviceSelection, _ wanted: MeasurementQuery, _ call: Call
    ) async throws(Failure) -> [DeviceOutline] {
        try await call.read { (snapshot) throws(StoreError) in
            _ = try snapshot.archive(wanted.archive)
            return try selection.find(snapshot)
        }
    }

    /// Pages of a question; each round takes so much of its period.
    private static func paging(
        _ wanted: MeasurementQuery, _ devices: [DeviceOutline], period: Int64
    ) -> DevicePaging<Measurement> {
        let rounds = Int((wanted.through - wanted.from) / period) + 1
        return DevicePaging(devices: devices, end: wanted.through, rounds: rounds) {
            (snapshot, request) throws(StoreError) in
            var query = wanted
            query.devices = [request.device.id]
            query.from = wanted.from + Int64(request.round) * period
            query.through = min(wanted.through, query.from + period - 1)
            query.limit = request.limit
            query.cursor = request.cursor
            return try snapshot.measurements(query)
        }
    }

    private static func query(
        _ call: Call, from: Int64, through: Int64
    ) throws(Failure) -> MeasurementQuery {
        guard let archive = call.query["archive"] else {
            throw .parameter("archive", Phrase("Назовите архив.", "Name the archive."))
        }
        return MeasurementQuery(
            devices: [], archive: archive, from: from, through: through,
            quantities: call.query.values(of: "quantity"),
            // Values without a tariff are kept under an empty tag.
            tags: call.query.values(of: "tag").map { $0 == "NONE" ? "" : $0 })
    }

    @Sendable private static func render(_ located: Located<Measurement>) -> JSONObject {
        let row = located.row
        return [
            "deviceId": JSONValue(row.device),
            "serialNumber": .string(located.device.serialNumber),
            "child": .string(row.child), "archive": .string(row.archive),
            "quantity": .string(row.quantity), "tag": .string(row.tag.isEmpty ? "NONE" : row.tag),
            "time": .string(row.time.rfc3339),
            "value": row.value.map { .string($0.description) } ?? .null,
            "unit": JSONValue(orNull: Quantities.unit(of: row.quantity)),
            "status": JSONValue(texts: row.status.symbols),
            "deviceTime": row.stamp.map { .string($0.rfc3339) } ?? .null,
            "receivedAt": .string(row.received.rfc3339), "isCorrected": .bool(row.isCorrected),
        ]
    }
}

/// What is measured, and in which units the host keeps it.
enum Quantities {
    /// The UCUM code of a quantity's unit; nil for one that has none here.
    ///
    /// `var` is not in UCUM; it is written as the industry does.
    static func unit(of quantity: String) -> String? {
        switch quantity {
        case "A+", "A-": "kW.h"
        case "R+", "R-": "kvar.h"
        default: nil
        }
    }
}
