import Access
import HTTP
import JSON
import Store
import Values

/// Stored measurements.
enum MeasurementResource {
    static let endpoints: [Endpoint] = Endpoint.project(
        .get, "/measurements", .permission(.readDatastore), form, list)

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

    private static let form = EndpointForm(
        id: "listMeasurements", tag: .measurements,
        summary: Phrase(
            "Измерения одного архива за период.", "Lists measurements of one archive and period."),
        parameters: DeviceSelection.parameters + [
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
                "from", .form(.time),
                Phrase(
                    "Начало, включительно; по умолчанию за 31 сутки до to.",
                    "The beginning, inclusive; by default 31 days before the end.")),
            .init(
                "to", .form(.time),
                Phrase(
                    "Конец, включительно; по умолчанию — сейчас.",
                    "The end, inclusive; by default now.")),
            .init(
                "latest", .flag,
                Phrase(
                    "Только последнее значение каждого ряда.",
                    "Whether only the newest value of each series is wanted.")),
        ] + ListForm.paging.filter { $0.name != "total" },
        answers: [ListForm.answer(shape)])

    // MARK: Handler

    /// The longest period of one question: a year and a day.
    private static let longestPeriod: Int64 = 367 * 86_400_000
    private static let usualPeriod: Int64 = 31 * 86_400_000

    @Sendable private static func list(_ call: Call) async throws(Failure) -> Answer {
        let selection = try DeviceSelection(call)
        let wanted = try query(call)
        let isLatest = call.query["latest"] == "true"
        let (page, serials) = try await call.read { (snapshot) throws(StoreError) in
            let devices = try selection.find(snapshot)
            _ = try snapshot.archive(wanted.archive)
            var query = wanted
            query.devices = devices.map(\.id)
            let serials = Dictionary(
                devices.map { ($0.id, $0.serialNumber) }, uniquingKeysWith: { first, _ in first })
            guard isLatest else { return (try snapshot.measurements(query), serials) }
            return (Page(items: try snapshot.latestMeasurements(query), next: nil), serials)
        }
        return page.answer(fields: nil) { render($0, serials[$0.device] ?? "") }
    }

    private static func query(_ call: Call) throws(Failure) -> MeasurementQuery {
        guard let archive = call.query["archive"] else {
            throw .parameter("archive", Phrase("Назовите архив.", "Name the archive."))
        }
        let to = try call.queryTime("to") ?? call.services.store.now.milliseconds
        let from = try call.queryTime("from") ?? to - usualPeriod
        guard from <= to, to - from <= longestPeriod else {
            throw .parameter(
                "from",
                Phrase(
                    "Период — не больше 367 суток, from не позже to.",
                    "A period of 367 days at most, from before to."))
        }
        return MeasurementQuery(
            devices: [], archive: archive, from: from, through: to,
            quantities: call.query.values(of: "quantity"),
            // Values without a tariff are kept under an empty tag.
            tags: call.query.values(of: "tag").map { $0 == "NONE" ? "" : $0 },
            limit: try call.queryNumber("limit") ?? Limits.usualPage,
            cursor: call.query["cursor"].map { Cursor(text: $0) })
    }

    private static func render(_ row: Measurement, _ serialNumber: String) -> JSONObject {
        [
            "deviceId": JSONValue(row.device), "serialNumber": .string(serialNumber),
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
