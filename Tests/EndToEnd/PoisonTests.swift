import JSON
import Testing

/// One meter among many sends a frame that brings the driver's process down.
///
/// `COMMLINE_POISON_METERS` says among how many: `make soak` takes 10,000.
@Suite struct PoisonTests {
    static let meters = Workplace.number("COMMLINE_POISON_METERS", default: 300)
    /// Meters that are in the middle of their exchange when that frame comes.
    static let crowd = min(200, meters / 2)
    private static let order: JSONValue = [["archive": "CURRENT"]]

    @Test func onePoisonMeterCostsNobodyElseAnAttempt() throws {
        let serialNumbers = (0..<Self.meters).map { String(100_000 + $0) }
        let poison = Self.meters / 3
        let scratch = try Scratch()
        let folder = try DriverFolder(in: scratch)
        let driver = DriverVersion()
        try folder.install(driver)
        let crowd = try CrowdMeter(
            ["--poison", serialNumbers[poison], "--crowd", String(Self.crowd)], in: scratch)
        let host = try HostUnderTest(
            in: scratch, arguments: folder.arguments, patience: .seconds(300))
        try host.importing(driver.meters(serialNumbers, port: crowd.port))
        let devices = serialNumbers.indices.map(Configuration.device)

        let start = ContinuousClock.now
        let first = try Self.read(devices, host)
        let length = start.duration(to: .now)
        try Self.checkOthers(first, but: devices[poison])
        try Self.checkPoison(first, devices[poison])

        let after = try host.plugin("crowd")
        #expect(after["state"]?.string == "ready")
        // Once among others, once alone; nobody else has brought a process down.
        #expect(after["workers"]?["restarts"] == ["crashed": 2])
        let suspects = after["workers"]?["suspects"]?.array ?? []
        #expect(suspects.map { $0["device"]?.string } == [devices[poison]])
        #expect(suspects.first?["crashes"]?.int == 2)
        #expect(suspects.first?["reason"]?.string?.contains("SIG") == true)
        #expect((suspects.first?["refusedForSeconds"]?.int ?? 0) > 0)
        // The poison meter's two sessions, and those of others that its first one took along.
        let lost = after["metrics"]?["sessionEnds"]?["plugin_crashed"]?.int ?? 0
        #expect(lost > 2, "nobody was there when the driver met the frame")

        let readings = try host.measurements()
        #expect(Set(readings.map(\.key.device)).count == Self.meters - 1)
        let tags = Dictionary(grouping: readings, by: \.key.device).mapValues { device in
            Set(device.map(\.key.tag))
        }
        #expect(tags.values.allSatisfy { $0 == ["TOTAL", "T1", "T2"] })

        try Self.secondRun(devices, poison, host)
        print(
            "one poison meter among \(Self.meters): \(Self.meters - 1) read at their first attempt, "
                + "\(lost - 2) of them in spite of a lost session, in \(length)")
        withExtendedLifetime(crowd) {}
    }

    /// The poison meter is kept away from the driver, and the others do not feel it.
    private static func secondRun(
        _ devices: [String], _ poison: Int, _ host: HostUnderTest
    ) throws {
        let others = devices.indices.filter { $0 != poison }.prefix(1_000).map { devices[$0] }
        let second = try read(others + [devices[poison]], host)
        try checkOthers(second, but: devices[poison])
        let note = try checkPoison(second, devices[poison])
        #expect(note.contains("quarantine") && note.contains("reload"), "\(note)")
        let after = try host.plugin("crowd")
        #expect(after["workers"]?["restarts"] == ["crashed": 2], "it was tried once more")
    }

    private static func read(_ devices: [String], _ host: HostUnderTest) throws -> FinishedRun {
        try host.end(of: host.order(devices: devices, read: order), within: .seconds(1_800))
    }

    private static func checkOthers(_ run: FinishedRun, but poison: String) throws {
        #expect(run.result == "partial")
        #expect(run.statistic("error") == 1)
        #expect(run.statistic("success") == run.tasks.count - 1)
        let troubled = run.tasks.filter { task in
            task["device"]?["id"]?.string != poison
                && (task["result"]?.string != "success" || task["attempts"]?.int != 1)
        }
        #expect(troubled.isEmpty, "\(troubled.count), such as \(troubled.first as Any)")
    }

    /// Checks that the poison meter's task has failed and that its note says how the driver did.
    ///
    /// - Returns: The note.
    @discardableResult
    private static func checkPoison(_ run: FinishedRun, _ poison: String) throws -> String {
        let task = try #require(run.tasks.first { $0["device"]?["id"]?.string == poison })
        #expect(task["result"]?.string == "error")
        #expect(task["code"]?.string == "plugin_crashed")
        let note = task["note"]?.string ?? ""
        #expect(note.contains("crowd") && note.contains("crashed with SIG"), "\(note)")
        return note
    }
}
