import Glibc
import JSON

/// A version of a driver that a test compiles: a C file and what its manifest says.
struct DriverVersion {
    var id = "crowd"
    var version = "1.0.0"
    /// The version as the value of each record: 1.10 for 1.1.0.
    var value = "1.00"
    /// A C source below `Tests`.
    var source = "EndToEnd/Drivers/crowd.c"
    /// Macros of the compilation, as `MAJOR=2`.
    var macros: [String] = []
    /// Sessions in one worker.
    var sessions = 1_000
    /// Settings that the protocol insists on.
    var requiredSettings: [String] = []

    var library: String { "lib\(id)-\(version).so" }

    private var symbol: String { id.uppercased().split(separator: "-").joined(separator: "_") }

    /// The manifest, without the library's digest.
    var manifest: JSONObject {
        var properties = JSONObject()
        for name in requiredSettings { properties[name] = ["type": "string"] }
        return [
            "manifestVersion": 1, "id": .string(id), "version": .string(version),
            "vendor": "Tests", "abi": "1.0", "library": .string(library), "isolation": "process",
            "limits": ["sessions": .number(JSONNumber(sessions)), "memoryMiB": 256],
            "rendition": "own",
            "deviceTypes": [
                [
                    "symbol": .string("DT_\(symbol)"), "class": "DC_METER",
                    "names": ["ru": "Счётчик", "en": "Meter"], "resource": "electricity",
                    "deviceLib": .string("DL_\(symbol)"),
                    "protocolMaps": [
                        [
                            "symbol": .string("PROTO_MAP_\(symbol)"),
                            "protocol": .string("PROTO_\(symbol)"),
                        ]
                    ],
                    "archives": [
                        [
                            "archive": "CURRENT", "quantities": ["A+"],
                            "tags": ["TOTAL", "T1", "T2"],
                        ]
                    ],
                ]
            ],
            "protocols": [
                [
                    "type": .string("PROTO_\(symbol)"),
                    "names": ["ru": "Протокол", "en": "Protocol"],
                    "settings": [
                        "type": "object", "properties": .object(properties),
                        "required": .array(requiredSettings.map { .string($0) }),
                        "additionalProperties": false,
                    ],
                ]
            ],
        ]
    }

    /// Meters of this driver, all at one address, called by their serial numbers.
    func meters(_ serialNumbers: [String], port: UInt16) -> Configuration {
        let lines = serialNumbers.map { serialNumber in
            var line = Configuration.Line(port: port)
            line.serialNumber = serialNumber
            line.type = "DT_\(symbol)"
            line.deviceLib = "DL_\(symbol)"
            line.protocolMap = "PROTO_MAP_\(symbol)"
            line.protocolType = "PROTO_\(symbol)"
            return line
        }
        return Configuration(lines, sharesWay: true)
    }
}

/// A vendor's folder on an operator's machine: libraries and manifests, each put there in one step.
struct DriverFolder {
    let path: String
    private let scratch: Scratch

    init(_ name: String = "vendor", in scratch: Scratch) throws {
        self.scratch = scratch
        path = try scratch.folder(name)
    }

    /// What a host is started with to see this folder alone.
    var arguments: [String] { ["--manifests", path, "--plugins", path] }

    /// Compiles a driver and installs it: the library first, then the manifest that names it.
    ///
    /// - Parameters:
    ///   - driver: The version.
    ///   - alterLibrary: Damages the library; the manifest's digest is that of the damaged one.
    ///   - alterManifest: Changes the manifest.
    /// - Returns: The library's SHA-256 as hexadecimal digits.
    /// - Throws: `Trouble` where the compiler or the file system refuses.
    @discardableResult
    func install(
        _ driver: DriverVersion, alterLibrary: (inout [UInt8]) -> Void = { _ in },
        alterManifest: (inout JSONObject) -> Void = { _ in }
    ) throws -> String {
        let built = path + "/.building"
        let tests = Workplace.root + "/Tests/"
        try run(
            "/usr/bin/gcc",
            [
                "-std=gnu11", "-D_GNU_SOURCE", "-O1", "-shared", "-fPIC", "-fvisibility=hidden",
                "-Wall", "-Wextra", "-Werror", "-I", Workplace.root + "/SDK/include", "-I",
                tests + "ABI/Plugins", "-DPLUGIN_ID=\"\(driver.id)\"",
                "-DPLUGIN_VERSION=\"\(driver.version)\"",
                "-DVALUE=\(driver.value.filter(\.isNumber))",
            ] + driver.macros.map { "-D" + $0 } + ["-o", built, tests + driver.source])
        var bytes = try Files.read(built)
        alterLibrary(&bytes)
        try Files.write(bytes, to: built)
        let digest = String(try run("/usr/bin/sha256sum", [built]).prefix(64))
        try move(built, to: path + "/" + driver.library)

        var manifest = driver.manifest
        manifest["sha256"] = .string(digest)
        alterManifest(&manifest)
        try Files.write(JSONValue.object(manifest).bytes(pretty: true), to: built)
        try move(built, to: path + "/\(driver.id).json")
        return digest
    }

    private func move(_ file: String, to target: String) throws {
        guard rename(file, target) == 0 else { throw Trouble.system("rename \(target)", errno) }
    }

    @discardableResult
    private func run(_ program: String, _ arguments: [String]) throws -> String {
        let child = try Child(program, arguments, in: scratch)
        let (status, output) = try child.finish()
        guard status == 0 else { throw Trouble.ended("\(program): \(child.errors)") }
        return output
    }
}

/// Many meters at one address: `Tests/Peers/crowd_meter.py`, running.
final class CrowdMeter {
    let port: UInt16
    private let child: Child

    init(_ arguments: [String] = [], in scratch: Scratch) throws {
        guard access(Workplace.python, X_OK) == 0 else {
            throw Trouble.ended("no \(Workplace.python): run .ci/prepare test")
        }
        child = try Child(
            Workplace.python, [Workplace.root + "/Tests/Peers/crowd_meter.py"] + arguments,
            in: scratch)
        port = try child.boundPort()
    }

    /// Waits until so many meters keep their answers back.
    func awaitHeld(_ count: Int, within duration: Duration = .seconds(120)) throws {
        _ = try child.line(containing: "held \(count).", within: duration)
    }

    /// All meters answer from now on.
    func release() { child.signal(SIGUSR1) }
}

extension HostUnderTest {
    /// What the API says of a plugin.
    func plugin(_ id: String) throws -> JSONValue {
        let plugins = try expect(200, "GET", "/api/v1/plugins")["items"]?.array ?? []
        guard let found = plugins.first(where: { $0["id"]?.string == id }) else {
            throw Trouble.answer("no plugin \(id) in \(plugins.map { $0["id"]?.string ?? "?" })")
        }
        return found
    }
}
