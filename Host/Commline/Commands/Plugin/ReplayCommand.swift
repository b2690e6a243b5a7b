import Check
import Glibc

/// `commline replay`: runs a driver on what was recorded, and tells where it does otherwise.
enum ReplayCommand {
    static let spec = CommandSpec(
        name: "replay", summary: "Runs a driver on a recorded session and compares.",
        discussion: """
            A trace is what `commline plugin try --record` writes of a session with a real device, and \
            `commline plugin check --record` of one with the simulator: every event, random draw and \
            action. An exchange is the extended journal of a task as the API exports \
            it; it needs the session's request beside it. Received bytes are given to the driver, \
            what it sends is compared; blanked bytes match anything. The driver runs in a process \
            of its own. Ends with 1 at the first difference.

            examples:
              commline replay session.jsonl --plugin libacme.so --manifest acme.json
              commline replay exchange.json --request request.json --plugin libacme.so
            """,
        positionals: [PositionalSpec(name: "trace", help: "The trace or the exchange.")],
        options: [
            .value("--plugin", "FILE", "The plugin's library; required."),
            .value("--manifest", "FILE", "The plugin's manifest; found as by plugin check."),
            .value("--request", "FILE", "The request of the session, for an exchange."),
        ], run: run)

    private static func run(_ arguments: ParsedArguments) async throws -> ExitCode {
        guard let library = arguments.value("--plugin") else {
            throw CommandFailure("name the plugin's library with --plugin FILE", .usage)
        }
        var job = CheckJob(
            library: library,
            manifest: try PluginManifestSearch.find(arguments.value("--manifest"), for: library))
        job.trace = arguments.positionals[0]
        job.request = arguments.value("--request")
        for path in [job.trace, job.request].compactMap({ $0 }) where access(path, R_OK) != 0 {
            throw CommandFailure("cannot read \(path)", .usage)
        }
        let runner = CaseRunner.own(library: library)
        guard let result = runner.run([ReplayCases.name], of: job).first else { return .failure }
        let details = result.details.map { "  \($0)\n" }.joined()
        guard result.verdict != .failed else {
            Terminal.write("it goes otherwise than recorded:\n" + details)
            return .failure
        }
        Terminal.write("it goes as recorded\n" + details)
        return .success
    }
}
