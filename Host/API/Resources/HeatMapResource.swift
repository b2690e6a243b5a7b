import Access
import HTTP
import JSON
import Planning
import Store
import Values

/// The heat map of connections: hour by hour which devices were reached (ceHES 2.2.14).
enum HeatMapResource {
    static let endpoints: [Endpoint] = [
        Endpoint.project(.get, "/heat-map", .permission(.readHeatMap), devicesForm, devices),
        Endpoint.project(.get, "/heat-map/groups", .permission(.readHeatMap), groupsForm, groups),
    ].flatMap { $0 }

    // MARK: Forms

    private static let cellFields: [Field] = [
        .output("tried", .integer(0...Int64.max), Phrase("Сессий.", "Sessions that were tried.")),
        .output(
            "succeeded", .integer(0...Int64.max),
            Phrase("Из них удачных.", "Sessions that came about.")),
    ]
    private static let cell = ObjectShape("HeatMapCell", cellFields)
    private static let groupCell = ObjectShape(
        "HeatMapGroupCell",
        cellFields + [
            .output(
                "devices", .integer(0...Int64.max),
                Phrase("Опрошено устройств.", "Devices that were tried.")),
            .output(
                "reached", .integer(0...Int64.max),
                Phrase("Из них на связи.", "Devices that were reached.")),
        ])
    private static let total = ObjectShape(
        "HeatMapTotal",
        cellFields + [
            .output(
                "percent", .nullable(.number(0...100)),
                Phrase("Доля удачных, %.", "The share of successes, per cent."))
        ])

    private static let row = ObjectShape(
        "HeatMapRow",
        [
            .output("deviceId", .form(.id), Phrase("Устройство.", "The device.")),
            .output(
                "serialNumber", .text(upTo: 64), Phrase("Серийный номер.", "The serial number.")),
            .output("groupId", .nullable(.form(.id)), Phrase("Группа.", "The group.")),
            .output("total", .object(total), Phrase("За весь период.", "The whole period.")),
            .output("cells", .list(.object(cell)), Phrase("По колонкам.", "Column by column.")),
        ])
    private static let groupRow = ObjectShape(
        "HeatMapGroupRow",
        [
            .output("groupId", .nullable(.form(.id)), Phrase("Группа.", "The group.")),
            .output("name", .text(upTo: 1_000), Phrase("Имя.", "The name.")),
            .output("total", .object(total), Phrase("За весь период.", "The whole period.")),
            .output(
                "cells", .list(.object(groupCell)), Phrase("По колонкам.", "Column by column.")),
        ])

    private static func page(_ name: String, _ row: ObjectShape) -> [EndpointForm.Outcome] {
        let fields: [Field] = [
            .output(
                "columns", .list(.form(.time)),
                Phrase("Начала колонок.", "When each column begins.")),
            .output("items", .list(.object(row)), Phrase("Строки.", "The rows.")),
            .output(
                "nextCursor", .nullable(.text(upTo: 1_000)),
                Phrase("Следующая страница.", "Where the next page begins.")),
        ]
        return [
            .json(.object(ObjectShape(name, fields)), Phrase("Тепловая карта.", "The heat map."))
        ]
    }

    private static let devicesForm = EndpointForm(
        id: "readHeatMap", tag: .measurements,
        summary: Phrase(
            "Тепловая карта связи по часам и устройствам.",
            "Reads the heat map of connections by hour and device."),
        parameters: DeviceSelection.parameters + HeatMapQuery.parameters
            + ListForm.paging.filter { $0.name != "total" },
        answers: page("HeatMapPage", row))
    private static let groupsForm = EndpointForm(
        id: "readHeatMapOfGroups", tag: .measurements,
        summary: Phrase(
            "Тепловая карта связи по часам и группам.",
            "Reads the heat map of connections by hour and group."),
        parameters: HeatMapQuery.parameters, answers: page("HeatMapGroupPage", groupRow))

    // MARK: Handlers

    /// More than this in one page would hold a reader for too long: a device's hour is one look.
    private static let mostCells = 100_000

    @Sendable private static func devices(_ call: Call) async throws(Failure) -> Answer {
        let query = try HeatMapQuery(call)
        let selection = try DeviceSelection(call)
        let wanted = try call.queryNumber("limit") ?? Limits.usualPage
        let limit = max(1, min(wanted, mostCells / query.hours.count))
        let start = call.query["cursor"].map { UUID($0) }
        if case .some(nil) = start {
            throw Failure(StoreError.invalid(field: "cursor", message: "not one of ours"))
        }
        let (rows, next) = try await call.read { (snapshot) throws(StoreError) in
            let all = try selection.find(snapshot)
            var first = 0
            if let id = start ?? nil {
                guard let index = all.firstIndex(where: { $0.id == id }) else {
                    throw .invalid(field: "cursor", message: "not one of ours")
                }
                first = index
            }
            let part = all[first...].prefix(limit)
            let cells = try snapshot.reachability(of: part.map(\.id), hours: query.hours)
            let next = first + part.count < all.count ? all[first + part.count].id : nil
            return (Array(zip(part, cells)), next)
        }
        return .json([
            "columns": .array(query.columns.map { JSONValue($0) }),
            "items": .array(rows.map { render($0.0, $0.1, query) }), "nextCursor": JSONValue(next),
        ])
    }

    @Sendable private static func groups(_ call: Call) async throws(Failure) -> Answer {
        let query = try HeatMapQuery(call)
        let project = try call.project.id
        var cells: [UUID?: [Reachability.GroupCell]] = [:]
        let empty = [Reachability.GroupCell](repeating: .init(), count: query.count)
        // Day by day, so that the reader serves others in between; no column lies in two of them.
        for start in stride(from: query.hours.lowerBound, to: query.hours.upperBound, by: 24) {
            let hours = start..<min(start + 24, query.hours.upperBound)
            let width = query.step.hours
            let entries = try await call.read { (snapshot) throws(StoreError) in
                try snapshot.reachabilityOfGroups(
                    in: project, hours: hours, width: width, from: query.hours.lowerBound)
            }
            for entry in entries {
                cells[entry.group, default: empty][Int(entry.column)] = entry.cell
            }
        }
        let found = cells
        let rows = try await call.read { (snapshot) throws(StoreError) in
            var rows: [(UUID?, String, [Reachability.GroupCell])] = []
            for (id, cells) in found {
                let name = try id.flatMap { (id) throws(StoreError) in
                    try snapshot.existing { (snapshot) throws(StoreError) in
                        try snapshot.group(id).name
                    }
                }
                rows.append((id, name ?? "", cells))
            }
            return rows.sorted { ($0.1, $0.0?.description ?? "") < ($1.1, $1.0?.description ?? "") }
        }
        return .json([
            "columns": .array(query.columns.map { JSONValue($0) }),
            "items": .array(rows.map { render($0.0, $0.1, $0.2) }), "nextCursor": .null,
        ])
    }

    // MARK: Rendering

    private static func render(
        _ device: DeviceOutline, _ hours: [Int64: Reachability.Cell], _ query: HeatMapQuery
    ) -> JSONValue {
        var cells = [Reachability.Cell](repeating: .init(), count: query.count)
        var sum = Reachability.Cell()
        for (hour, cell) in hours {
            cells[query.column(ofHour: hour)] += cell
            sum += cell
        }
        return [
            "deviceId": JSONValue(device.id), "serialNumber": .string(device.serialNumber),
            "groupId": JSONValue(device.group), "total": total(sum),
            "cells": .array(cells.map { .object(members($0)) }),
        ]
    }

    private static func render(
        _ group: UUID?, _ name: String, _ cells: [Reachability.GroupCell]
    ) -> JSONValue {
        let sum = cells.reduce(into: Reachability.Cell()) { $0 += $1.cell }
        return [
            "groupId": JSONValue(group), "name": .string(name), "total": total(sum),
            "cells": .array(
                cells.map { cell in
                    var object = members(cell.cell)
                    object["devices"] = JSONValue(cell.devices)
                    object["reached"] = JSONValue(cell.reached)
                    return .object(object)
                }),
        ]
    }

    private static func total(_ cell: Reachability.Cell) -> JSONValue {
        let share = CollectionShare(received: cell.succeeded, expected: cell.tried)
        var object = members(cell)
        object["percent"] = share.percent.flatMap { JSONNumber($0) }.map { .number($0) } ?? .null
        return .object(object)
    }

    private static func members(_ cell: Reachability.Cell) -> JSONObject {
        ["tried": JSONValue(cell.tried), "succeeded": JSONValue(cell.succeeded)]
    }
}
