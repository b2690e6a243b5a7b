import JSON

/// `commline read`: one-off readings of devices, shown as a table.
enum ReadCommand {
    static let spec = CommandSpec(
        name: "read", summary: "Reads devices now and shows what they answered.",
        discussion: """
            Asks the host for a one-off run, follows it, and prints the readings that are stored, \
            then the run's statistics. Without further options: the current energies, the end of \
            the last day, the clock and the passport data.

            examples:
              commline read 13065
              commline read all --archive END_OF_DAY --depth 3 --quantity A+
            """,
        positionals: [
            PositionalSpec(
                name: "device",
                help: "A serial number, the end of one, an id, or all.", repeats: true)
        ],
        options: [
            .value("--archive", "SYMBOL", "CURRENT or END_OF_DAY; may be given several times."),
            .value("--state", "SYMBOL", "TIME or INFORMATION; may be given several times."),
            .value("--quantity", "SYMBOL", "A+, A-, R+ or R-; may be given several times."),
            .value("--tag", "SYMBOL", "TOTAL, T1 … T8; may be given several times."),
            .value("--depth", "N", "How many days of an archive. Default: 1."),
            .switch("--json", "Prints the run, its tasks and the readings as JSON."),
            .switch("--journal", "Prints the journal of each task as well."),
        ] + APIClient.options, run: run)

    private static func run(_ arguments: ParsedArguments) async throws -> ExitCode {
        let depth = try arguments.integer("--depth", in: 1...366, default: 1)
        return try await APIClient.use(arguments) { client in
            try await read(arguments, depth: depth, client)
        }
    }

    private static func read(
        _ arguments: ParsedArguments, depth: Int, _ client: APIClient
    ) async throws -> ExitCode {
        let devices = try await DeviceSearch.find(arguments.positionals, client)
        let order: JSONValue = [
            "targets": ["devices": .array(devices.compactMap { $0["id"] })],
            "read": .array(contents(arguments, depth: depth)),
        ]
        let started = try await client.send(.post, client.path("actions"), body: order)
        guard let id = started["id"]?.string else {
            throw CommandFailure("the host answered without a run")
        }
        let run = try await RunProgress.follow(id, client)
        let report = try await ReadingReport.collect(run, client)
        if arguments.has("--json") {
            Terminal.write(report.json.text(pretty: true) + "\n")
        } else {
            Terminal.write(report.tables)
            if arguments.has("--journal") { Terminal.write(try await report.journals(client)) }
            Terminal.write(RunProgress.summary(run))
        }
        return RunProgress.exitCode(run)
    }

    private static func contents(_ arguments: ParsedArguments, depth: Int) -> [JSONValue] {
        var archives = arguments.allValues("--archive")
        var states = arguments.allValues("--state")
        if archives.isEmpty, states.isEmpty {
            archives = ["CURRENT", "END_OF_DAY"]
            states = ["TIME", "INFORMATION"]
        }
        let quantities = arguments.allValues("--quantity").map(JSONValue.string)
        let tags = arguments.allValues("--tag").map(JSONValue.string)
        var lines: [JSONValue] = []
        for archive in archives {
            var line: JSONObject = ["archive": .string(archive)]
            if !quantities.isEmpty { line["quantities"] = .array(quantities) }
            if !tags.isEmpty { line["tags"] = .array(tags) }
            if archive != "CURRENT" { line["depth"] = JSONValue(depth) }
            lines.append(.object(line))
        }
        return lines + states.map { ["state": .string($0)] }
    }
}
