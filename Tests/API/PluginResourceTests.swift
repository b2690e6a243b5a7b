import Glibc
import HTTP
import JSON
import Testing

@testable import API

@Suite struct PluginResourceTests {
    @Test func tellsWhatIsShadowedAndWhatIsInConflict() async throws {
        let vendor = try TestFolder()
        // An installed version of a bundled plugin, and a rival for another one's device.
        try Self.write("example-swift", as: "example-swift", version: "9.0.0", to: vendor)
        try Self.write("example-c", as: "rival", version: "1.0.0", to: vendor)
        try await TestHost.with(manifests: [vendor.path, TestHost.manifests]) { host in
            let admin = try await host.logIn()
            let plugins = try await host.ask(.get, "plugins", as: admin).items
            func plugin(_ id: String) -> JSONValue? { plugins.first { $0["id"]?.string == id } }

            let shadow = plugin("example-swift")
            #expect(shadow?["version"] == "9.0.0")
            #expect(
                shadow?["shadowed"] == [
                    [
                        "file": .string(TestHost.manifests + "/example-swift.json"),
                        "version": "1.0.0",
                        "winner": .string(vendor.path + "/example-swift.json"),
                    ]
                ])
            #expect(shadow?["conflicts"] == [])

            let conflict = try #require(plugin("rival")?["conflicts"]?[0])
            #expect(conflict["what"]?.string?.contains("DT_EXAMPLE_C") == true)
            #expect(conflict["serving"] == "rival")
            #expect(conflict["others"] == ["example-c"])
            // Whoever looks at the one that does not serve finds the same.
            #expect(plugin("example-c")?["conflicts"] == [conflict])
            #expect(plugin("example-c")?["shadowed"] == [])
            #expect(plugin("dlms")?["conflicts"] == [])

            let one = try await host.ask(.get, "plugins/rival", as: admin)
            #expect(one.json["conflicts"] == [conflict])
        }
    }

    /// Writes a bundled manifest under another name and version.
    private static func write(
        _ id: String, as name: String, version: String, to folder: TestFolder
    ) throws {
        let file = try #require(fopen(TestHost.manifests + "/\(id).json", "re"))
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 1 << 20)
        let count = fread(&bytes, 1, bytes.count, file)
        var manifest = try JSONValue(parsing: bytes.prefix(count)).object ?? [:]
        manifest["id"] = .string(name)
        manifest["version"] = .string(version)
        let copy = try #require(fopen(folder.path + "/\(name).json", "we"))
        defer { fclose(copy) }
        let text = JSONValue.object(manifest).bytes()
        #expect(fwrite(text, 1, text.count, copy) == text.count)
    }
}
