import Glibc
import Plugins
import Reactor

/// The `commline` program: finds the command, runs it, and ends with its exit code.
@main
enum Main {
    static let version = "0.1.0"

    static let commands: [CommandSpec] = [
        ServeCommand.spec, SimulateCommand.spec, ReadCommand.spec, ImportCommand.spec,
        ExportCommand.spec, DeviceListCommand.spec, RunWatchCommand.spec, NewCommand.spec,
        CheckCommand.spec, TryCommand.spec, ReplayCommand.spec, PackCommand.spec,
        KeygenCommand.spec,
        InstallCommand.spec, PluginListCommand.spec, ReloadCommand.spec, BenchCommand.spec,
        BenchStoreCommand.spec, BackupCommand.spec, RestoreCommand.spec, DoctorCommand.spec,
    ]

    static func main() async {
        // Before anything else: a worker has one thread and none of the host's parts.
        let arguments = CommandLine.arguments
        if arguments.count > 1, arguments[1] == WorkerProgram.command {
            WorkerProgram.run(Array(arguments.dropFirst(2)))
        }
        if arguments.count == 2, arguments[1] == PacketBench.peerCommand { PacketBench.runPeer() }
        Signals.ignoreBrokenPipes()
        exit(await run(Array(CommandLine.arguments.dropFirst())).rawValue)
    }

    static func run(_ arguments: [String]) async -> ExitCode {
        guard let first = arguments.first, first != "--help", first != "-h", first != "help" else {
            Terminal.write(HelpText.overview(commands, version: version))
            return arguments.isEmpty ? .usage : .success
        }
        if first == "--version" || first == "version" {
            Terminal.write("commline \(version)\n")
            return .success
        }
        do {
            let (spec, rest) = try find(arguments)
            let parsed = try ParsedArguments(rest, for: spec)
            if parsed.wantsHelp {
                Terminal.write(HelpText.command(spec))
                return .success
            }
            return try await spec.run(parsed)
        } catch let error as ArgumentError {
            Terminal.writeError("commline: \(error)\n")
            return .usage
        } catch let error as CommandFailure {
            Terminal.writeError("commline: \(error.text)\n")
            return error.code
        } catch {
            Terminal.writeError("commline: \(error)\n")
            return .failure
        }
    }

    /// Finds the command that the first one or two words name.
    private static func find(
        _ arguments: [String]
    ) throws(ArgumentError) -> (CommandSpec, [String]) {
        for length in [2, 1] where arguments.count >= length {
            let name = arguments.prefix(length).joined(separator: " ")
            if let spec = commands.first(where: { $0.name == name }) {
                return (spec, Array(arguments.dropFirst(length)))
            }
        }
        let given = arguments.prefix { !$0.hasPrefix("-") }.prefix(2).joined(separator: " ")
        let names = commands.map(\.name)
        throw .unknownCommand(
            given,
            near: Spelling.nearest(to: given, in: names)
                ?? Spelling.nearest(to: arguments[0], in: names))
    }
}

/// A command that could not do what was asked for, in words for a person.
struct CommandFailure: Error {
    var text: String
    var code: ExitCode

    init(_ text: String, _ code: ExitCode = .failure) {
        self.text = text
        self.code = code
    }
}
