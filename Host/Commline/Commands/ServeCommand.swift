import Log
import Reactor

/// `commline serve`: the host itself.
enum ServeCommand {
    static let spec = CommandSpec(
        name: "serve", summary: "Runs the host: drivers, collection and the REST API.",
        discussion: """
            Loads the plugins that the manifests name, opens the data directory (and makes it), goes \
            on with the runs that an earlier stop cut off, and serves the REST API until SIGTERM or \
            Ctrl-C. Prints one line with the address once it listens; the service log goes to \
            standard error. The API describes itself at /docs and /openapi.json.

            example:
              commline serve --data /var/lib/commline --listen 127.0.0.1:8080
            """,
        options: [
            .value(
                "--data", "DIR",
                "The data directory, which one host uses at a time. Default: commline-data."),
            .value(
                "--listen", "ADDRESS:PORT",
                "Where the REST API listens; port 0 lets the system choose. "
                    + "Default: 127.0.0.1:8080."),
            .value(
                "--log-level", "LEVEL",
                "trace, debug, info, warning or error. Default: info."),
            .value(
                "--max-sessions", "N",
                "Sessions with devices at once, 1 to 20000. Default: 5000."),
            .value(
                "--inline", "ID",
                "Runs a plugin that you trust in the host's own process: a little faster, and a "
                    + "defect of it ends the host. `*` is all. May be given several times. "
                    + "Default: each plugin in worker processes of its own."),
            .value("--reactors", "N", "Event loops for sessions. Default: one per core."),
        ] + PluginPlaces.options, run: run)

    private static func run(_ arguments: ParsedArguments) async throws -> ExitCode {
        let levels = LogLevel.allCases.map { "\($0)" }
        let name = try arguments.choice("--log-level", of: levels, default: "info")
        Log.level = LogLevel(name: name) ?? .info
        let data = arguments.value("--data") ?? "commline-data"
        let options = HostOptions(
            data: data,
            listen: try address(arguments.value("--listen") ?? "127.0.0.1:8080"),
            sessions: try arguments.integer("--max-sessions", in: 1...20_000, default: 5_000),
            reactors: try arguments.integer("--reactors", in: 0...64, default: 0),
            places: try PluginPlaces(arguments, data: data),
            inline: Set(arguments.allValues("--inline")))
        let host = try await RunningHost.start(options)
        Terminal.write("listening on http://\(host.address)\n")
        await Interruption.wait(on: host.frontReactor)
        await host.stop()
        return .success
    }

    private static func address(_ text: String) throws(ArgumentError) -> SocketAddress {
        if let colon = text.lastIndex(of: ":"),
            let port = UInt16(text[text.index(after: colon)...]),
            let address = SocketAddress(String(text[..<colon]), port: port)
        {
            return address
        }
        throw .badValue(
            option: "--listen", given: text,
            expected: "a numeric address and a port, as 127.0.0.1:8080 or [::1]:8080")
    }
}
