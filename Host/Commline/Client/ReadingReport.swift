import JSON

/// What a run brought: its tasks, and what is stored of their devices now.
struct ReadingReport {
    let run: JSONValue
    let tasks: [JSONValue]
    let measurements: [JSONValue]
    let states: [JSONValue]

    /// Asks the host for all of it.
    static func collect(_ run: JSONValue, _ client: APIClient) async throws -> ReadingReport {
        let id = run["id"]?.string ?? ""
        var tasks: [JSONValue] = []
        var measurements: [JSONValue] = []
        var states: [JSONValue] = []
        for row in try await client.list(client.path("runs/\(id)/tasks?limit=1000")) {
            guard let taskID = row["id"]?.string, let device = row["device"]?["id"]?.string else {
                continue
            }
            let task = try await client.send(.get, client.path("tasks/\(taskID)"))
            tasks.append(task)
            let items = task["items"]?.array ?? []
            for period in ArchivePeriod.all(of: items) {
                measurements += try await client.list(
                    client.path("measurements?device=\(device)&" + period.query))
            }
            let wanted = Set(
                items.filter { $0["kind"]?.string == "state" }.compactMap { $0["symbol"]?.string })
            if !wanted.isEmpty {
                states += try await client.list(client.path("states?device=\(device)&limit=1000"))
                    .filter { wanted.contains($0["archive"]?.string ?? "") }
            }
        }
        return ReadingReport(run: run, tasks: tasks, measurements: measurements, states: states)
    }

    /// One question for stored measurements that covers the items of one archive.
    private struct ArchivePeriod {
        var archive: String
        var from: String?
        var to: String?
        var quantities: Set<String>

        static func all(of items: [JSONValue]) -> [ArchivePeriod] {
            var periods: [String: ArchivePeriod] = [:]
            for item in items where item["kind"]?.string == "archive" {
                let archive = item["symbol"]?.string ?? ""
                var period =
                    periods[archive]
                    ?? ArchivePeriod(
                        archive: archive, from: item["from"]?.string, to: item["to"]?.string,
                        quantities: [])
                period.quantities.insert(item["quantity"]?.string ?? "")
                periods[archive] = period
            }
            return periods.values.sorted { $0.archive < $1.archive }
        }

        var query: String {
            var text = "archive=\(APIClient.encoded(archive))&limit=1000"
            for quantity in quantities.sorted() where !quantity.isEmpty {
                text += "&quantity=" + APIClient.encoded(quantity)
            }
            guard let from, let to else { return text + "&latest=true" }
            return text + "&from=\(APIClient.encoded(from))&to=\(APIClient.encoded(to))"
        }
    }

    /// All of it for a script.
    var json: JSONValue {
        [
            "run": run, "tasks": .array(tasks), "measurements": .array(measurements),
            "states": .array(states),
        ]
    }

    /// All of it for eyes, device by device.
    var tables: String {
        tasks.map { task in
            let device = task["device"]?["id"]?.string
            var text = heading(of: task)
            text += readings(measurements.filter { $0["deviceId"]?.string == device })
            text += facts(states.filter { $0["deviceId"]?.string == device })
            return text + "\n"
        }.joined()
    }

    private func heading(of task: JSONValue) -> String {
        let device = task["device"]
        let name = task["resultName"]?["en"]?.string ?? "?"
        var text =
            "\(device?["type"]?.string ?? "") \(device?["serialNumber"]?.string ?? ""): \(name)\n"
        if let note = task["note"]?.string, !note.isEmpty { text += "  \(note)\n" }
        for item in task["items"]?.array ?? [] {
            guard let outcome = item["outcome"], let code = outcome["code"]?.string, code != "ok"
            else { continue }
            let words = [
                item["symbol"]?.string, item["quantity"]?.string, outcome["message"]?.string,
            ].compactMap { $0 }.filter { !$0.isEmpty }
            text += "  \(code): \(words.joined(separator: " "))\n"
        }
        return text
    }

    /// Readings with a row for each archive, quantity and time, and a column for each tag.
    private func readings(_ rows: [JSONValue]) -> String {
        guard !rows.isEmpty else { return "" }
        let order = ["TOTAL", "T1", "T2", "T3", "T4", "T5", "T6", "T7", "T8", "NONE"]
        let present = Set(rows.compactMap { $0["tag"]?.string })
        let tags = order.filter(present.contains) + present.subtracting(order).sorted()
        var table = TextTable(
            [("archive", .left), ("time", .left), ("quantity", .left)]
                + tags.map { ($0, .right) } + [("unit", .left)])
        var lines: [(key: [String], cells: [String: String], unit: String)] = []
        for row in rows {
            let key = ["archive", "time", "quantity"].map { row[$0]?.string ?? "" }
            let value = row["value"]?.string ?? "—"
            let tag = row["tag"]?.string ?? ""
            if let index = lines.lastIndex(where: { $0.key == key }) {
                lines[index].cells[tag] = value
            } else {
                lines.append((key, [tag: value], row["unit"]?.string ?? ""))
            }
        }
        for line in lines.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
            table.append(line.key + tags.map { line.cells[$0] ?? "—" } + [line.unit])
        }
        return table.text
    }

    private func facts(_ rows: [JSONValue]) -> String {
        guard !rows.isEmpty else { return "" }
        var table = TextTable([("state", .left), ("value", .left), ("time", .left)])
        for row in rows {
            let value = row["value"].map { $0.string ?? $0.text() } ?? ""
            table.append([row["type"]?.string ?? "", value, row["time"]?.string ?? ""])
        }
        return table.text
    }

    /// The brief journals of all tasks.
    func journals(_ client: APIClient) async throws -> String {
        var text = ""
        for task in tasks {
            let id = task["id"]?.string ?? ""
            text += "journal of \(task["device"]?["serialNumber"]?.string ?? id)\n"
            for line in try await client.list(client.path("tasks/\(id)/journal")) {
                let words = ["time", "level", "message"].map { line[$0]?.string ?? "" }
                text += "  " + words.joined(separator: "  ") + "\n"
            }
        }
        return text
    }
}
