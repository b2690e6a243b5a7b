import Glibc
import Testing

@testable import Packaging

@Suite("Installing")
struct InstallTests {
    @Test("puts a library, a manifest and a signature into the vendor directory")
    func installing() throws {
        let bench = try Bench()
        let key = try PrivateKey.generate()
        let trusted = TrustedKeys([key.publicKey])
        let folder = try PluginFolder(bench.path + "/data/plugins/")
        let package = try bench.package(key: key)
        let first = try folder.install(package, trusted: trusted, isSignatureRequired: true)
        #expect(first.previous == nil)
        #expect(first.standing == .signed(key.publicKey, isTrusted: true))
        #expect(
            bench.names("data/plugins")
                == [package.manifest.library, "acme.json", "acme.sig"].sorted())
        let found = try bench.installed("data/plugins", trusted: trusted, isRequired: true)
        #expect(found.version == "1.0.0")
        #expect(found.standing == first.standing)
        #expect(try folder.install(package).previous == "1.0.0", "again is no harm")
    }

    @Test("replaces a version wholly and leaves nothing of it")
    func upgrading() throws {
        let bench = try Bench()
        let folder = try PluginFolder(bench.path + "/plugins")
        let key = try PrivateKey.generate()
        _ = try folder.install(try bench.package(key: key))
        _ = try folder.install(try bench.package(id: "other", number: 9))
        let next = try bench.package(version: "1.1.0", number: 1, key: key)
        #expect(try folder.install(next).previous == "1.0.0")
        #expect(try bench.installed("plugins").version == "1.1.0")
        #expect(try bench.installed("plugins", id: "other").version == "1.0.0")
        #expect(bench.names("plugins").filter { $0.hasPrefix("acme-") }.count == 1)
        let unsigned = try bench.package(version: "1.2.0", number: 2)
        _ = try folder.install(unsigned)
        #expect(try bench.installed("plugins").standing == .unsigned)
        #expect(!bench.names("plugins").contains { $0.hasSuffix(".sig") || $0.contains("new-") })
    }

    /// At each step of an installation the folder holds one version or the other.
    @Test("that is cut off leaves the old version whole")
    func cutOff() throws {
        let bench = try Bench()
        let path = bench.path + "/plugins"
        let folder = try PluginFolder(path)
        let (old, new) = (try PrivateKey.generate(), try PrivateKey.generate())
        let trusted = TrustedKeys([old.publicKey, new.publicKey])
        _ = try folder.install(try bench.package(key: old))
        let next = try bench.package(version: "2.0.0", number: 1, key: new)
        let signature = try #require(next.signature)
        // The library and both signatures are there, the manifest is not yet.
        try FileAccess.replace(path + "/" + next.manifest.library, with: next.library)
        let known = try PluginSignature(
            parsing: try FileAccess.bytes(of: path + "/acme.sig", limit: 1 << 16), name: "acme.sig")
        try FileAccess.replace(path + "/acme.sig", with: signature.merged(with: known).bytes)
        let before = try bench.installed("plugins", trusted: trusted, isRequired: true)
        #expect(before.version == "1.0.0")
        #expect(before.standing == .signed(old.publicKey, isTrusted: true))
        // The manifest is there, the signature's file has still both.
        try FileAccess.replace(path + "/acme.json", with: next.manifest.bytes)
        let after = try bench.installed("plugins", trusted: trusted, isRequired: true)
        #expect(after.version == "2.0.0")
        #expect(after.standing == .signed(new.publicKey, isTrusted: true))
    }

    @Test("refuses what the operator does not trust, and touches nothing")
    func refusing() throws {
        let bench = try Bench()
        let folder = try PluginFolder(bench.path + "/plugins")
        let key = try PrivateKey.generate()
        let trusted = TrustedKeys([key.publicKey])
        for package in [try bench.package(), try bench.package(key: try PrivateKey.generate())] {
            #expect(throws: PackagingError.self) {
                try folder.install(package, trusted: trusted, isSignatureRequired: true)
            }
        }
        #expect(bench.names("plugins").isEmpty)
        chmod(bench.path + "/plugins", 0o777)
        #expect(
            performing: {
                try PluginFolder(bench.path + "/plugins")
            }, throws: { "\($0)".contains("chmod o-w") })
    }

    @Test("tells a changed library, manifest or signature")
    func tampering() throws {
        let bench = try Bench()
        let folder = try PluginFolder(bench.path + "/plugins")
        let key = try PrivateKey.generate()
        _ = try folder.install(try bench.package(key: key))
        let file = bench.path + "/plugins/acme.json"
        let manifest = try FileAccess.bytes(of: file, limit: 1 << 20)
        try FileAccess.replace(file, with: manifest + [0x20])
        #expect(
            performing: {
                try bench.installed("plugins")
            }, throws: { "\($0)".contains("was changed") })
        try FileAccess.replace(file, with: manifest)
        #expect(try bench.installed("plugins").standing == .signed(key.publicKey, isTrusted: false))
        try FileAccess.replace(bench.path + "/plugins/acme.sig", with: Array("nothing".utf8))
        #expect(throws: PackagingError.self) { try bench.installed("plugins") }
    }
}
