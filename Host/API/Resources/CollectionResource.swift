import Access
import HTTP
import JSON
import Planning
import Store
import Values

/// Collection statistics: how much of what was to be collected is there.
enum CollectionResource {
    static let endpoints: [Endpoint] = [
        Endpoint.project(
            .get, "/statistics/collection", .permission(.readDatastore), devicesForm, devices),
        Endpoint.project(
            .get, "/statistics/collection/groups", .permission(.readDatastore), groupsForm, groups),
    ].flatMap { $0 }

    // MARK: Forms

    private static let shareFields: [Field] = [
        .output(
            "percent", .nullable(.number(0...100)),
            Phrase(
                "Получено ÷ ожидалось, % без округления вверх; null — ничего не ожидалось.",
                "Received ÷ expected, cut off; null where nothing was expected.")),
        .output("received", .integer(0...Int64.max), Phrase("Получено.", "Received.")),
        .output(
            "expected", .integer(0...Int64.max),
            Phrase("Ожидалось: теги × моменты.", "Expected: tags × moments.")),
    ]
    private static let cell = ObjectShape("CollectionCell", shareFields)
    private static let sumCell = ObjectShape(
        "CollectionSumCell",
        shareFields + [
            .output(
                "collected", .integer(0...Int64.max),
                Phrase("Устройств, собранных полностью.", "Devices of which all is there.")),
            .output(
                "devices", .integer(0...Int64.max),
                Phrase(
                    "Устройств, от которых ожидались данные.", "Devices that it was expected of.")
            ),
        ])

    private static let row = ObjectShape(
        "CollectionRow",
        [
            .output("deviceId", .form(.id), Phrase("Устройство.", "The device.")),
            .output(
                "serialNumber", .text(upTo: 64), Phrase("Серийный номер.", "The serial number.")),
            .output("groupId", .nullable(.form(.id)), Phrase("Группа.", "The group.")),
            .output("average", .object(cell), Phrase("За весь период.", "The whole period.")),
            .output("cells", .list(.object(cell)), Phrase("По колонкам.", "Column by column.")),
        ])
    private static let sum = ObjectShape(
        "CollectionSum",
        [
            .output("groupId", .nullable(.form(.id)), Phrase("Группа.", "The group.")),
            .output("name", .text(upTo: 1_000), Phrase("Имя.", "The name.")),
            .output("devices", .integer(0...Int64.max), Phrase("Устройств.", "Devices.")),
            .output("average", .object(cell), Phrase("За весь период.", "The whole period.")),
            .output("cells", .list(.object(sumCell)), Phrase("По колонкам.", "Column by column.")),
        ])

    private static func page(_ name: String, _ row: ObjectShape) -> [EndpointForm.Outcome] {
        let fields: [Field] = [
            .output(
                "columns", .list(.text(upTo: 10)),
                Phrase("Дни или месяцы.", "Days, or months, of the devices' own calendars.")),
            .output("items", .list(.object(row)), Phrase("Строки.", "The rows.")),
            .output("total", .object(sum), Phrase("По всем устройствам.", "All devices.")),
            .output(
                "calculatedAt", .form(.time), Phrase("Когда подсчитано.", "When it was counted.")),
            .output(
                "nextCursor", .nullable(.text(upTo: 1_000)),
                Phrase("Следующая страница.", "Where the next page begins.")),
        ]
        return [
            .json(
                .object(ObjectShape(name, fields)), Phrase("Собираемость.", "The statistics."))
        ]
    }

    private static let parameters =
        CollectionQuery.parameters + ListForm.paging.filter { $0.name != "total" }
    private static let devicesForm = EndpointForm(
        id: "readCollection", tag: .measurements,
        summary: Phrase(
            "Статистика собираемости по дням и устройствам.",
            "Reads collection statistics by day and device."),
        parameters: parameters, answers: page("CollectionPage", row))
    private static let groupsForm = EndpointForm(
        id: "readCollectionOfGroups", tag: .measurements,
        summary: Phrase(
            "Статистика собираемости по дням и группам.",
            "Reads collection statistics by day and group."),
        parameters: parameters, answers: page("CollectionGroupPage", sum))

    // MARK: Handlers

    @Sendable private static func devices(_ call: Call) async throws(Failure) -> Answer {
        let table = try await table(call)
        return try answer(call, table, table.rows) { row in
            let cells = table.cells(of: row)
            let average = cells.reduce(into: CollectionShare()) { $0 += $1 }
            return [
                "deviceId": JSONValue(row.device.id),
                "serialNumber": .string(row.device.serialNumber),
                "groupId": JSONValue(row.device.group), "average": share(average),
                "cells": .array(cells.map(share)),
            ]
        }
    }

    @Sendable private static func groups(_ call: Call) async throws(Failure) -> Answer {
        let table = try await table(call)
        return try answer(call, table, table.groups, render)
    }

    private static func table(_ call: Call) async throws(Failure) -> CollectionTable {
        let query = try CollectionQuery(call)
        do throws(StoreError) {
            return try await call.services.collection.table(of: query, from: call.services.store)
        } catch {
            throw Failure(error)
        }
    }

    /// A page of rows; the cursor counts them, because the table stands still meanwhile.
    private static func answer<Row>(
        _ call: Call, _ table: CollectionTable, _ rows: [Row], _ render: (Row) -> JSONValue
    ) throws(Failure) -> Answer {
        let limit = try call.queryNumber("limit") ?? Limits.usualPage
        var start = 0
        if let cursor = call.query["cursor"] {
            guard let place = Int(cursor), place >= 0 else {
                throw Failure(StoreError.invalid(field: "cursor", message: "not one of ours"))
            }
            start = min(place, rows.count)
        }
        let end = min(start + limit, rows.count)
        return .json([
            "columns": JSONValue(texts: table.columns),
            "items": .array(rows[start..<end].map(render)), "total": self.render(table.total),
            "calculatedAt": JSONValue(table.calculated),
            "nextCursor": end < rows.count ? .string(String(end)) : .null,
        ])
    }

    private static func render(_ sum: CollectionTable.Sum) -> JSONValue {
        [
            "groupId": JSONValue(sum.group), "name": .string(sum.name),
            "devices": JSONValue(sum.devices), "average": share(sum.average),
            "cells": .array(sum.cells.map(sumShare)),
        ]
    }

    private static func share(_ share: CollectionShare) -> JSONValue { .object(members(share)) }

    private static func sumShare(_ share: CollectionShare) -> JSONValue {
        var object = members(share)
        object["collected"] = JSONValue(share.complete)
        object["devices"] = JSONValue(share.devices)
        return .object(object)
    }

    private static func members(_ share: CollectionShare) -> JSONObject {
        [
            "percent": share.percent.flatMap { JSONNumber($0) }.map { .number($0) } ?? .null,
            "received": JSONValue(share.received), "expected": JSONValue(share.expected),
        ]
    }
}
