import Glibc
import JSON
import Testing

/// A job over HTTP, on the real program and meters: by hand, by schedule, and over a kill.
@Suite struct JobTests {
    @Test func runsAJobByHandAndByItsSchedule() throws {
        let scratch = try Scratch()
        let simulated = try SimulatedMeters(count: 3, in: scratch)
        let host = try HostUnderTest(in: scratch)
        // Nobody listens at the last one's address.
        var absent = Configuration.Line(port: 9)
        absent.serialNumber = "000000000099999"
        try host.importing(Configuration(simulated.lines + [absent]))
        let devices = simulated.lines.indices.map(Configuration.device)
        let job = try host.expect(
            201, "POST", "/api/v1/jobs",
            [
                "name": "every minute",
                "targets": ["devices": .array(devices.map { .string($0) })],
                "contents": [["archive": "CURRENT"]],
                "schedule": [
                    "every": ["count": 1, "unit": "minutes"], "timeZone": "Europe/Moscow",
                ],
            ])
        let path = "/api/v1/jobs/\(job["id"]?.string ?? "")"
        let run = try host.expect(202, "POST", path + "/start")
        let byHand = try host.end(of: run["id"]?.string ?? "")
        #expect(byHand.result == "success", "\(byHand.body)")
        #expect(byHand.statistic("success") == 3)

        // A job that asks in vain without end, until its schedule begins the next run.
        let endless = try host.expect(
            201, "POST", "/api/v1/jobs",
            [
                "name": "endless",
                "targets": ["devices": [.string(Configuration.device(simulated.lines.count))]],
                "contents": [["archive": "CURRENT"]], "isEndless": true, "retryDelaySeconds": 2,
                "schedule": ["cron": "* * * * *", "timeZone": "UTC"],
            ])
        let endlessPath = "/api/v1/jobs/\(endless["id"]?.string ?? "")"
        let vain = try host.expect(202, "POST", endlessPath + "/start")
        _ = try host.expect(200, "POST", endlessPath + "/enable")

        let switched = try host.expect(200, "POST", path + "/enable")
        #expect(switched["isOn"] == true)
        #expect(switched["nextStartAt"]?.string != nil)
        // The schedule outlives a power cut.
        try host.killAndRestart()
        let scheduled = try Deadline.awaitAnswer(
            "a run by the schedule", within: .seconds(180), pause: 250
        ) {
            try host.list(path + "/runs").first { $0["scheduledAt"]?.string != nil }
        }
        #expect(scheduled["initiator"] == "schedule")
        #expect(scheduled["scheduledAt"]?.string?.hasSuffix(":00Z") == true)
        _ = try host.expect(200, "POST", path + "/disable")
        let end = try host.end(of: scheduled["id"]?.string ?? "")
        #expect(end.result == "success", "\(end.body)")
        let moments = try host.list(path + "/runs").compactMap { $0["scheduledAt"]?.string }
        #expect(Set(moments).count == moments.count)
        let given = try host.end(of: vain["id"]?.string ?? "")
        #expect(given.result == "cancelledBySchedule", "\(given.body)")
        #expect(given.tasks.map { $0["result"] } == ["cancelledBySchedule"])
        _ = try host.expect(200, "POST", endlessPath + "/disable")
        let next = try host.expect(202, "POST", endlessPath + "/cancel")
        #expect(next["scheduledAt"]?.string != nil)
        #expect(try host.end(of: next["id"]?.string ?? "").result == "cancelledByUser")

        let oneOff = try host.list("/api/v1/one-off-runs")
        #expect(oneOff.isEmpty)
        let switches = try host.expect(200, "GET", path + "/switches")["items"]?.array ?? []
        #expect(switches.map { $0["isOn"] } == [false, true])
        withExtendedLifetime(simulated) {}
    }
}
