import CCommline
import Check
import JSON
import Log
import Manifests
import Plugins
import Reactor

/// `commline plugin try`: one real session of a driver, from a laptop.
enum TryCommand {
    static let spec = CommandSpec(
        name: "plugin try", summary: "Runs a driver against a real device, without a host.",
        discussion: """
            Holds one session over TCP and prints what the driver reported. The driver runs in a \
            process of its own. With --record everything that crosses its border is written down: \
            commline replay runs any build of the driver on that again. Without a store, a command \
            that acts on the device acts as soon as it is asked for.

            A recording holds passwords and keys in the clear, as they were sent. It is for the \
            driver's vendor only; the file can be read by its owner alone, and it is up to you to \
            send it by a way that is safe.

            The exit code is 0 where everything was answered, 5 where the device lacks a part of it, 1 \
            where anything failed.

            examples:
              commline plugin try libacme.so --manifest acme.json --connect 192.0.2.7:4059
              commline plugin try libacme.so --manifest acme.json --connect meter.local:4059 \\
                --type DT_ACME --settings secret.json --serial 12345678 --archive END_OF_DAY \\
                --from 2026-05-01T00:00:00+03:00 --record meter.jsonl
              commline replay meter.jsonl --plugin libacme.so --manifest acme.json
            """,
        positionals: [PositionalSpec(name: "library", help: "The shared library, as libacme.so.")],
        options: [
            .value("--manifest", "FILE", "The plugin's manifest; found as by plugin check."),
            .value("--connect", "HOST:PORT", "Where the device answers; required."),
            .value("--type", "SYMBOL", "The device type; may be left out where there is one."),
            .value("--map", "SYMBOL", "The protocol map; may be left out where there is one."),
            .value(
                "--set", "NAME=VALUE",
                "A setting of the protocol or the TCP channel; may be given several times. Other "
                    + "users of this machine can see a command line: keep secrets in --settings."),
            .value("--settings", "FILE", "A JSON object with settings; --set comes before it."),
            .value(
                "--attribute", "NAME=VALUE", "An attribute of the device, as the manifest names it."
            ),
            .value("--serial", "TEXT", "The device's serial number."),
            .value("--address", "TEXT", "The device's address on its line."),
            .value("--zone", "NAME", "The device's time zone, as +03:00. Default: this machine's."),
            .value(
                "--archive", "SYMBOL", "An archive to read, all its quantities. Default: CURRENT."),
            .value("--state", "SYMBOL", "A state archive to read."),
            .value("--journal", "SYMBOL", "A journal to read."),
            .value("--command", "SYMBOL", "A command to carry out."),
            .value(
                "--parameters", "JSON",
                "The parameters of a command; the first --parameters belongs to the first "
                    + "--command, and so on."),
            .value(
                "--from", "TIME",
                "The beginning of the period, as 2026-05-01T00:00:00+03:00. Default: three days "
                    + "before its end."),
            .value("--to", "TIME", "The end of the period, exclusive. Default: now."),
            .value(
                "--counter", "NAME=FIRST",
                "The first number of a durable counter, which no store keeps here. Default: 0."),
            .value("--record", "FILE", "Writes the session down; holds passwords in the clear."),
            .value(
                "--time-limit", "SECONDS",
                "How long the session may take, 1 to 86400. Default: 300."),
            .switch("--json", "Prints the result as JSON."),
        ], run: run)

    private static func run(_ arguments: ParsedArguments) async throws -> ExitCode {
        let limit = try arguments.integer("--time-limit", in: 1...86_400, default: 300)
        let library = arguments.positionals[0]
        let path = try PluginManifestSearch.find(arguments.value("--manifest"), for: library)
        let manifest = try manifest(path, of: library)
        // Whatever is wrong with the command line is told before anything is started.
        var plan = try TryRequest(arguments, manifest).plan()
        plan.limits.longestSession = .seconds(limit)
        guard TryProcess.isInside else {
            return try TryProcess.run(
                within: .seconds(limit) + plan.limits.closingGrace + plan.limits.drain,
                isJSON: arguments.has("--json"), recording: arguments.value("--record"))
        }
        try TryProcess.dieWithParent()
        Log.level = .warning
        return try await hold(plan, manifest, arguments)
    }

    /// The manifest, for the library that was named whatever its file's name is.
    private static func manifest(
        _ path: String, of library: String
    ) throws(CommandFailure) -> Manifest {
        let bytes: [UInt8]
        do throws(WholeFile.Failure) {
            bytes = try WholeFile.read(path)
        } catch {
            throw CommandFailure(error.description, .usage)
        }
        let read = Manifest.read(bytes, file: path)
        guard var manifest = read.manifest else {
            let errors = read.defects.filter { $0.severity == .error }
            throw CommandFailure(errors.map(\.description).joined(separator: "\n"), .usage)
        }
        manifest.library = library.split(separator: "/").last.map(String.init) ?? library
        // The build that is tried is newer than whatever was packed.
        manifest.sha256 = nil
        return manifest
    }

    private static func hold(
        _ plan: SessionPlan, _ manifest: Manifest, _ arguments: ParsedArguments
    ) async throws -> ExitCode {
        var recorder: TraceRecorder?
        do throws(WholeFile.Failure) {
            if let path = arguments.value("--record") {
                recorder = try TraceRecorder(
                    path: path, plugin: manifest.id, version: manifest.version)
            }
        } catch {
            throw CommandFailure(error.description, .usage)
        }
        let named = arguments.positionals[0]
        let folder =
            named.contains("/")
            ? String(named[..<(named.lastIndex(of: "/") ?? named.startIndex)]) : "."
        let plugin: Plugin
        do throws(LoadError) {
            plugin = try PluginLoader(
                directories: [
                    PluginDirectory(path: folder.isEmpty ? "/" : folder, requiresDigest: false)
                ],
                hostVersion: Main.version
            ).load(manifest, through: recorder.map(RecordedBorder.init))
        } catch {
            throw CommandFailure(error.description, .usage)
        }
        let report = TryReport(
            plan, Catalogue([manifest]), isJSON: arguments.has("--json"))
        let end = try await TrySession.hold(
            plugin, plan, counters: try TryRequest.counters(arguments), tellsNotes: report.tell)
        Terminal.write(report.text(of: end, recorder, in: arguments.value("--record")))
        return recorder?.problem == nil ? report.exitCode(of: end) : .failure
    }
}

/// A recorder at the border of the plugin's session.
private final class RecordedBorder: SessionBorder {
    private let recorder: TraceRecorder

    init(_ recorder: TraceRecorder) {
        self.recorder = recorder
    }

    func open(
        _ request: UnsafePointer<commline_request>, _ host: UnsafePointer<commline_link>,
        _ error: UnsafeMutablePointer<commline_error>,
        _ open: (
            UnsafePointer<commline_request>, UnsafePointer<commline_link>,
            UnsafeMutablePointer<commline_error>
        ) -> OpaquePointer?
    ) -> OpaquePointer? {
        recorder.open(request, host, error, open)
    }

    func delivers(_ event: commline_event) {
        recorder.delivers(event)
    }
}
