import JSON
import Testing

@testable import Packaging

@Suite("Packages")
struct PackageTests {
    @Test("have a library, and a manifest that names it by its digest")
    func packing() throws {
        let bench = try Bench()
        let package = try bench.package()
        #expect(package.fileName == "acme-1.0.0.cplugin")
        let read = try PluginPackage(parsing: package.bytes, name: "acme.cplugin")
        #expect(read.library == Bench.library())
        #expect(read.manifest.sha256 == read.libraryDigest)
        #expect(read.manifest.library.hasPrefix("acme-1.0.0-"))
        #expect(read.manifest.document["x-note"] == "Счётчик")
        #expect(read.signature == nil)
        #expect(read.bytes == package.bytes)
        let again = try bench.package()
        #expect(again.bytes == package.bytes, "the same parts make the same package")
    }

    @Test("say who signed them")
    func signing() throws {
        let bench = try Bench()
        let key = try PrivateKey.generate()
        let package = try bench.package(key: key)
        let read = try PluginPackage(parsing: package.bytes, name: "acme.cplugin")
        #expect(read.signature?.lines.map(\.key) == [key.publicKey])
    }

    @Test("are not made of what is no library or no manifest")
    func refusing() throws {
        let bench = try Bench()
        let library = try bench.write("libacme.so", Bench.library())
        let text = try bench.write("text.so", Array("no library at all, whatever it is".utf8))
        let manifest = try bench.write(
            "acme.json", JSONValue.object(Bench.manifest()).bytes())
        var wrong = Bench.manifest()
        wrong["vendro"] = "Tests"
        wrong["vendor"] = nil
        let misspelt = try bench.write("wrong.json", JSONValue.object(wrong).bytes())
        #expect(
            performing: {
                try PluginPackage(library: text, manifest: manifest)
            }, throws: { "\($0)".contains("no shared library") })
        #expect(
            performing: {
                try PluginPackage(library: library, manifest: misspelt)
            }, throws: { "\($0)".contains("did you mean \"vendor\"?") })
        #expect(
            performing: {
                try PluginPackage(library: bench.path + "/none.so", manifest: manifest)
            }, throws: { "\($0)".contains("correct the path") })
    }

    @Test("of which one bit is another are refused")
    func damage() throws {
        let bench = try Bench()
        let package = try bench.package(key: try PrivateKey.generate())
        let bytes = package.bytes
        let taken = bytes.indices.filter { place in
            var damaged = bytes
            damaged[place] ^= 1 << UInt8(place % 8)
            return (try? PluginPackage(parsing: damaged, name: "acme.cplugin")) != nil
        }
        #expect(taken.isEmpty)
        for length in stride(from: 0, to: bytes.count, by: 100) {
            #expect(throws: PackagingError.self) {
                try PluginPackage(parsing: Array(bytes.prefix(length)), name: "acme.cplugin")
            }
        }
        #expect(throws: PackagingError.self) {
            try PluginPackage(parsing: bytes + [0], name: "acme.cplugin")
        }
    }

    /// Members that a hostile archive might have.
    @Test(
        "hold nothing but their three members, whatever an archive says",
        arguments: [
            ["manifest.json", "library.so", "../../etc/cron.d/x"],
            ["manifest.json", "../library.so"], ["/manifest.json", "library.so"],
            ["library.so", "manifest.json"], ["manifest.json"], [],
            ["manifest.json", "manifest.json", "library.so"],
            ["manifest.json", "library.so", "signature", "signature"],
        ])
    func strangers(_ names: [String]) throws {
        let bench = try Bench()
        let package = try bench.package()
        let contents = [
            "manifest.json": package.manifest.bytes, "library.so": package.library,
        ]
        let archive = PackageArchive.bytes(names.map { ($0, contents[$0] ?? [1, 2, 3]) })
        #expect(throws: PackagingError.self) {
            try PluginPackage(parsing: archive, name: "acme.cplugin")
        }
    }

    @Test("do not choose the name of their library")
    func foreignLibrary() throws {
        let bench = try Bench()
        let package = try bench.package()
        var document = package.manifest.document
        document["library"] = "libother.so"
        let archive = PackageArchive.bytes([
            ("manifest.json", JSONValue.object(document).bytes()),
            ("library.so", package.library),
        ])
        #expect(
            performing: {
                try PluginPackage(parsing: archive, name: "acme.cplugin")
            }, throws: { "\($0)".contains("libother.so instead of acme-1.0.0-") })
    }
}
