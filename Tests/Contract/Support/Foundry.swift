import Glibc
import JSON
import Manifests
import Synchronization
import Testing

@testable import Plugins

/// Compiles the tiny plugins of `Tests/ABI/Plugins`, each once a process, into one temporary folder.
enum Foundry {
    struct Trouble: Error, CustomStringConvertible {
        let description: String
    }

    /// The folder with the libraries and their manifests; it is removed at the end of the process.
    static let folder: String = {
        var template = Array("/tmp/commline-contract-XXXXXX".utf8CString)
        let made = mkdtemp(&template).map { String(cString: $0) } ?? ""
        atexit { Foundry.clean() }
        return made
    }()

    /// The repository.
    static let root: String = {
        let parts = "\(#filePath)".split(separator: "/").dropLast(4)
        return "/" + parts.joined(separator: "/")
    }()

    /// Where the plugins' sources lie.
    static let sources = root + "/Tests/ABI/Plugins"

    private static let made = Mutex<[String: Result<String, Trouble>]>([:])

    /// The names of all plugins: `send_right`, `send_abuse`.
    static var all: [String] {
        (FileReading.names(in: sources) ?? []).filter {
            $0.hasSuffix(".c") || $0.hasSuffix(".swift")
        }
        .compactMap { $0.split(separator: ".").first.map(String.init) }.sorted()
    }

    /// A plugin's id: `send-right` for `send_right`.
    static func id(_ name: String) -> String {
        String(name.map { $0 == "_" ? "-" : $0 })
    }

    /// Compiles a plugin and writes its manifest beside it.
    ///
    /// - Returns: The library's path.
    @discardableResult
    static func library(_ name: String) throws(Trouble) -> String {
        let result: Result<String, Trouble> = made.withLock { made in
            if let known = made[name] { return known }
            let result = Result { () throws(Trouble) in try compile(name) }
            made[name] = result
            return result
        }
        return try result.get()
    }

    /// A plugin's manifest.
    static func manifest(
        _ name: String, isolation: Manifest.Isolation = .inline
    ) throws -> Manifest {
        let document = document(name, isolation)
        let read = Manifest.read(document.bytes(), file: folder + "/" + id(name) + ".json")
        #expect(read.defects.isEmpty, "\(read.defects)")
        return try #require(read.manifest)
    }

    /// Compiles a plugin and loads it into this process, as the host does.
    static func load(_ name: String) throws -> Plugin {
        try library(name)
        return try PluginLoader(
            directories: [PluginDirectory(path: folder, requiresDigest: false)],
            hostVersion: "1.0.0"
        ).load(try manifest(name))
    }

    private static func compile(_ name: String) throws(Trouble) -> String {
        let library = folder + "/lib\(id(name)).so"
        var file = sources + "/\(name).c"
        if let text = SourcePlugins.texts[name] {
            file = folder + "/\(name).c"
            try write(Array(text.utf8), to: file)
        }
        if access(file, F_OK) != 0 { return try compileSwift(name, into: library) }
        let status = try run([
            "gcc", "-std=gnu11", "-D_GNU_SOURCE", "-O1", "-shared", "-fPIC", "-fvisibility=hidden",
            "-Wall", "-Wextra", "-Werror", "-I", root + "/SDK/include", "-I", sources,
            "-DPLUGIN_ID=\"\(id(name))\"", "-o", library, file, "-pthread",
        ])
        guard status == 0 else { throw Trouble(description: "gcc refused \(name).c") }
        try write(document(name, .process).bytes(), to: folder + "/\(id(name)).json")
        return library
    }

    private static func compileSwift(
        _ name: String, into library: String
    ) throws(Trouble) -> String {
        let status = try run([
            "swiftc", "-swift-version", "6", "-parse-as-library", "-emit-library", "-static-stdlib",
            "-I", root + "/SDK/include", "-module-name", name, "-o", library,
            sources + "/\(name).swift",
        ])
        guard status == 0 else { throw Trouble(description: "swiftc refused \(name).swift") }
        try write(document(name, .process).bytes(), to: folder + "/\(id(name)).json")
        return library
    }

    private static func run(_ arguments: [String]) throws(Trouble) -> Int32 {
        let words = arguments.map { strdup($0) }
        defer { for word in words { free(word) } }
        var child: pid_t = 0
        guard posix_spawnp(&child, arguments[0], nil, nil, words + [nil], environ) == 0 else {
            throw Trouble(description: "cannot start \(arguments[0])")
        }
        var status: Int32 = 0
        while waitpid(child, &status, 0) < 0 {
            guard errno == EINTR else { throw Trouble(description: "waitpid") }
        }
        return status
    }

    private static func write(_ bytes: [UInt8], to file: String) throws(Trouble) {
        let descriptor = open(file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw Trouble(description: "open \(file)") }
        defer { close(descriptor) }
        guard Glibc.write(descriptor, bytes, bytes.count) == bytes.count else {
            throw Trouble(description: "write \(file)")
        }
    }

    /// Makes a folder with the manifests of some plugins and of no others; `remove` ends it.
    static func manifests(of names: [String]) throws -> String {
        var template = Array("/tmp/commline-manifests-XXXXXX".utf8CString)
        let made = try #require(mkdtemp(&template).map { String(cString: $0) })
        for name in names {
            try library(name)
            try write(document(name, .process).bytes(), to: made + "/\(id(name)).json")
        }
        return made
    }

    private static func clean() {
        remove(folder)
    }

    /// Removes a folder that has only files.
    static func remove(_ folder: String) {
        for name in FileReading.names(in: folder) ?? [] where name != "." && name != ".." {
            unlink(folder + "/" + name)
        }
        rmdir(folder)
    }
}

extension Foundry {
    /// What a plugin's manifest says; its symbols are its own, so that all can be installed together.
    static func document(_ name: String, _ isolation: Manifest.Isolation) -> JSONValue {
        // An integrator has no device types of its own.
        if name.hasPrefix("source") { return source(name) }
        let id = id(name)
        let symbol = name.uppercased()
        return [
            "manifestVersion": 1, "id": .string(id), "version": "1.0.0", "vendor": "Tests",
            "abi": "1.0", "library": .string("lib\(id).so"),
            "isolation": .string(isolation.rawValue),
            "limits": ["sessions": 100, "memoryMiB": 256], "rendition": "own",
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
                        ["archive": "CURRENT", "quantities": ["A+"], "tags": ["TOTAL"]]
                    ],
                    "journals": ["VOLTAGE"],
                    "states": [["archive": "TIME", "types": ["CLOCK"]]],
                    "commands": [["symbol": "CLOCK_SET", "repeatable": true]],
                ]
            ],
            "protocols": [
                [
                    "type": .string("PROTO_\(symbol)"),
                    "names": ["ru": "Протокол", "en": "Protocol"],
                    "settings": [
                        "type": "object", "properties": [:], "additionalProperties": false,
                    ],
                ]
            ],
            "messages": [
                "no-answer": ["ru": "Нет ответа за {seconds} с", "en": "No answer in {seconds} s"]
            ],
        ]
    }

    private static func source(_ name: String) -> JSONValue {
        [
            "manifestVersion": 1, "id": .string(id(name)), "version": "1.0.0", "vendor": "Tests",
            "abi": "1.0", "library": .string("lib\(id(name)).so"), "rendition": "own",
        ]
    }
}
