import Check
import JSON
import Reactor

/// `commline plugin check`: judges a driver without a meter, a network or a host.
enum CheckCommand {
    static let spec = CommandSpec(
        name: "plugin check", summary: "Checks a plugin's library against its manifest.",
        discussion: """
            Each case runs in a process of its own, so that a crash is a result and not the end. \
            The driver meets its own plugin's simulator on a virtual line and a virtual clock, \
            which splits, loses, delays and damages what passes. Ends with 1 where a case fails.

            examples:
              commline plugin check ./libacme.so --manifest acme.json
              commline plugin check libacme.so --manifest acme.json --fuzz 10000 --seed 7
              commline plugin check libacme.so --manifest acme.json --case split --case late
              commline plugin check libacme.so --manifest acme.json --junit check.xml
            """,
        positionals: [PositionalSpec(name: "library", help: "The shared library, as libacme.so.")],
        options: [
            .value(
                "--manifest", "FILE",
                "The plugin's manifest. Default: the one that names the library, beside it or in "
                    + "plugin-manifests."),
            .value("--golden", "DIR", "A folder with golden exchanges, *.golden."),
            .value("--fuzz", "N", "How many rounds of fuzz, 0 to 10000000. Default: 200."),
            .value("--seed", "N", "The same seed gives the same check. Default: 1."),
            .value("--replay", "TRACE", "A recording that has to go as it went."),
            .value("--record", "DIR", "Writes the undisturbed session of each device type."),
            .value("--case", "NAME", "Only this case; may be given several times."),
            .value("--json", "FILE", "Writes the report as JSON; - for standard output."),
            .value("--junit", "FILE", "Writes the report as JUnit XML; - for standard output."),
            .switch("--list", "Lists the cases and runs none."),
        ], run: run)

    private static func run(_ arguments: ParsedArguments) async throws -> ExitCode {
        if CaseChild.runIfAsked() { return .success }
        let library = arguments.positionals[0]
        var job = CheckJob(
            library: library,
            manifest: try PluginManifestSearch.find(arguments.value("--manifest"), for: library))
        job.golden = arguments.value("--golden")
        job.fuzzRounds = try arguments.integer("--fuzz", in: 0...10_000_000, default: 200)
        job.seed = UInt64(try arguments.integer("--seed", in: 0...Int.max, default: 1))
        job.trace = arguments.value("--replay")
        job.recordFolder = arguments.value("--record")
        let cases = try chosen(arguments, CheckCase.all(for: job))
        if arguments.has("--list") {
            var table = TextTable([("case", .left), ("what it is about", .left)])
            for one in cases { table.append([one.name, one.summary]) }
            Terminal.write(table.text)
            return .success
        }
        let report = check(cases.map(\.name), job)
        let outputs = [arguments.value("--json"), arguments.value("--junit")]
        if !outputs.contains("-") { Terminal.write(CheckTable.text(report)) }
        do throws(WholeFile.Failure) {
            if let path = arguments.value("--json") {
                try WholeFile.write(report.json.bytes(pretty: true) + [0x0A], to: path)
            }
            if let path = arguments.value("--junit") {
                try WholeFile.write(Array(report.junit.utf8), to: path)
            }
        } catch {
            throw CommandFailure(error.description)
        }
        return report.isGood ? .success : .failure
    }

    private static func chosen(
        _ arguments: ParsedArguments, _ cases: [CheckCase]
    ) throws(ArgumentError) -> [CheckCase] {
        let names = arguments.allValues("--case")
        for name in names
        where !cases.contains(where: { $0.name == name || $0.name.hasPrefix(name + ":") }) {
            throw .badValue(
                option: "--case", given: name,
                expected: "one of "
                    + cases.map { String($0.name.prefix { $0 != ":" }) }.uniqued
                    .joined(separator: ", "))
        }
        guard !names.isEmpty else { return cases }
        return cases.filter { one in
            names.contains { one.name == $0 || one.name.hasPrefix($0 + ":") }
        }
    }

    private static func check(_ names: [String], _ job: CheckJob) -> CheckReport {
        let clock = ContinuousClock()
        let begin = clock.now
        var results: [CaseResult] = []
        let progress = ProgressLine(total: names.count)
        results = CaseRunner.own(library: job.library).run(names, of: job) {
            progress.advance(past: $0.name)
        }
        progress.clear()
        let taken = (clock.now - begin).components
        return CheckReport(
            plugin: PluginManifestSearch.id(of: job.manifest) ?? job.library,
            library: job.library, results: results,
            seconds: Double(taken.seconds) + Double(taken.attoseconds) / 1e18)
    }
}

extension CaseRunner {
    /// Cases run in processes of this very program.
    static func own(library: String) -> CaseRunner {
        CaseRunner(program: ["/proc/self/exe", "plugin", "check", "--", library])
    }
}

extension [String] {
    /// Each text once, in order.
    fileprivate var uniqued: [String] {
        var seen: Set<String> = []
        return filter { seen.insert($0).inserted }
    }
}
