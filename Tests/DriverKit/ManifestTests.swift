import DriverKit
import Glibc
import JSON
import Testing

/// The manifests of the example plugins.
@Suite struct ManifestTests {
    private struct FileError: Error {
        let path: String
        let errno: Int32
    }

    static let examples = ["example-c", "example-swift"]

    private static func json(_ name: String) throws -> JSONValue {
        let file: StaticString = #filePath
        let root = "\(file)".split(separator: "/").dropLast(3).map { "/" + $0 }.joined()
        return try JSONValue(parsing: bytes(root + "/plugin-manifests/\(name).json"))
    }

    private static func bytes(_ path: String) throws -> [UInt8] {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw FileError(path: path, errno: errno) }
        defer { close(file) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = read(file, &chunk, chunk.count)
            guard count > 0 else { return bytes }
            bytes += chunk[..<count]
        }
    }

    @Test(arguments: examples)
    func satisfiesTheSchema(_ name: String) throws {
        let schema = try JSONSchema(try Self.json("schema"))
        #expect(schema.violations(of: try Self.json(name)) == [])
    }

    @Test(arguments: examples)
    func describesSettingsWithADefaultForEach(_ name: String) throws {
        for type in try Self.json(name)["protocols"]?.array ?? [] {
            let settings = try #require(type["settings"])
            let filled = try JSONSchema(settings).addingDefaults(to: [:])
            let named = settings["properties"]?.object?.keys ?? []
            #expect(filled.object?.keys == named)
        }
    }

    @Test func agreesWithTheLibraries() throws {
        for (name, language) in zip(Self.examples, ExamplePluginTests.Language.allCases) {
            let manifest = try Self.json(name)
            let plugin = try ExamplePluginTests.plugin(language)
            #expect(manifest["id"]?.string == plugin.id)
            #expect(manifest["version"]?.string == plugin.version)
        }
    }

    @Test func hasATemplateForEachMessageOfTheDrivers() throws {
        for (name, language) in zip(Self.examples, ExamplePluginTests.Language.allCases) {
            let templates = Set(try Self.json(name)["messages"]?.object?.keys ?? [])
            var used: Set<String> = []
            for seed in 0..<300 as Range<UInt64> {
                let rehearsal = try Rehearsal(
                    of: ExamplePluginTests.plugin(language), request: ExamplePluginTests.request,
                    simulation: ["type": "DT_EXAMPLE", "serialNumber": "1"],
                    line: .noisy(perMille: 300), seed: seed)
                rehearsal.run(disturbing: seed % 3 == 0 ? .cancel : nil, at: 2)
                used.formUnion(rehearsal.driver.notes.map(\.id))
                if let message = rehearsal.driver.finish?.message { used.insert(message.id) }
            }
            used.remove("")
            #expect(used.count > 1 && used.isSubset(of: templates), "\(used)")
        }
    }
}
