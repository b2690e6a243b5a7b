import Check
import JSON
import Testing

/// Drivers that are as they should be.
@Suite("Passing plugins", .serialized)
struct PassingTests {
    private func expectGood(_ report: CheckReport) {
        for result in report.results {
            // How long a call takes on a busy machine decides no test.
            let isFine = result.verdict == .passed || result.name == "callbacks" && report.isGood
            #expect(isFine, "\(result.name): \(result.details)")
        }
    }

    @Test("the example in C passes every case")
    func exampleInC() throws {
        let bench = try Workbench()
        let folder = Workbench.root + "/SDK/Examples/C"
        let library = try bench.compile(
            [folder + "/example_driver.c", folder + "/example_simulator.c"],
            into: "libexample-c.so", ["-DEXAMPLE_SIMULATOR"])
        let report = bench.check(library, manifest: Workbench.manifests + "/example-c.json")
        expectGood(report)
        #expect(report.results.count > 30)
    }

    @Test("the example in Swift passes every case")
    func exampleInSwift() throws {
        let bench = try Workbench()
        let report = bench.check(
            Workbench.binaries + "/libExampleDriver.so",
            manifest: Workbench.manifests + "/example-swift.json")
        expectGood(report)
    }

    @Test("a driver whose protocol has a checksum passes every case, bit flips included")
    func lineDriver() throws {
        let bench = try Workbench()
        let report = bench.check(try bench.compile("right"))
        expectGood(report)
    }

    @Test("a driver with a journal, a state and a command that acts passes every case")
    func commands() throws {
        let bench = try Workbench()
        let report = bench.check(
            try bench.compile("commands"), manifest: Workbench.sources + "/commands.json")
        expectGood(report)
    }

    @Test(
        "the DLMS driver serves what its manifest declares, and lives through bad lines",
        arguments: [
            "library", "symbols", "tables", "settings", "split", "merged", "duplicated",
            "reordered", "lost", "silence", "late", "cancel", "closing", "yield", "unknown",
            "pressure", "determinism", "threads", "variants",
        ])
    func dlms(_ name: String) throws {
        let bench = try Workbench()
        let report = bench.check(
            Workbench.binaries + "/libDLMS.so", manifest: Workbench.manifests + "/dlms.json",
            only: [name])
        let result = try #require(report[name])
        #expect(result.verdict == .passed, "\(result.details)")
    }

    @Test("every device type of DLMS is as its manifest says")
    func dlmsDevices() throws {
        let bench = try Workbench()
        let job = CheckJob(
            library: Workbench.binaries + "/libDLMS.so",
            manifest: Workbench.manifests + "/dlms.json")
        let names = CheckCase.all(for: job).map(\.name).filter { $0.hasPrefix("behaviour:") }
        #expect(names.count >= 8)
        let report = bench.check(job.library, manifest: job.manifest, only: names)
        expectGood(report)
    }

    @Test("the same check gives the same findings")
    func repeated() throws {
        let bench = try Workbench()
        let library = try bench.compile("false_reading")
        let names = ["truncated", "flipped", "noise", "fuzz"]
        let reports = (0..<2).map { _ in bench.check(library, only: names) { $0.seed = 42 } }
        #expect(reports[0].results.map(\.details) == reports[1].results.map(\.details))
        #expect(reports[0].failed.contains("noise"))
    }
}
