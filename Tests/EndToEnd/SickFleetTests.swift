import JSON
import Testing

/// Some meters are silent, some reset their connections, some answer too late.
///
/// `COMMLINE_FLEET` says how many there are: `make soak` takes 1,000.
@Suite struct SickFleetTests {
    static let meters = Workplace.number("COMMLINE_FLEET", default: 60)
    private static let order: JSONValue = [["archive": "CURRENT"]]
    /// The meters' answers are awaited for so many milliseconds; the late ones take ten times as long, so
    /// that they come after the last repetition of what they answer.
    private static let patience = 400

    @Test func theHealthyFeelNothingAndTheSickEndWithTheirOwnErrors() throws {
        let scratch = try Scratch()
        let simulated = try SimulatedMeters(
            count: Self.meters,
            [
                "--silent", "30", "--resetting", "10", "--late", "5", "--late-by",
                String(Self.patience * 10),
            ], in: scratch)
        let host = try HostUnderTest(in: scratch)
        var lines = simulated.lines
        for index in lines.indices {
            lines[index].protocol = [
                "DLMS_WAIT_TIME": String(Self.patience), "DLMS_RESEND_COUNT": "1",
            ]
        }
        try host.importing(Configuration(lines))
        let devices = lines.indices.map(Configuration.device)
        let run = try host.end(
            of: host.order(devices: devices, read: Self.order), within: .seconds(600))
        #expect(run.statistic("all") == Self.meters)

        let values = Dictionary(grouping: try host.measurements(), by: \.key.device)
        for (index, ailment) in simulated.ailments.enumerated() {
            let task = try #require(
                run.tasks.first { $0["device"]?["id"]?.string == devices[index] })
            let result = task["result"]?.string
            let count = values[devices[index]]?.count ?? 0
            if ailment == "healthy" {
                #expect(result == "success", "healthy meter \(index): \(task)")
                #expect(count > 0)
                continue
            }
            #expect(result == "error", "\(ailment) meter \(index): \(task)")
            // Whoever is late is not heard in the place of an answer that was asked for later.
            #expect(count == 0, "\(ailment) meter \(index) left values")
            let code = task["code"]?.string ?? ""
            #expect(["timeout", "transport", "protocol"].contains(code), "\(ailment): \(code)")
        }
        let sick = simulated.ailments.filter { $0 != "healthy" }.count
        #expect(sick == simulated.ailments.indices.count { ($0 % 100 * 37 % 100) < 45 })
        #expect(run.statistic("error") == sick)
        withExtendedLifetime(simulated) {}
    }
}
