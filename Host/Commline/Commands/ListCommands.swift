import JSON

/// `commline device list`: what the host knows.
enum DeviceListCommand {
    static let spec = CommandSpec(
        name: "device list", summary: "Lists the devices of the project.",
        options: [.switch("--json", "Prints the devices as JSON.")] + APIClient.options, run: run)

    private static func run(_ arguments: ParsedArguments) async throws -> ExitCode {
        try await APIClient.use(arguments) { client in
            let devices = try await client.list(client.path("devices?limit=1000"))
            if arguments.has("--json") {
                Terminal.write(JSONValue.array(devices).text(pretty: true) + "\n")
                return .success
            }
            var table = TextTable([
                ("serial number", .left), ("type", .left), ("status", .left), ("enabled", .left),
                ("id", .left),
            ])
            for device in devices {
                table.append([
                    device["serialNumber"]?.string ?? "", device["type"]?.string ?? "",
                    device["status"]?.string ?? "", device["enabled"]?.bool == true ? "yes" : "no",
                    device["id"]?.string ?? "",
                ])
            }
            Terminal.write(table.text + "\(devices.count) devices\n")
            return .success
        }
    }
}

/// `commline run watch`: a run until it is done.
enum RunWatchCommand {
    static let spec = CommandSpec(
        name: "run watch", summary: "Follows a run until it is done.",
        discussion: "The exit code tells how it ended: 0 success, 5 partly, 1 anything else.",
        positionals: [PositionalSpec(name: "run", help: "The run's id.")],
        options: APIClient.options, run: run)

    private static func run(_ arguments: ParsedArguments) async throws -> ExitCode {
        try await APIClient.use(arguments) { client in
            let run = try await RunProgress.follow(arguments.positionals[0], client)
            Terminal.write(RunProgress.summary(run))
            return RunProgress.exitCode(run)
        }
    }
}
