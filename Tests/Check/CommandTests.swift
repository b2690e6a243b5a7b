import Check
import JSON
import Testing

/// The commands, as people and machines call them.
@Suite("Commands", .serialized)
struct CommandTests {
    @Test("the check prints a table and ends with 0 or 1")
    func table() throws {
        let bench = try Workbench()
        let manifest = Workbench.sources + "/line.json"
        let good = try Workbench.commline([
            "plugin", "check", try bench.compile("right"), "--manifest", manifest, "--case",
            "split", "--case", "behaviour",
        ])
        #expect(good.status == 0, "\(good.output)")
        #expect(good.output.contains("line: 2 passed, 0 with warnings, 0 failed, 0 skipped in "))
        let bad = try Workbench.commline([
            "plugin", "check", try bench.compile("whole_lines"), "--manifest", manifest, "--case",
            "split",
        ])
        #expect(bad.status == 1)
        #expect(bad.output.contains("split: failed"))
    }

    @Test("the check lists its cases, and refuses a case that there is not")
    func list() throws {
        let bench = try Workbench()
        let call = [
            "plugin", "check", try bench.compile("right"), "--manifest",
            Workbench.sources + "/line.json",
        ]
        let listed = try Workbench.commline(call + ["--list"])
        #expect(listed.status == 0)
        for name in ["library", "disconnect", "determinism", "behaviour:DT_LINE/PROTO_MAP_LINE"] {
            #expect(listed.output.contains(name))
        }
        let unknown = try Workbench.commline(call + ["--case", "splt"])
        #expect(unknown.status == 2)
        #expect(unknown.output.contains("one of library, symbols"))
    }

    @Test("the check writes JSON and JUnit XML")
    func machines() throws {
        let bench = try Workbench()
        let (json, junit) = (bench.path + "/report.json", bench.path + "/report.xml")
        let result = try Workbench.commline([
            "plugin", "check", try bench.compile("whole_lines"), "--manifest",
            Workbench.sources + "/line.json", "--case", "split", "--case", "merged", "--json", json,
            "--junit", junit,
        ])
        #expect(result.status == 1)
        let report = try JSONValue(parsing: try WholeFile.read(json))
        #expect(report["passed"] == false)
        #expect(report["counts"]?["failed"] == 1)
        #expect(report["cases"]?[0]?["case"] == "split")
        let xml = String(decoding: try WholeFile.read(junit), as: UTF8.self)
        #expect(xml.contains("tests=\"2\" failures=\"1\" errors=\"0\" skipped=\"0\""))
        #expect(xml.contains("<failure message=\"in pieces of 1: "))
    }

    @Test("a manifest is found beside the library by the library's name")
    func manifest() throws {
        let bench = try Workbench()
        let library = try bench.compile("right")
        let without = try Workbench.commline(["plugin", "check", library, "--case", "manifest"])
        #expect(without.status == 2)
        #expect(without.output.contains("no manifest names the library libline.so"))
        let text = try WholeFile.read(Workbench.sources + "/line.json")
        _ = try bench.write("line.json", String(decoding: text, as: UTF8.self))
        let found = try Workbench.commline(["plugin", "check", library, "--case", "manifest"])
        #expect(found.status == 0, "\(found.output)")
    }

    @Test(
        "a misspelt field of the manifest fails the check, and the report goes to standard output")
    func misspelt() throws {
        let bench = try Workbench()
        let text = String(
            decoding: try WholeFile.read(Workbench.sources + "/line.json"), as: UTF8.self)
        let manifest = try bench.write(
            "bad.json", text.replacing("\"vendor\"", with: "\"vender\""))
        let result = try Workbench.commline([
            "plugin", "check", try bench.compile("right"), "--manifest", manifest, "--case",
            "manifest", "--json", "-",
        ])
        #expect(result.status == 1)
        let report = try JSONValue(parsing: result.output)
        #expect(report["cases"]?[0]?["verdict"] == "failed")
        #expect(report["cases"]?[0]?["details"]?[0]?.string?.contains("vender") == true)
    }

    @Test("replay ends with 1 at a difference, and says where")
    func replay() throws {
        let bench = try Workbench()
        let library = try bench.compile("right")
        let manifest = Workbench.sources + "/line.json"
        let recorded = try Workbench.commline([
            "plugin", "check", library, "--manifest", manifest, "--case", "behaviour", "--record",
            bench.path,
        ])
        #expect(recorded.status == 0, "\(recorded.output)")
        let trace = bench.path + "/DT_LINE-PROTO_MAP_LINE.jsonl"
        let same = try Workbench.commline([
            "replay", trace, "--plugin", library, "--manifest", manifest,
        ])
        #expect(same.status == 0, "\(same.output)")
        let text = String(decoding: try WholeFile.read(trace), as: UTF8.self)
        let changed = try bench.write(
            "changed.jsonl", text.replacing("524541440A", with: "524541450A"))
        let other = try Workbench.commline([
            "replay", changed, "--plugin", library, "--manifest", manifest,
        ])
        #expect(other.status == 1)
        #expect(other.output.contains("event 1 (CONNECTED): expected {\"action\":\"send\""))
    }
}
