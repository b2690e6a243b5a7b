import Glibc
import JSON
import Testing

/// A vendor at a device in the field: tries a driver on it, takes the recording home, and plays it.
@Suite struct TryTests {
    private static let manifest = ExampleDriver.manifest

    @Test func whatWasRecordedInTheFieldIsPlayedAgain() throws {
        let scratch = try Scratch()
        let library = try ExampleDriver.library("field", in: scratch)
        let meter = try Self.meter(library, in: scratch)
        let trace = scratch.path + "/field.jsonl"
        let tried = try Self.commline(
            Self.words("try", library, meter.address) + ["--record", trace, "--serial", "4711"],
            in: scratch)
        #expect(tried.status == 0, "\(tried.output)\(tried.errors)")
        #expect(tried.output.contains("CURRENT"), "\(tried.output)")
        #expect(tried.output.contains("passwords in the clear"))

        let lines = try Files.text(trace).split(separator: "\n").map {
            try JSONValue(parsing: "\($0)")
        }
        #expect(lines.first?["trace"] == "commline-trace/1")
        #expect(lines.first?["request"]?["device"]?["serialNumber"] == "4711")
        #expect(lines.contains { $0["event"] == "CONNECTED" })
        #expect(lines.contains { $0["action"] == "send" && $0["bytes"] == "524541440D0A" })
        #expect(lines.last?["action"] == "finish")
        var status = stat()
        #expect(stat(trace, &status) == 0)
        #expect(status.st_mode & 0o777 == 0o600)

        let replayed = try Self.replay(trace, library, in: scratch)
        #expect(replayed.status == 0, "\(replayed.output)\(replayed.errors)")

        let changed = try ExampleDriver.library("changed", in: scratch) {
            $0.replacing("{'R', 'E', 'A', 'D', '\\r', '\\n'}", with: "{'R', 'E', 'A', 'D', '\\n'}")
        }
        let differing = try Self.replay(trace, changed, in: scratch)
        #expect(differing.status == 1)
        #expect(differing.output.contains("event 1 (CONNECTED)"), "\(differing.output)")
        #expect(differing.output.contains("524541440D0A"), "\(differing.output)")
        #expect(differing.output.contains("524541440A"), "\(differing.output)")
        withExtendedLifetime(meter) {}
    }

    @Test func randomBytesAndCountersAreRecordedToo() throws {
        let scratch = try Scratch()
        let library = try ExampleDriver.library("drawing", in: scratch) {
            $0.replacing("    session->filled = 0;\n", with: Self.drawing)
                .replacing(
                    "    default: break; /*",
                    with:
                        "    case COMMLINE_EVENT_CREDIT: ask(session); break;\n    default: break; /*"
                )
        }
        let meter = try Self.meter(library, in: scratch)
        let trace = scratch.path + "/drawing.jsonl"
        let tried = try Self.commline(
            Self.words("try", library, meter.address) + [
                "--record", trace, "--counter", "frame=40",
            ], in: scratch)
        #expect(tried.status == 0, "\(tried.output)\(tried.errors)")
        let lines = try Files.text(trace).split(separator: "\n").map {
            try JSONValue(parsing: "\($0)")
        }
        // No numbers are at hand before the driver asks for some: the refusal is part of the recording.
        #expect(lines.contains { $0["refused"] == "reserve" })
        #expect(lines.contains { $0["event"] == "CREDIT" })
        #expect(lines.contains { $0["action"] == "reserve" && $0["first"]?.int == 40 })
        let drawn = lines.compactMap { $0["random"]?.string }
        #expect(drawn.map(\.count) == [16, 16])
        #expect(Set(drawn).count == 2)
        let replayed = try Self.replay(trace, library, in: scratch)
        #expect(replayed.status == 0, "\(replayed.output)\(replayed.errors)")
        withExtendedLifetime(meter) {}
    }

    /// Notes random bytes and a number of a counter, and asks only when it has the number.
    private static let drawing = """
            session->filled = 0;
            uint8_t drawn[8];
            uint64_t first = 0;
            char words[64];
            commline_text counter = text("frame");
            session->link->random(session->link, drawn, sizeof drawn);
            if (session->link->reserve(session->link, &counter, 2, &first) != COMMLINE_OK) return;
            snprintf(words, sizeof words, "%02x %llu", drawn[0], (unsigned long long)first);
            commline_message note = {sizeof note, 0, text(""), text(""), text(words)};
            session->link->note(session->link, COMMLINE_LEVEL_INFO, &note);

        """

    @Test func aDriverThatFallsLeavesARecordingThatLeadsToItsFall() throws {
        let scratch = try Scratch()
        let library = try ExampleDriver.library("falling", in: scratch) {
            $0.replacing("static void receive(", with: "static void old_receive(")
                .replacing(
                    "static commline_session *driver_open",
                    with: "static void receive(commline_session *s, const commline_bytes *b) "
                        + "{ (void)old_receive; (void)s; (void)b; abort(); }\n"
                        + "static commline_session *driver_open")
        }
        let meter = try Self.meter(try ExampleDriver.library("field", in: scratch), in: scratch)
        let trace = scratch.path + "/fall.jsonl"
        let tried = try Self.commline(
            Self.words("try", library, meter.address) + ["--record", trace, "--json"], in: scratch)
        #expect(tried.status == 1)
        #expect(tried.errors.contains("SIGABRT"), "\(tried.errors)")
        #expect(try JSONValue(parsing: tried.output)["end"]?["code"] == "plugin_crashed")
        let last = try Files.text(trace).split(separator: "\n").last.map(String.init) ?? ""
        #expect(last.contains("\"RECEIVED\""), "\(last)")
        withExtendedLifetime(meter) {}
    }

    @Test func machinesReadTheResult() throws {
        let scratch = try Scratch()
        let library = try ExampleDriver.library("field", in: scratch)
        let meter = try Self.meter(library, in: scratch)
        let tried = try Self.commline(
            Self.words("try", library, meter.address) + ["--json"], in: scratch)
        #expect(tried.status == 0, "\(tried.errors)")
        let result = try JSONValue(parsing: tried.output)
        #expect(result["end"]?["code"] == "ok")
        #expect(result["records"]?.array?.count == 1)
        #expect(result["records"]?[0]?["quantity"] == "A+")
        #expect(result["outcomes"]?[0]?["code"] == "ok")
        withExtendedLifetime(meter) {}
    }

    @Test func aDeviceThatIsNotThereIsAFailure() throws {
        let scratch = try Scratch()
        let library = try ExampleDriver.library("field", in: scratch)
        // Port 1 is that of a service which nobody runs any more.
        let tried = try Self.commline(
            Self.words("try", library, "127.0.0.1:1") + ["--json"], in: scratch)
        #expect(tried.status == 1)
        #expect(try JSONValue(parsing: tried.output)["end"]?["code"] == "transport")
    }

    @Test(arguments: [
        ([], "--connect HOST:PORT"),
        (["--connect", "meter"], "HOST:PORT"),
        (["--connect", "h:1", "--type", "DT_NONE"], "the manifest has DT_EXAMPLE_C"),
        (["--connect", "h:1", "--map", "X"], "the manifest has PROTO_MAP_EXAMPLE_C"),
        (["--connect", "h:1", "--archive", "END_OF_DAY"], "DT_EXAMPLE_C has CURRENT"),
        (["--connect", "h:1", "--set", "ACME_SECRET=1"], "has no setting ACME_SECRET"),
        (["--connect", "h:1", "--set", "hunter22"], "NAME=VALUE"),
        (
            ["--connect", "h:1", "--set", "CHAN_TYPE_TCP_OP_CONNECT_TIMEOUT=301"],
            "CHAN_TYPE_TCP_OP_CONNECT_TIMEOUT"
        ),
        (["--connect", "h:1", "--from", "yesterday"], "2026-05-01T00:00:00+03:00"),
        (["--connect", "h:1", "--parameters", "{}"], "more --parameters than --command"),
        (["--connect", "h:1", "--record", "/nowhere/trace"], "cannot write /nowhere/trace"),
    ])
    func aCommandLineThatCannotWorkIsRefused(_ arguments: [String], _ words: String) throws {
        let scratch = try Scratch()
        let library = try ExampleDriver.library("field", in: scratch)
        let tried = try Self.commline(
            ["plugin", "try", library, "--manifest", Self.manifest] + arguments, in: scratch)
        #expect(tried.status == 2)
        #expect(tried.errors.contains(words), "\(tried.errors)")
        #expect(!tried.errors.contains("hunter22"))
    }

    // MARK: The bench

    private static func words(_ command: String, _ library: String, _ address: String) -> [String] {
        ["plugin", command, library, "--manifest", manifest, "--connect", address]
    }

    private static func replay(
        _ trace: String, _ library: String, in scratch: Scratch
    ) throws -> (status: Int32, output: String, errors: String) {
        try commline(
            ["replay", trace, "--plugin", library, "--manifest", manifest], in: scratch)
    }

    private static func commline(
        _ arguments: [String], in scratch: Scratch
    ) throws -> (status: Int32, output: String, errors: String) {
        let child = try Child(Workplace.commline, arguments, in: scratch)
        let (status, output) = try child.finish(within: .seconds(120))
        return (status, output, child.errors)
    }

    /// A simulated meter of the example, and where it answers.
    private struct Meter {
        let child: Child
        let address: String
    }

    private static func meter(_ library: String, in scratch: Scratch) throws -> Meter {
        let folder = try ExampleDriver.describe(library, in: scratch)
        let child = try Child(
            Workplace.commline,
            ["simulate", "example-c", "--manifests", folder, "--plugins", folder, "--json"],
            in: scratch)
        let line = try JSONValue(parsing: try child.line(containing: "\"port\""))
        let port = try #require(line["port"]?.int)
        return Meter(child: child, address: "127.0.0.1:\(port)")
    }
}
