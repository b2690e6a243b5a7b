import Glibc
import JSON
import Testing

/// A driver is exchanged for a newer version in the middle of sessions.
///
/// `COMMLINE_UPGRADE_SESSIONS` says of how many: `make soak` takes 500.
@Suite struct HotUpgradeTests {
    static let sessions = Workplace.number("COMMLINE_UPGRADE_SESSIONS", default: 60)
    /// Meters that are read after the upgrade.
    static let later = 20
    private static let order: JSONValue = [["archive": "CURRENT"]]
    private static let old = DriverVersion(
        version: "1.0.0", value: "1.00", sessions: max(1, sessions / 3))
    private static let new = DriverVersion(version: "1.1.0", value: "1.10")

    @Test func sessionsEndWhereTheyBegan() throws {
        let scratch = try Scratch()
        let folder = try DriverFolder(in: scratch)
        try folder.install(Self.old)
        // The second of three answers is kept back: every session is in its middle.
        let crowd = try CrowdMeter(["--hold", "1"], in: scratch)
        let host = try HostUnderTest(in: scratch, arguments: folder.arguments)
        let serialNumbers = (0..<Self.sessions + 2 * Self.later).map { String(100_000 + $0) }
        try host.importing(Self.old.meters(serialNumbers, port: crowd.port))
        let devices = serialNumbers.indices.map(Configuration.device)
        let groups = [
            Array(devices.prefix(Self.sessions)),
            Array(devices[Self.sessions..<Self.sessions + Self.later]),
            Array(devices.suffix(Self.later)),
        ]

        let before = try host.order(devices: groups[0], read: Self.order)
        try crowd.awaitHeld(Self.sessions)
        let oldWorkers = try Self.workers(host)
        #expect(oldWorkers.count > 1, "\(oldWorkers)")

        let digest = try folder.install(Self.new)
        let start = ContinuousClock.now
        let reloaded = try host.expect(200, "POST", "/api/v1/plugins/crowd/reload", [:])
        let length = start.duration(to: .now)
        #expect(reloaded["version"]?.string == "1.1.0")
        #expect(reloaded["sha256"]?.string == digest)
        #expect(reloaded["refusedReload"] == .null)

        // These begin while all the others are still in the old version.
        let during = try host.order(devices: groups[1], read: Self.order)
        try crowd.awaitHeld(Self.sessions + Self.later)
        #expect(oldWorkers.isSubset(of: Self.alive(oldWorkers)))
        crowd.release()
        let runs = try [before, during].map { try host.end(of: $0, within: .seconds(300)) }
        let after = try host.read(groups[2], Self.order)

        for (run, (group, value)) in zip(
            runs + [after], zip(groups, [Self.old.value, Self.new.value, Self.new.value]))
        {
            try Self.check(run, group, value, host)
        }
        _ = try Deadline.awaitAnswer("the end of the old version's workers") {
            Self.alive(oldWorkers).isEmpty ? true : nil
        }
        #expect(try host.plugin("crowd")["workers"]?["restarts"] == [:])
        print(
            "an upgrade in the middle of \(Self.sessions) sessions in \(oldWorkers.count) workers: "
                + "none lost, none mixed; loaded in \(length)")
        withExtendedLifetime(crowd) {}
    }

    /// All are read at their first attempt, and by one version alone.
    private static func check(
        _ run: FinishedRun, _ devices: [String], _ value: String, _ host: HostUnderTest
    ) throws {
        #expect(run.result == "success", "\(run.body)")
        #expect(run.tasks.count == devices.count)
        #expect(run.tasks.allSatisfy { $0["attempts"]?.int == 1 })
        for device in devices {
            let readings = try host.measurements("device=\(device)")
            #expect(Set(readings.map(\.key.tag)) == ["TOTAL", "T1", "T2"])
            #expect(readings.count == 3)
            #expect(readings.allSatisfy { $0.value == value }, "\(readings)")
        }
    }

    private static func workers(_ host: HostUnderTest) throws -> Set<pid_t> {
        let processes = try host.plugin("crowd")["workers"]?["processes"]?.array ?? []
        return Set(processes.compactMap { $0.int.flatMap { pid_t(exactly: $0) } })
    }

    /// Those that are there, and be it as one that nobody has waited for.
    private static func alive(_ processes: Set<pid_t>) -> Set<pid_t> {
        processes.filter { kill($0, 0) == 0 }
    }

    // MARK: Versions that cannot be used

    /// A version that is put in the place of a good one.
    struct Bad: CustomTestStringConvertible {
        var testDescription: String
        var macros: [String] = []
        var source = DriverVersion().source
        var alterManifest: @Sendable (inout JSONObject) -> Void = { _ in }
        var requiredSettings: [String] = []
        /// What the answer must speak of.
        var words: [String]
    }

    static let bad: [Bad] = [
        Bad(
            testDescription: "crashes while it is activated",
            source: "ABI/Plugins/activate_segv_abuse.c",
            words: ["SIGSEGV", "ask its vendor", "plugin check"]),
        Bad(
            testDescription: "is of another ABI", macros: ["MAJOR=2"],
            words: ["ABI 2", "ABI 1"]),
        Bad(
            testDescription: "has another digest than its manifest says",
            alterManifest: { $0["sha256"] = .string(String(repeating: "5", count: 64)) },
            words: ["SHA-256", "5555", "install library and manifest again"]),
        Bad(
            testDescription: "has a misspelt field in its manifest",
            alterManifest: { $0["vendour"] = "Tests" }, words: ["vendour", "crowd.json"]),
        Bad(
            testDescription: "says another version than its manifest",
            alterManifest: { $0["version"] = "1.2.1" }, words: ["1.2.0", "1.2.1"]),
        Bad(
            testDescription: "insists on a setting that a stored protocol lacks",
            requiredSettings: ["PASSWORD"],
            words: ["protocol 0", "project Default", "correct them"]),
    ]

    @Test(arguments: bad)
    func aVersionThatCannotBeUsedChangesNothing(_ bad: Bad) throws {
        let scratch = try Scratch()
        let folder = try DriverFolder(in: scratch)
        let digest = try folder.install(Self.old)
        let crowd = try CrowdMeter(in: scratch)
        let host = try HostUnderTest(in: scratch, arguments: folder.arguments)
        try host.importing(Self.old.meters(["1", "2", "3"], port: crowd.port))
        let device = Configuration.device
        try Self.check(host.read([device(0)], Self.order), [device(0)], "1.00", host)

        let version = DriverVersion(
            version: "1.2.0", value: "1.20", source: bad.source, macros: bad.macros,
            requiredSettings: bad.requiredSettings)
        try folder.install(version, alterManifest: bad.alterManifest)
        let answer = try host.call("POST", "/api/v1/plugins/crowd/reload", [:])
        #expect(answer.status == 409, "\(answer.text)")
        #expect(try answer.json()["code"]?.string == "conflict")
        let detail = try answer.json()["detail"]?.string ?? ""
        let plugin = try host.plugin("crowd")
        for text in [detail, plugin["refusedReload"]?.string ?? ""] {
            for word in bad.words { #expect(text.contains(word), "\(word) in \(text)") }
        }
        #expect(plugin["state"]?.string == "ready")
        #expect(plugin["version"]?.string == "1.0.0")
        #expect(plugin["sha256"]?.string == digest)
        try Self.check(host.read([device(1)], Self.order), [device(1)], "1.00", host)

        // A good one is taken afterwards, and the refusal is forgotten.
        try folder.install(Self.new)
        let good = try host.expect(200, "POST", "/api/v1/plugins/crowd/reload", [:])
        #expect(good["version"]?.string == "1.1.0")
        #expect(good["refusedReload"] == .null)
        try Self.check(host.read([device(2)], Self.order), [device(2)], "1.10", host)
        withExtendedLifetime(crowd) {}
    }
}
