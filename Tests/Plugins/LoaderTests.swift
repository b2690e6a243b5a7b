import Values
import Manifests
import Crypto
import Glibc
import JSON
import Testing

@testable import Plugins

@Suite("Loading libraries")
struct LoaderTests {
    private func load(
        _ workshop: Workshop, _ manifest: Manifest, requiresDigest: Bool = false
    ) throws(LoadError) -> Plugin {
        try PluginLoader(
            directories: [PluginDirectory(path: workshop.path, requiresDigest: requiresDigest)],
            hostVersion: "1.0.0"
        ).load(manifest)
    }

    private func problem(
        _ workshop: Workshop, _ manifest: Manifest, requiresDigest: Bool = false
    ) -> String? {
        do throws(LoadError) {
            _ = try load(workshop, manifest, requiresDigest: requiresDigest)
            return nil
        } catch {
            return error.description
        }
    }

    @Test(
        "refuses a plugin that is not what its manifest says, and lives",
        arguments: [
            ("MAJOR=2", "ABI 2.0, but this host has 1.0"),
            ("NULL_TABLE", "NULL"),
            ("SHORT_TABLE", "a plugin table of 40 bytes"),
            ("NULL_EXTENSION", "without all of its functions"),
            ("NULL_HANDLE", "commline.driver/1 table without all of its functions"),
            ("SHORT_DRIVER", "commline.driver/1 table of 8 bytes"),
            ("ID=\"other\"", "its id is \"other\""),
            ("VERSION=\"9.9.9\"", "its version is \"9.9.9\""),
            ("REFUSES", "refused to be activated"),
            ("NO_ENTRY", "no symbol commline_plugin_entry"),
            ("NO_DRIVER", "no driver, although its manifest lists device types"),
        ])
    func refusals(macro: String, text: String) throws {
        let workshop = try Workshop()
        let id = "broken-" + macro.lowercased().filter { $0.isLetter || $0.isNumber }
        let own = macro.hasPrefix("ID=") ? [macro] : ["ID=\"\(id)\"", macro]
        try workshop.compile("lib\(id).so", own)
        let manifest = try Manifests.valid(id: id)
        let told = try #require(problem(workshop, manifest))
        #expect(told.contains(text), "\(told)")
        #expect(told.hasPrefix("plugin \(id): \(workshop.path)/lib\(id).so"))
    }

    @Test("refuses files that are no libraries before the linker sees them")
    func noLibraries() throws {
        let workshop = try Workshop()
        try workshop.compile("libgood.so")
        let good = try FileReading.bytes(of: workshop.path + "/libgood.so", limit: 1 << 30)
        var otherMachine = good
        otherMachine[18] = 40
        var thirtyTwoBits = good
        thirtyTwoBits[4] = 1
        var object = good
        object[16] = 1
        var headersBeyond = good
        headersBeyond[36] = 0xFF
        let cases: [(bytes: [UInt8], text: String)] = [
            (Array("#!/bin/sh\n".utf8), "not an ELF file"), ([], "is empty"),
            (Array(good[..<40]), "cut off within its header"),
            (Array(good[..<(good.count / 2)]), "cut off: a segment is missing"),
            (otherMachine, "another machine"), (thirtyTwoBits, "another machine"),
            (object, "no shared library"), (headersBeyond, "cut off within its program headers"),
        ]
        let manifest = try Manifests.minimal(id: "bytes")
        for (bytes, text) in cases {
            try workshop.write("libbytes.so", bytes)
            let told = try #require(problem(workshop, manifest))
            #expect(told.contains(text), "\(told)")
        }
    }

    @Test("never traps on a damaged header")
    func damagedHeaders() throws {
        let workshop = try Workshop()
        try workshop.compile("libgood.so")
        let good = try FileReading.bytes(of: workshop.path + "/libgood.so", limit: 1 << 30)
        for place in 0..<600 {
            for value: UInt8 in [0x00, 0x7F, 0xFF] {
                var bytes = good
                bytes[place] = value
                _ = LibraryImage.problem(of: bytes)
                _ = LibraryImage.problem(of: Array(bytes[..<place]))
            }
        }
    }

    @Test("says where a library was looked for, and that a folder is none")
    func missing() throws {
        let workshop = try Workshop()
        let manifest = try Manifests.minimal(id: "missing")
        #expect(problem(workshop, manifest)?.contains("not found in \(workshop.path)") == true)
        mkdir(workshop.path + "/libmissing.so", 0o755)
        #expect(problem(workshop, manifest)?.contains("it is no file") == true)
        rmdir(workshop.path + "/libmissing.so")
    }

    @Test("wants a digest, the right one, and a folder that not everybody may write")
    func digests() throws {
        let workshop = try Workshop()
        try workshop.compile("libdigest.so", ["ID=\"digest\""])
        let bytes = try FileReading.bytes(of: workshop.path + "/libdigest.so", limit: 1 << 30)
        let sha256 = TextEncoding.hex(try Digest.sha256.of(bytes))
        let without = try Manifests.minimal(id: "digest")
        #expect(problem(workshop, without, requiresDigest: true)?.contains("no SHA-256") == true)
        let wrong = try Manifests.minimal(
            id: "digest", sha256: String(repeating: "0", count: 64))
        #expect(problem(workshop, wrong)?.contains("its manifest names 0000") == true)
        let right = try Manifests.minimal(id: "digest", sha256: sha256)
        chmod(workshop.path + "/libdigest.so", 0o666)
        #expect(problem(workshop, right)?.contains("everybody may write") == true)
        chmod(workshop.path + "/libdigest.so", 0o644)
        let plugin = try load(workshop, right, requiresDigest: true)
        #expect(plugin.id == "digest")
        #expect(plugin.hasSimulator)
    }

    @Test("loads a library once, and never another version of it")
    func once() throws {
        let workshop = try Workshop()
        try workshop.compile("libonce.so", ["ID=\"once\""])
        let manifest = try Manifests.minimal(id: "once")
        let first = try load(workshop, manifest)
        #expect(try load(workshop, manifest) === first)
        try workshop.compile("libonce.so", ["ID=\"once\"", "VERSION=\"2.0.0\""])
        let newer = try Manifests.minimal(id: "once", version: "2.0.0")
        #expect(problem(workshop, newer)?.contains("restart the host") == true)
    }

    @Test("keeps two plugins apart although both come from memory files")
    func two() throws {
        let workshop = try Workshop()
        try workshop.compile("libfirst.so", ["ID=\"first\""])
        try workshop.compile("libsecond.so", ["ID=\"second\""])
        #expect(try load(workshop, try Manifests.minimal(id: "first")).id == "first")
        #expect(try load(workshop, try Manifests.minimal(id: "second")).id == "second")
    }

    @Test("keeps what is wrong with one plugin to that plugin")
    func set() throws {
        let workshop = try Workshop()
        try workshop.compile("libsound.so", ["ID=\"sound\""])
        try workshop.write("libtorn.so", "torn")
        for id in ["sound", "torn"] {
            try workshop.write(
                id + ".json",
                Manifests.document(id: id).setting("/deviceTypes", to: []).setting(
                    "/protocols/0/type", to: .string("PROTO_" + id)
                ).text())
        }
        try workshop.write("broken.json", "{")
        let set = PluginSet.load(
            manifests: [workshop.path],
            loader: PluginLoader(
                directories: [PluginDirectory(path: workshop.path, requiresDigest: false)],
                hostVersion: "1.0.0"))
        #expect(set.plugin("sound") != nil)
        #expect(set.plugin("torn") == nil)
        #expect(set.refusal(of: "torn")?.problem.contains("ELF") == true)
        #expect(set.catalogue.defects.map(\.file) == [workshop.path + "/broken.json"])
        #expect(set.statuses.map(\.id) == ["sound", "torn", "broken"])
        #expect(set.statuses[0].state == .ready)
        guard case .refused(let reason) = set.statuses[1].state else {
            Issue.record("torn is \(set.statuses[1].state)")
            return
        }
        #expect(reason.contains("libtorn.so"))
    }
}
