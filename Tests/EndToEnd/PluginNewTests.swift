import Glibc
import JSON
import Testing

/// From an empty folder to an installed driver, as a vendor and an operator go: nothing but the program
/// and a copy of the SDK's folder.
@Suite(.serialized) struct PluginNewTests {
    private static let names = ["c": "acme-meter", "swift": "com.acme.swift-meter"]

    @Test(arguments: ["c", "swift"])
    func aNewDriverIsBuiltPackedInstalledAndReads(_ language: String) throws {
        let scratch = try Scratch()
        let name = try #require(Self.names[language])
        let project = scratch.path + "/" + name
        var steps: [(String, Duration)] = []
        func step(_ title: String, _ program: String, _ arguments: [String]) throws {
            let clock = ContinuousClock()
            var output = ""
            let time = try clock.measure {
                output = try Self.run(program, arguments, in: scratch)
            }
            steps.append((title, time))
            #expect(!output.contains("warning:"), "\(output)")
        }
        try Self.run(
            "/bin/cp", ["-r", Workplace.root + "/SDK", scratch.path + "/SDK"], in: scratch)
        try step(
            "new", Workplace.commline,
            [
                "plugin", "new", name, "--lang", language, "--sdk", scratch.path + "/SDK", "--into",
                scratch.path,
            ])
        let make = ["-C", project, "CONFIGURATION=debug", "KEY=" + scratch.path + "/key.pem"]
        try step("build", "/usr/bin/make", make)
        try step("keygen", Workplace.commline, ["plugin", "keygen", scratch.path + "/key.pem"])
        try step("package", "/usr/bin/make", make + ["package"])
        let package = project + "/\(name)-0.1.0.cplugin"
        let vendor = scratch.path + "/vendor"
        let trust = ["--trust", scratch.path + "/key.pem.pub"]
        try step(
            "install", Workplace.commline,
            ["plugin", "install", package, "--into", vendor] + trust)
        print(
            "plugin new --lang \(language): "
                + steps.map { "\($0.0) \(Self.seconds($0.1)) s" }.joined(separator: ", "))
        try Self.reads(name, vendor, scratch)
    }

    /// The installed driver reads its own simulated meter through a host.
    private static func reads(_ name: String, _ vendor: String, _ scratch: Scratch) throws {
        let list = try run(
            Workplace.commline,
            ["plugin", "list", "--json", "--vendor", vendor, "--manifests", Workplace.manifests],
            in: scratch, allowing: [0, 1])
        let found = try JSONValue(parsing: list).array?.first { $0["id"]?.string == name }
        #expect(found?["state"] == "usable", "\(list)")
        let meters = try Child(
            Workplace.commline,
            ["simulate", name, "--vendor", vendor, "--manifests", Workplace.manifests, "--json"],
            in: scratch)
        let line = try JSONValue(parsing: try meters.line(containing: "\"port\""))
        let port = try #require(line["port"]?.int.flatMap { UInt16(exactly: $0) })
        let symbol = name.uppercased().split { $0 == "." || $0 == "-" }.joined(separator: "_")
        var target = Configuration.Line(port: port)
        target.type = "DT_" + symbol
        target.deviceLib = "DL_" + symbol
        target.protocolMap = "PROTO_MAP_" + symbol
        target.protocolType = "PROTO_" + symbol
        let host = try HostUnderTest(in: scratch, arguments: ["--vendor", vendor])
        try host.importing(Configuration([target]))
        let run = try host.read([Configuration.device(0)], [["archive": "CURRENT"]])
        let journal = try host.journal(of: run)
        #expect(run.result == "success", "\(journal)")
        let readings = try host.measurements()
        #expect(readings.map(\.key.quantity) == ["A+"])
        withExtendedLifetime(meters) {}
    }

    @Test func theExamplesBuildFromTheSDKAlone() throws {
        let scratch = try Scratch()
        let sdk = scratch.path + "/SDK"
        try Self.run("/bin/cp", ["-r", Workplace.root + "/SDK", sdk], in: scratch)
        try Self.run("/usr/bin/make", ["-C", sdk + "/Examples/C"], in: scratch)
        try Self.run(
            "/usr/bin/make", ["-C", sdk + "/Examples/Swift", "CONFIGURATION=debug"], in: scratch)
        let libraries = [
            sdk + "/Examples/C/libexample-c.so",
            sdk + "/Examples/Swift/.build/debug/libExampleDriver.so",
        ]
        for library in libraries {
            let symbols = try Self.run(
                "/usr/bin/nm", ["-D", "--defined-only", library], in: scratch)
            #expect(symbols.contains(" commline_plugin_entry\n"))
            #expect(symbols.split(separator: "\n").count == 1, "one exported symbol: \(symbols)")
        }
    }

    @Test(arguments: [
        (["Acme", "--lang", "c"], "lower-case letters"),
        (["../x", "--lang", "c"], "such as acme-meter"),
        (["schema", "--lang", "c"], "cannot be a plugin's name"),
        (["acme"], "--lang c|swift is missing"),
        (["acme", "--lang", "rust"], "one of c, swift"),
        (["there", "--lang", "c"], "is there already"),
        (["acme", "--lang", "c", "--sdk", "/nowhere"], "there is no SDK"),
    ])
    func aProjectThatCannotBeMadeIsRefused(_ arguments: [String], _ words: String) throws {
        let scratch = try Scratch()
        _ = try scratch.folder("there")
        let child = try Child(
            Workplace.commline, ["plugin", "new", "--into", scratch.path] + arguments, in: scratch)
        #expect(try child.finish().status == 2)
        #expect(child.errors.contains(words), "\(child.errors)")
        #expect(!Files.names(in: scratch.path).contains { $0.hasPrefix(".commline-new") })
    }

    @Test func aDamagedPackageAndAStrangersPackageAreRefused() throws {
        let scratch = try Scratch()
        let example = Workplace.root + "/SDK/Examples/C"
        let library = scratch.path + "/libexample-c.so"
        try Self.run(
            "/usr/bin/gcc",
            [
                "-shared", "-fPIC", "-fvisibility=hidden", "-I", Workplace.root + "/SDK/include",
                "-o", library, example + "/example_driver.c",
            ], in: scratch)
        for key in ["vendor", "stranger"] {
            try Self.run(
                Workplace.commline, ["plugin", "keygen", "\(scratch.path)/\(key).pem"], in: scratch)
        }
        let package = scratch.path + "/example.cplugin"
        try Self.run(
            Workplace.commline,
            [
                "plugin", "pack", library, "--manifest", Workplace.manifests + "/example-c.json",
                "--key", scratch.path + "/stranger.pem", "--out", package,
            ], in: scratch)
        var bytes = try Files.read(package)
        bytes[bytes.count / 2] ^= 1
        let damaged = try scratch.file("damaged.cplugin", bytes)
        let vendor = scratch.path + "/vendor"
        for (file, trust, words) in [
            (damaged, [], "get it from its vendor again"),
            (package, ["--trust", scratch.path + "/vendor.pem.pub"], "does not trust"),
            (package, ["--trust", scratch.path + "/vendor.pem"], "private key"),
            (scratch.path + "/none.cplugin", [], "correct the path"),
        ] {
            let child = try Child(
                Workplace.commline, ["plugin", "install", file, "--into", vendor] + trust,
                in: scratch)
            #expect(try child.finish().status == 2)
            #expect(child.errors.contains(words), "\(child.errors)")
        }
        #expect(Files.names(in: vendor).isEmpty)
    }

    private static func seconds(_ duration: Duration) -> String {
        let tenths = (duration / .milliseconds(100)).rounded()
        return "\(tenths / 10)"
    }

    @discardableResult
    private static func run(
        _ program: String, _ arguments: [String], in scratch: Scratch, allowing codes: [Int32] = [0]
    ) throws -> String {
        let child = try Child(program, arguments, in: scratch)
        let (status, output) = try child.finish(within: .seconds(1200))
        guard codes.contains(status) else {
            throw Trouble.ended("\(program) \(arguments): \(output)\(child.errors)")
        }
        return output
    }
}
