import Glibc
import JSON
import Testing

/// A plugin that cannot be used is refused with a reason, and neither the host nor another driver feels it.
@Suite struct RefusalTests {
    /// One thing that is wrong with a plugin.
    struct Case: CustomTestStringConvertible {
        var testDescription: String
        var source = DriverVersion().source
        var macros: [String] = []
        var alterLibrary: @Sendable (inout [UInt8]) -> Void = { _ in }
        var alterManifest: @Sendable (inout JSONObject) -> Void = { _ in }
        /// What the reason must name: what is wrong, and what to do.
        var words: [String]
    }

    static let cases: [Case] = [
        Case(
            testDescription: "a library that is cut off",
            alterLibrary: { $0.removeLast($0.count / 2) },
            words: ["libbad-1.0.0.so", "cut off", "install the vendor's library"]),
        Case(
            testDescription: "a library without its first half",
            alterLibrary: { $0.removeFirst($0.count / 2) },
            words: ["libbad-1.0.0.so", "ELF", "install the vendor's library"]),
        Case(
            testDescription: "an ELF header with a flipped bit in its mark",
            alterLibrary: { $0[1] ^= 0x04 },
            words: ["libbad-1.0.0.so", "ELF", "install the vendor's library"]),
        Case(
            testDescription: "an ELF header with a flipped bit in its machine",
            alterLibrary: { $0[18] ^= 0x01 },
            words: ["libbad-1.0.0.so", "machine", "install the vendor's library"]),
        Case(
            testDescription: "an ELF header whose tables lie beyond the file",
            alterLibrary: { $0[38] ^= 0x40 },
            words: ["libbad-1.0.0.so", "install the vendor's library"]),
        Case(
            testDescription: "an empty library", alterLibrary: { $0 = [] },
            words: ["libbad-1.0.0.so", "install the vendor's library"]),
        Case(
            testDescription: "a hash that is another library's",
            alterManifest: { $0["sha256"] = .string(String(repeating: "0", count: 64)) },
            words: ["SHA-256", "0000", "install library and manifest again"]),
        Case(
            testDescription: "a manifest with a misspelt field",
            alterManifest: { manifest in
                manifest["libary"] = manifest["library"] ?? .null
                manifest["library"] = nil
            }, words: ["bad.json", "libary", "library"]),
        Case(
            testDescription: "a manifest whose version is none",
            alterManifest: { $0["version"] = "one" }, words: ["bad.json", "/version"]),
        Case(
            testDescription: "a plugin of ABI 2", macros: ["MAJOR=2"],
            words: ["ABI 2", "ABI 1", "install a version"]),
        Case(
            testDescription: "a library that crashes while it is loaded",
            source: "ABI/Plugins/constructor_segv_abuse.c",
            words: ["SIGSEGV", "plugin check", "vendor"]),
        Case(
            testDescription: "a library that crashes while it is activated",
            source: "ABI/Plugins/activate_segv_abuse.c",
            words: ["SIGSEGV", "plugin check", "vendor"]),
        Case(
            testDescription: "a library whose activation fails",
            source: "ABI/Plugins/activate_abuse.c", words: ["activ"]),
        Case(
            testDescription: "a library that is not there",
            alterManifest: { $0["library"] = "libelsewhere.so" },
            words: ["libelsewhere.so", "was not found", "put it there"]),
    ]

    @Test(arguments: cases)
    func isShownWithItsReasonAndHarmsNobody(_ wrong: Case) throws {
        let scratch = try Scratch()
        let folder = try DriverFolder(in: scratch)
        let good = DriverVersion(id: "good")
        try folder.install(good)
        try folder.install(
            DriverVersion(id: "bad", source: wrong.source, macros: wrong.macros),
            alterLibrary: wrong.alterLibrary, alterManifest: wrong.alterManifest)
        let crowd = try CrowdMeter(in: scratch)
        let host = try HostUnderTest(in: scratch, arguments: folder.arguments)

        let bad = try host.plugin("bad")
        #expect(bad["state"]?.string == "refused")
        let reason = bad["reason"]?.string ?? ""
        for word in wrong.words { #expect(reason.contains(word), "\(word) in \(reason)") }

        try host.importing(good.meters(["1"], port: crowd.port))
        let run = try host.read([Configuration.device(0)], [["archive": "CURRENT"]])
        let journal = try host.journal(of: run)
        #expect(run.result == "success", "\(journal)")
        #expect(try host.measurements().map(\.value) == ["1.00", "1.00", "1.00"])
        #expect(try host.plugin("good")["state"]?.string == "ready")
        #expect(try host.call("GET", "/healthz", token: "").status == 200)
        withExtendedLifetime(crowd) {}
    }

    /// Where the operator trusts a key, a plugin that nobody has signed is not taken.
    @Test func isAskedForASignatureWhereOneIsRequired() throws {
        let scratch = try Scratch()
        let key = scratch.path + "/key.pem"
        let keygen = try Child(Workplace.commline, ["plugin", "keygen", key], in: scratch)
        #expect(try keygen.finish().status == 0)
        let folder = try DriverFolder(in: scratch)
        try folder.install(DriverVersion(id: "unsigned"))
        let host = try HostUnderTest(
            in: scratch, arguments: folder.arguments + ["--trust", key + ".pub"])
        let bad = try host.plugin("unsigned")
        #expect(bad["state"]?.string == "refused")
        let reason = bad["reason"]?.string ?? ""
        for word in ["unsigned.sig", "is not signed", "commline plugin pack", "trusts"] {
            #expect(reason.contains(word), "\(word) in \(reason)")
        }
        #expect(try host.call("GET", "/healthz", token: "").status == 200)
    }
}
