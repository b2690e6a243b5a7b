import JSON
import Testing

/// An operator exchanges a driver on a host that runs.
@Suite struct ReloadTests {
    @Test func reloadTellsBothVersionsOrWhyNothingChanged() throws {
        let scratch = try Scratch()
        let library = try ExampleDriver.library("vendor", in: scratch)
        let folder = try ExampleDriver.describe(library, in: scratch)
        let host = try HostUnderTest(
            in: scratch, arguments: ["--manifests", folder, "--plugins", folder])
        func reload(_ id: String, _ more: [String] = []) throws -> (Int32, String, String) {
            let child = try Child(
                Workplace.commline,
                [
                    "plugin", "reload", id, "--server", host.url, "--login", "admin", "--password",
                    "hesadmin",
                ] + more, in: scratch)
            let (status, output) = try child.finish()
            return (status, output, child.errors)
        }

        let same = try reload("example-c")
        #expect(same.0 == 0, "\(same.2)")
        #expect(same.1.contains("1.0.0") && same.1.contains("same version"), "\(same.1)")

        let newer = try ExampleDriver.library("newer", in: scratch) {
            $0.replacing("\"1.0.0\"", with: "\"1.1.0\"")
        }
        try Files.write(try Files.read(newer), to: library)
        try ExampleDriver.describe(library, version: "1.1.0", in: scratch)
        let changed = try reload("example-c")
        #expect(changed.0 == 0, "\(changed.2)")
        #expect(changed.1.contains("1.0.0"), "\(changed.1)")
        #expect(changed.1.contains("-> 1.1.0"), "\(changed.1)")
        let plugin = try host.expect(200, "GET", "/api/v1/plugins/example-c")
        #expect(plugin["version"] == "1.1.0")

        // The library is not the one of its manifest any more.
        try Files.write(try Files.read(library) + [0], to: library)
        let refused = try reload("example-c")
        #expect(refused.0 == 1)
        #expect(refused.1.isEmpty)
        #expect(refused.2.contains("SHA-256"), "\(refused.2)")
        #expect(
            try host.expect(200, "GET", "/api/v1/plugins/example-c")["version"] == "1.1.0")

        #expect(try reload("nobody").0 == 1)
    }
}
