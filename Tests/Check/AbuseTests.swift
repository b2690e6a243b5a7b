import Check
import Testing

/// Plugins that go wrong in one thing each: the right case names it, for the right reason.
@Suite("Abusing plugins", .serialized)
struct AbuseTests {
    /// A source of `Plugins`, the case that has to fail, and what that says.
    struct Abuse: CustomTestStringConvertible, Sendable {
        let source: String
        let caseName: String
        let reason: String
        var flags: [String] = []
        var manifest = "line"

        var testDescription: String { ([source] + flags).joined(separator: " ") }
    }

    private static let behaviour = "behaviour:DT_LINE/PROTO_MAP_LINE"

    private static let commands = "behaviour:DT_COMMANDS/PROTO_MAP_COMMANDS"

    /// The whole family.
    static let abuses: [Abuse] = [
        Abuse(source: "exits", caseName: behaviour, reason: "ended the process: exit(3)"),
        Abuse(source: "aborts", caseName: behaviour, reason: "called abort() (SIGABRT)"),
        Abuse(source: "recurses", caseName: behaviour, reason: "overflowed its stack"),
        Abuse(source: "forks", caseName: behaviour, reason: "forked the process in RECEIVED"),
        Abuse(
            source: "closes", caseName: behaviour,
            reason: "closed descriptors that are not its own"),
        Abuse(
            source: "writes_past", caseName: behaviour,
            reason: "went past the end of memory that the host had lent it"),
        Abuse(
            source: "writes_lent", caseName: behaviour,
            reason: "wrote into memory that the host had lent it for reading"),
        Abuse(
            source: "keeps_lent", caseName: behaviour,
            reason: "used memory that the host had lent it for a call that has returned"),
        Abuse(source: "blocks", caseName: "callbacks", reason: "it blocks; 1 ms is allowed"),
        Abuse(
            source: "hangs", caseName: behaviour, reason: "hangs: driver: RECEIVED did not return"),
        Abuse(
            source: "finishes_twice", caseName: behaviour,
            reason: "finish after the session was ended"),
        Abuse(source: "sends_much", caseName: behaviour, reason: "send: 2097152 bytes at once"),
        Abuse(source: "floods", caseName: behaviour, reason: "went on after COMMLINE_TOO_MUCH"),
        Abuse(source: "unknown_kind", caseName: behaviour, reason: "a record of kind 99"),
        Abuse(
            source: "foreign_thread", caseName: behaviour,
            reason: "1 calls of the link on a foreign thread"),
        Abuse(
            source: "after_close", caseName: "threads",
            reason: "calls of the link on a foreign thread"),
        Abuse(source: "stalls", caseName: "silence", reason: "the driver stalls"),
        Abuse(
            source: "false_reading", caseName: "truncated",
            reason: "a false reading: CURRENT A+ TOTAL = 1"),
        Abuse(source: "whole_lines", caseName: "split", reason: "is missing"),
        Abuse(source: "ignores_cancel", caseName: "cancel", reason: "60.0 seconds is the grace"),
        Abuse(source: "ignores_cancel", caseName: "closing", reason: "5.0 seconds is the grace"),
        Abuse(source: "leaks_memory", caseName: "leaks", reason: "memory grows by"),
        Abuse(
            source: "leaks_descriptors", caseName: "leaks", reason: "descriptors were left open"),
        Abuse(source: "own_clock", caseName: "determinism", reason: "went otherwise"),
        Abuse(
            source: "undeclared", caseName: behaviour,
            reason: "not in the manifest: CURRENT R+ TOTAL"),
        Abuse(source: "strict_events", caseName: "unknown", reason: "an unknown event before"),
        Abuse(source: "null_entry", caseName: "tables", reason: "answered NULL"),
        Abuse(source: "short_table", caseName: "tables", reason: "says that it has 24 bytes"),
        Abuse(source: "other_major", caseName: "tables", reason: "is of ABI 2.0"),
        Abuse(source: "other_id", caseName: "tables", reason: "its id is \"another\""),
        Abuse(
            source: "lacks_handle", caseName: "tables",
            reason: "the table of driver lacks function 2 of 3"),
        Abuse(source: "answers_all", caseName: "extensions", reason: "compare the whole id"),
        Abuse(
            source: "no_simulator", caseName: "simulator",
            reason: "has no commline.simulator/1"),
        Abuse(
            source: "refuses_activation", caseName: "activation",
            reason: "not answered with COMMLINE_OK in round 1"),
        Abuse(source: "no_entry", caseName: "library", reason: "is not exported"),
        Abuse(
            source: "foreign_symbol", caseName: "symbols",
            reason: "the symbol commline_host_secret is in none of the libraries"),
        Abuse(
            source: "commands", caseName: commands, reason: "acts without the stage SENT",
            flags: ["-DWITHOUT_SENT"], manifest: "commands"),
        Abuse(
            source: "commands", caseName: commands,
            reason: "acts in a send without COMMLINE_SEND_AFTER_STORED",
            flags: ["-DWITHOUT_STORED"], manifest: "commands"),
        Abuse(
            source: "commands", caseName: commands,
            reason: "item journal SWITCHING was answered with RELAY POSITION",
            flags: ["-DWRONG_ITEM"], manifest: "commands"),
    ]

    @Test("are named", arguments: abuses)
    func named(_ abuse: Abuse) throws {
        let bench = try Workbench()
        let library = try bench.compile(abuse.source, abuse.flags)
        let report = bench.check(
            library, manifest: Workbench.sources + "/\(abuse.manifest).json",
            only: [abuse.caseName], callLimit: abuse.source == "hangs" ? 2 : 60)
        let result = try #require(report[abuse.caseName])
        #expect(result.verdict == .failed)
        #expect(result.details.contains { $0.contains(abuse.reason) }, "\(result.details)")
    }

    @Test("that die undisturbed are not disturbed as well, and the rest of the cases runs")
    func deadOnes() throws {
        let bench = try Workbench()
        let report = bench.check(try bench.compile("exits"))
        #expect(report.failed == [Self.behaviour])
        #expect(report["split"]?.verdict == .skipped)
        for name in ["library", "symbols", "tables", "activation", "extensions", "settings"] {
            #expect(report[name]?.verdict == .passed, "\(name)")
        }
    }

    @Test("without a simulator are still checked as far as that goes")
    func withoutSimulator() throws {
        let bench = try Workbench()
        let report = bench.check(try bench.compile("no_simulator"))
        #expect(report["simulator"]?.verdict == .failed)
        for name in ["library", "tables", "activation", "extensions", "settings", "manifest"] {
            #expect(report[name]?.verdict == .passed, "\(name)")
        }
    }

    @Test("that need the shared Swift runtime are told how to bring their own")
    func sharedRuntime() throws {
        let bench = try Workbench()
        let empty = try bench.write("empty.c", "extern int nothing_at_all;\n")
        _ = try bench.compile([empty], into: "libswiftCore.so")
        let library = try bench.compile(
            "right", ["-Wl,--no-as-needed", "-L\(bench.path)", "-lswiftCore"])
        let report = bench.check(library, only: ["symbols"])
        #expect(report["symbols"]?.details.first?.contains("-static-stdlib") == true)
    }

    @Test("that export more than their entry are warned")
    func exports() throws {
        let bench = try Workbench()
        let report = bench.check(try bench.compile("exports_more"), only: ["exports"])
        #expect(report["exports"]?.verdict == .warning)
        #expect(report["exports"]?.details.first?.contains("line_checksum_table") == true)
        #expect(report.isGood)
    }

    @Test("that name a library which not every host has are told so")
    func foreignLibrary() throws {
        let bench = try Workbench()
        let empty = try bench.write("empty.c", "int acme_helper(void) { return 1; }\n")
        _ = try bench.compile([empty], into: "libacmehelper.so")
        let library = try bench.compile(
            "right", ["-Wl,--no-as-needed", "-L\(bench.path)", "-lacmehelper"])
        let report = bench.check(library, only: ["symbols"])
        #expect(report["symbols"]?.verdict == .failed)
        #expect(report["symbols"]?.details.first?.contains("libacmehelper.so") == true)
    }
}
