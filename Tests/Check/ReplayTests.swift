import Check
import JSON
import Testing

/// Recordings, golden exchanges and exported exchanges, played again.
@Suite("Replay", .serialized)
struct ReplayTests {
    private static let behaviour = "behaviour:DT_LINE/PROTO_MAP_LINE"

    /// A library and the recording of its undisturbed session.
    private func recorded(_ bench: Workbench, _ source: String = "right") throws -> (
        library: String, trace: String
    ) {
        let library = try bench.compile(source)
        let report = bench.check(library, only: [Self.behaviour]) { $0.recordFolder = bench.path }
        #expect(report.isGood)
        return (library, bench.path + "/DT_LINE-PROTO_MAP_LINE.jsonl")
    }

    private func replay(
        _ bench: Workbench, _ library: String, _ trace: String, request: String? = nil
    ) throws -> CaseResult {
        let report = bench.check(library, only: ["replay"]) {
            $0.trace = trace
            $0.request = request
        }
        return try #require(report["replay"])
    }

    @Test("what was recorded goes as it went")
    func same() throws {
        let bench = try Workbench()
        let (library, trace) = try recorded(bench)
        let text = String(decoding: try WholeFile.read(trace), as: UTF8.self)
        #expect(text.hasPrefix("{\"trace\":\"commline-trace/1\",\"plugin\":\"line\""))
        #expect(text.contains("\"event\":\"CONNECTED\""))
        let result = try replay(bench, library, trace)
        #expect(result.verdict == .passed, "\(result.details)")
    }

    @Test("the first difference is named: event, expected action, got")
    func different() throws {
        let bench = try Workbench()
        let (library, trace) = try recorded(bench)
        let text = String(decoding: try WholeFile.read(trace), as: UTF8.self)
        let changed = try bench.write(
            "changed.jsonl", text.replacing("\"milliseconds\":5000", with: "\"milliseconds\":4000"))
        let result = try replay(bench, library, changed)
        #expect(result.verdict == .failed)
        let expected =
            "event 1 (CONNECTED): expected {\"action\":\"deadline\",\"milliseconds\":4000}, "
            + "got {\"action\":\"deadline\",\"milliseconds\":5000}"
        #expect(result.details.first == expected)
    }

    @Test("a recording of DLMS replays with its random challenge")
    func challenge() throws {
        let bench = try Workbench()
        let library = Workbench.binaries + "/libDLMS.so"
        let manifest = Workbench.manifests + "/dlms.json"
        let name = "behaviour:DT_CE307/PROTO_MAP_SPODES_CE307_V10"
        let report = bench.check(library, manifest: manifest, only: [name]) {
            $0.recordFolder = bench.path
        }
        #expect(report.isGood)
        let trace = bench.path + "/DT_CE307-PROTO_MAP_SPODES_CE307_V10.jsonl"
        let text = String(decoding: try WholeFile.read(trace), as: UTF8.self)
        #expect(text.contains("{\"random\":\""))
        let played = bench.check(library, manifest: manifest, only: ["replay"]) {
            $0.trace = trace
        }
        #expect(played["replay"]?.verdict == .passed, "\(played["replay"]?.details ?? [])")
    }

    @Test("what is no recording is refused with the line")
    func broken() throws {
        let bench = try Workbench()
        let (library, trace) = try recorded(bench)
        let lines = String(decoding: try WholeFile.read(trace), as: UTF8.self)
            .split(separator: "\n")
        let cut = try bench.write("cut.jsonl", lines[0] + "\n{\"event\":\"CONNECTED\"}\n")
        #expect(
            try replay(bench, library, cut).details.first?.contains("line 2 of the recording")
                == true)
        let other = try bench.write(
            "other.jsonl", lines[0].replacing("\"line\"", with: "\"other\"") + "\n")
        #expect(
            try replay(bench, library, other).details.first?.contains("plugin \"other\"") == true)
    }

    // MARK: - Exchanges

    private static let request = """
        {
          "device": {"uuid": "u", "serialNumber": "1", "type": "DT_LINE"},
          "protocol": {"type": "PROTO_LINE", "settings": {}},
          "channel": {"type": "CHAN_TYPE_TCP", "settings": {}},
          "commline": {"deviceLib": "DL_LINE", "protocolMap": "PROTO_MAP_LINE", "address": ""},
          "mode": "task",
          "items": [{"number": 0, "kind": "archive", "archive": "CURRENT", "quantities": ["A+"]}]
        }

        """
    /// "READ" and a line feed.
    private static let question = "52 45 41 44 0A"

    private func golden(_ lines: String) throws -> CaseResult {
        let bench = try Workbench()
        let library = try bench.compile("right")
        _ = try bench.write("reading.golden", "# a remark\n" + Self.request + lines)
        let report = bench.check(library, only: ["golden:reading.golden"]) {
            $0.golden = bench.path
        }
        return try #require(report["golden:reading.golden"])
    }

    @Test("a golden exchange is sent and understood as it stands")
    func goldenExchange() throws {
        let checksum = Self.checksum("A+ 123456")
        let result = try golden(
            """
            > \(Self.question)
            < \(Self.hex("A+ 123456*\(checksum)\n"))
            = record CURRENT A+ TOTAL 123456
            = finish ok
            """)
        #expect(result.verdict == .passed, "\(result.details)")
    }

    @Test("a golden exchange names the line where the driver does otherwise")
    func goldenDifference() throws {
        let wrong = try golden("> 52 45 41 45 0A\n")
        #expect(wrong.verdict == .failed)
        #expect(wrong.details.first?.contains("byte 3: expected 52 45 41 45 0A") == true)
        let value = try golden(
            "> \(Self.question)\n< \(Self.hex("A+ 7*0000\n"))\n= finish ok\n")
        #expect(
            value.details.first?.contains("expected to end with ok, got protocol") == true,
            "\(value.details)")
    }

    @Test("an exported exchange is played; blanked bytes match anything")
    func exported() throws {
        let bench = try Workbench()
        let library = try bench.compile("right")
        let request = try bench.write("request.json", Self.request)
        let answer = Self.hex("A+ 123456*\(Self.checksum("A+ 123456"))\n")
        func exchange(_ sent: String) -> String {
            """
            {"items": [
              {"time": 1779960896000, "direction": "connected", "peer": "192.0.2.7:4059",
               "text": "", "bytes": "", "length": 0},
              {"time": 1779960896010, "direction": "sent", "peer": "", "text": "",
               "bytes": "\(sent)", "length": 5},
              {"time": 1779960896020, "direction": "received", "peer": "", "text": "",
               "bytes": "\(answer)", "length": 15},
              {"time": 1779960896030, "direction": "disconnected", "peer": "", "text": "",
               "bytes": "", "length": 0}
            ]}
            """
        }
        let good = try bench.write("good.json", exchange("52 ** ** 44 0A"))
        let played = try replay(bench, library, good, request: request)
        #expect(played.verdict == .passed, "\(played.details)")
        let bad = try bench.write("bad.json", exchange("52 ** ** 45 0A"))
        #expect(
            try replay(bench, library, bad, request: request).details.first?.contains("byte 3")
                == true)
        #expect(
            try replay(bench, library, good).details.first?.contains("--request FILE") == true)
    }

    @Test("the text form of an exchange is played as well, and a part of one is refused")
    func exportedText() throws {
        let bench = try Workbench()
        let library = try bench.compile("right")
        let request = try bench.write("request.json", Self.request)
        let answer = Self.hex("A+ 123456*\(Self.checksum("A+ 123456"))\n")
        func exchange(_ sent: String) -> String {
            """
            2026-05-28T09:34:56.000Z * connected 192.0.2.7:4059
            2026-05-28T09:34:56.010Z > \(sent)
            2026-05-28T09:34:56.020Z < \(answer)
            2026-05-28T09:34:56.030Z * disconnected 192.0.2.7:4059 ok

            """
        }
        let good = try bench.write("good.txt", exchange(Self.question))
        let played = try replay(bench, library, good, request: request)
        #expect(played.verdict == .passed, "\(played.details)")
        let bad = try bench.write("bad.txt", exchange("52 45 41 44 0D"))
        #expect(
            try replay(bench, library, bad, request: request).details.first?
                .contains("line 2: byte 4") == true)
        let part = try bench.write("part.json", "{\"items\": [], \"nextCursor\": \"abc\"}")
        #expect(
            try replay(bench, library, part, request: request).details.first?
                .contains("only a part") == true)
    }

    private static func hex(_ text: String) -> String {
        text.utf8.map { byte in
            let digits = String(byte, radix: 16, uppercase: true)
            return byte < 16 ? "0" + digits : digits
        }.joined(separator: " ")
    }

    /// The checksum of `Plugins/line_driver.h`.
    private static func checksum(_ text: String) -> String {
        let sum = text.utf8.reduce(0) { ($0 * 31 + Int($1)) & 0xFFFF }
        let digits = String(sum, radix: 16, uppercase: true)
        return String(repeating: "0", count: 4 - digits.count) + digits
    }
}
