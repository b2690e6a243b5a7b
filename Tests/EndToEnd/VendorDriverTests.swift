import Glibc
import JSON
import Testing

/// A vendor's driver: a library that the host has never seen, beside its manifest in a folder.
@Suite struct VendorDriverTests {
    static let source = Workplace.root + "/SDK/Examples/C/example_driver.c"

    @Test func aDriverInCIsOneShortFile() throws {
        let text = try Files.text(Self.source)
        #expect(text.split(separator: "\n", omittingEmptySubsequences: false).count <= 150)
        let includes = text.split(separator: "\n").filter { $0.hasPrefix("#include") }
        #expect(includes.filter { $0.contains("\"") } == ["#include \"commline.h\""])
    }

    @Test func aDriverInCReadsADeviceThroughTheAPI() throws {
        let scratch = try Scratch()
        let folder = try Self.plugin(in: scratch)
        let device = try Self.lineMeter(["1234.50", "--fragments"], in: scratch)
        let host = try HostUnderTest(
            in: scratch, arguments: ["--manifests", folder, "--plugins", folder])
        try host.importing(Configuration([Self.line(try device.boundPort())]))

        let run = try host.read([Configuration.device(0)], [["archive": "CURRENT"]])
        let journal = try host.journal(of: run)
        #expect(run.result == "success", "\(journal)")
        let readings = try host.measurements()
        #expect(readings.map(\.value) == ["1234.50"])
        #expect(readings.first?.key.quantity == "A+" && readings.first?.key.tag == "TOTAL")
        withExtendedLifetime(device) {}
    }

    @Test func whatTheDriverSaysOfAFailureStandsInTheJournal() throws {
        let scratch = try Scratch()
        let folder = try Self.plugin(in: scratch)
        let device = try Self.lineMeter(["--error", "7"], in: scratch)
        let host = try HostUnderTest(
            in: scratch, arguments: ["--manifests", folder, "--plugins", folder])
        try host.importing(Configuration([Self.line(try device.boundPort())]))
        let run = try host.read([Configuration.device(0)], [["archive": "CURRENT"]])
        #expect(run.result == "partial" || run.result == "error")
        #expect(try host.journal(of: run).contains("The meter has no such reading"))
        #expect(try host.measurements().isEmpty)
        withExtendedLifetime(device) {}
    }

    @Test func aLibraryThatIsNotTheOneOfTheManifestIsRefused() throws {
        let scratch = try Scratch()
        let folder = try Self.plugin(in: scratch)
        let library = folder + "/libexample-c.so"
        try Files.write(try Files.read(library) + [0], to: library)
        let plugin = try Self.refused("example-c", folder, scratch)
        #expect(plugin.contains("SHA-256"), "\(plugin)")
    }

    @Test func aFileThatIsNoLibraryIsRefusedAndTheHostLives() throws {
        let scratch = try Scratch()
        let folder = try Self.plugin(in: scratch, library: Array("no library at all".utf8))
        let plugin = try Self.refused("example-c", folder, scratch)
        #expect(plugin.contains("libexample-c.so"), "\(plugin)")
    }

    @Test func anUnknownFieldOfAManifestIsNamed() throws {
        let scratch = try Scratch()
        let folder = try Self.plugin(in: scratch, adding: ("colour", "red"))
        let plugin = try Self.refused("example-c", folder, scratch)
        #expect(plugin.contains("colour"), "\(plugin)")
    }

    /// Starts a host on a folder with a plugin that it must refuse, and gives what it says of it.
    private static func refused(
        _ id: String, _ folder: String, _ scratch: Scratch
    ) throws -> String {
        let host = try HostUnderTest(
            in: scratch, arguments: ["--manifests", folder, "--plugins", folder])
        let plugins = try host.expect(200, "GET", "/api/v1/plugins")["items"]?.array ?? []
        #expect(try host.call("GET", "/healthz", token: "").status == 200)
        let found = plugins.filter { $0.text(pretty: false).contains(id) }
        #expect(found.count == 1)
        #expect(found.first?["state"]?.string != "active")
        return found.map { $0.text(pretty: false) }.joined()
    }

    private static func line(_ port: UInt16) -> Configuration.Line {
        var line = Configuration.Line(port: port)
        line.type = "DT_EXAMPLE_C"
        line.deviceLib = "DL_EXAMPLE_C"
        line.protocolMap = "PROTO_MAP_EXAMPLE_C"
        line.protocolType = "PROTO_EXAMPLE_C"
        return line
    }

    private static func lineMeter(_ arguments: [String], in scratch: Scratch) throws -> Child {
        try Child(
            Workplace.python, [Workplace.root + "/Tests/Peers/line_meter.py"] + arguments,
            in: scratch)
    }

    /// A vendor's folder: the library as gcc makes it of the one file, and the manifest with its digest.
    private static func plugin(
        in scratch: Scratch, library: [UInt8]? = nil, adding field: (String, JSONValue)? = nil
    ) throws -> String {
        let folder = try scratch.folder("vendor")
        let file = folder + "/libexample-c.so"
        if let library {
            try Files.write(library, to: file)
        } else {
            try run(
                "/usr/bin/gcc",
                [
                    "-std=c11", "-Wall", "-Wextra", "-Wpedantic", "-Werror", "-O2", "-fPIC",
                    "-fvisibility=hidden", "-shared", "-I", Workplace.root + "/SDK/include", "-o",
                    file, source,
                ], scratch)
        }
        let digest = try run("/usr/bin/sha256sum", [file], scratch).prefix(64)
        let manifest = try Files.read(Workplace.manifests + "/example-c.json")
        var object = try JSONValue(parsing: manifest).object ?? [:]
        object["sha256"] = .string(String(digest))
        if let (name, value) = field { object[name] = value }
        try Files.write(
            JSONValue.object(object).bytes(pretty: true), to: folder + "/example-c.json")
        return folder
    }

    @discardableResult
    private static func run(
        _ program: String, _ arguments: [String], _ scratch: Scratch
    ) throws -> String {
        let child = try Child(program, arguments, in: scratch)
        let (status, output) = try child.finish()
        guard status == 0 else { throw Trouble.ended("\(program): \(child.errors)") }
        return output
    }
}
