import HTTP
import JSON
import Testing
import Values

@testable import API
@testable import Access
@testable import Dispatching
@testable import Store

@Suite struct JobResourceTests {
    private func body(_ device: String, with more: [String: JSONValue] = [:]) -> JSONValue {
        // ceHES 3.3: end of day, three days deep, every day at 01:00, three retries after 00:03:00.
        var object: JSONObject = [
            "name": "нКс_A+T1 A-T0", "targets": ["devices": [.string(device)]],
            "contents": [
                ["archive": "END_OF_DAY", "depth": 3, "quantities": ["A+"], "tags": ["T1"]],
                ["archive": "END_OF_DAY", "depth": 3, "quantities": ["A-"], "tags": ["TOTAL"]],
            ], "priority": 1, "retries": 3, "retryDelaySeconds": 180,
            "schedule": ["daily": ["times": ["01:00"]], "timeZone": "Europe/Moscow"],
        ]
        for (name, value) in more { object[name] = value }
        return .object(object)
    }

    private func add(
        _ host: TestHost, by token: String, with more: [String: JSONValue] = [:]
    ) async throws -> (job: Reply, device: String) {
        let device = try await host.device(by: token)
        let job = try await host.ask(.post, "jobs", as: token, body(device, with: more))
        #expect(job.status == 201, "\(job.text)")
        return (job, device)
    }

    @Test func makesTheManualsJob() async throws {
        try await TestHost.with { host in
            let admin = try await host.logIn()
            let (job, device) = try await add(host, by: admin)
            #expect(job.headers["location"] == "/api/v1/jobs/\(job.id)")
            #expect(job.etag == "\"1\"")
            #expect(job.json["targets"]?["devices"]?[0] == .string(device))
            #expect(job.json["schedule"]?["daily"]?["times"]?[0] == "01:00")
            #expect(job.json["contents"]?[1]?["depth"] == 3)
            #expect(job.json["missed"] == "runOnce")
            #expect(job.json["isEndless"] == false)
            #expect(job.json["isOn"] == false)
            #expect(job.json["nextStartAt"] == .null)
            #expect(job.json["createdBy"] == "admin")
            let coming = try await host.ask(
                .get, "jobs/\(job.id)/occurrences?limit=2", as: admin)
            #expect(
                coming.items.map { $0["startAt"] } == [
                    "2026-11-21T22:00:00Z", "2026-11-22T22:00:00Z",
                ])
            let list = try await host.ask(.get, "jobs?sort=name&total=true", as: admin)
            #expect(list.items.first?["deviceCount"] == 1)
            #expect(list.json["total"] == 1)
        }
    }

    @Test func editsAndCopiesAJob() async throws {
        try await TestHost.with { host in
            let admin = try await host.logIn()
            let (job, _) = try await add(host, by: admin)
            let edited = try await host.ask(
                .patch, "jobs/\(job.id)", as: admin,
                [
                    "priority": 13,
                    "schedule": ["daily": .null, "cron": "*/5 * * * *", "jitterSeconds": 30],
                ], headers: ["If-Match": job.etag])
            #expect(edited.status == 200, "\(edited.text)")
            #expect(edited.json["priority"] == 13)
            #expect(edited.json["schedule"]?["cron"] == "*/5 * * * *")
            #expect(edited.json["schedule"]?["timeZone"] == "Europe/Moscow")
            #expect(edited.json["schedule"]?["daily"] == nil)
            let late = try await host.ask(
                .patch, "jobs/\(job.id)", as: admin, ["priority": 14],
                headers: ["If-Match": job.etag])
            #expect(late.status == 412)
            let copy = try await host.ask(
                .post, "jobs/\(job.id)/copy", as: admin, ["name": "other", "retries": 0])
            #expect(copy.status == 201, "\(copy.text)")
            #expect(copy.json["schedule"] == edited.json["schedule"])
            #expect(copy.json["targets"] == edited.json["targets"])
            #expect(copy.json["retries"] == 0)
            #expect(copy.json["isOn"] == false)
            let named = try await host.ask(.post, "jobs/\(job.id)/copy", as: admin, [:])
            #expect(named.json["name"] == "нКс_A+T1 A-T0 (copy)")
            let twice = try await host.ask(.post, "jobs/\(job.id)/copy", as: admin, [:])
            #expect(twice.status == 409)
            #expect(twice.pointers == ["/name"])
            let whole = try await host.ask(
                .put, "jobs/\(copy.id)", as: admin, copy.json, headers: ["If-Match": copy.etag])
            #expect(whole.status == 200, "\(whole.text)")
            #expect(whole.json["contents"] == copy.json["contents"])
        }
    }

    @Test(
        arguments: [
            (["name": ""], ["/name"]), (["priority": 1_000], ["/priority"]),
            (["targets": [:]], ["/targets"]),
            (
                ["targets": ["devices": ["018fb9c2-6a00-7abc-8def-0123456789ab"]]],
                ["/targets/devices/0"]
            ),
            (
                ["targets": ["groups": ["018fb9c2-6a00-7abc-8def-0123456789ab"]]],
                ["/targets/groups/0"]
            ),
            (["contents": []], ["/contents"]),
            (["contents": [["archive": "NONE"]]], ["/contents/0/archive"]),
            (["contents": [["state": "TIME", "command": "X"]]], ["/contents/0"]),
            (
                ["contents": [["state": "TIME", "parameters": ["a": 1]]]],
                ["/contents/0/parameters"]
            ),
            (["schedule": ["timeZone": "UTC"]], ["/schedule"]),
            (["schedule": ["cron": "@daily"]], ["/schedule/timeZone"]),
            (["schedule": ["cron": "x", "timeZone": "UTC"]], ["/schedule/cron"]),
            (
                ["schedule": ["every": ["count": 40, "unit": "hours"], "timeZone": "UTC"]],
                ["/schedule/every/count"]
            ),
            (["missed": "twice"], ["/missed"]),
        ] as [([String: JSONValue], [String])])
    func namesTheFaultOfAJob(_ more: [String: JSONValue], _ pointers: [String]) async throws {
        try await TestHost.with { host in
            let admin = try await host.logIn()
            let device = try await host.device(by: admin)
            let reply = try await host.ask(.post, "jobs", as: admin, body(device, with: more))
            #expect(reply.status == 422)
            #expect(reply.pointers == pointers, "\(reply.text)")
        }
    }

    @Test func startsCancelsAndRemembers() async throws {
        try await TestHost.with { host in
            let admin = try await host.logIn()
            let (job, device) = try await add(host, by: admin)
            let key: HeaderFields = ["Idempotency-Key": "once"]
            let run = try await host.ask(.post, "jobs/\(job.id)/start", as: admin, headers: key)
            #expect(run.status == 202, "\(run.text)")
            #expect(run.json["jobId"] == .string(job.id))
            #expect(run.json["scheduledAt"] == .null)
            #expect(run.json["user"] == "admin")
            let again = try await host.ask(.post, "jobs/\(job.id)/start", as: admin, headers: key)
            #expect(again.id == run.id)
            let second = try await host.ask(.post, "jobs/\(job.id)/start", as: admin)
            #expect(second.status == 409)
            let shown = try await host.ask(.get, "jobs/\(job.id)", as: admin)
            #expect(shown.json["lastRun"]?["id"] == .string(run.id))
            #expect(
                try await host.ask(.post, "jobs/\(job.id)/cancel", as: admin).status == 202)
            #expect(host.runs.cancelled.map(\.description) == [run.id])
            #expect(
                try await host.ask(.post, "jobs/\(job.id)/cancel", as: admin).status == 409)
            let oneOff = try await host.ask(
                .post, "jobs/\(job.id)/one-off", as: admin,
                ["targets": ["devices": [.string(device)]]])
            #expect(oneOff.status == 202, "\(oneOff.text)")
            #expect(oneOff.json["jobId"] == .null)
            #expect(
                try await host.ask(.post, "jobs/\(job.id)/one-off", as: admin, ["targets": [:]])
                    .pointers == ["/targets"])
            let history = try await host.ask(.get, "jobs/\(job.id)/runs", as: admin)
            #expect(history.items.map { $0["id"] } == [.string(run.id)])
            let filtered = try await host.ask(
                .get, "jobs/\(job.id)/runs?filter=state:eq:done", as: admin)
            #expect(filtered.items.isEmpty && filtered.status == 200)
            let others = try await host.ask(
                .get, "one-off-runs?filter=initiator:eq:ceHeS", as: admin)
            #expect(others.items.map { $0["id"] } == [.string(oneOff.id)])
            let gone = try await host.ask(.delete, "jobs/\(job.id)", as: admin)
            #expect(gone.status == 204)
            let kept = try await host.ask(.get, "jobs/\(job.id)/runs", as: admin)
            #expect(kept.items.map { $0["name"] } == ["нКс_A+T1 A-T0"])
            #expect(try await host.ask(.get, "jobs/\(job.id)", as: admin).status == 404)
            #expect(try await host.ask(.get, "jobs/\(device)/runs", as: admin).status == 404)
        }
    }

    @Test func switchesAScheduleWithWhoAndWhen() async throws {
        try await TestHost.with { host in
            let admin = try await host.logIn()
            let (job, _) = try await add(host, by: admin)
            let on = try await host.ask(.post, "jobs/\(job.id)/enable", as: admin)
            #expect(on.status == 200, "\(on.text)")
            #expect(on.json["isOn"] == true)
            #expect(on.json["switchedOnAt"] == "2026-11-21T00:00:00Z")
            #expect(on.json["switchedBy"] == "admin")
            #expect(on.json["nextStartAt"] == "2026-11-21T22:00:00Z")
            let bare = try await host.ask(
                .patch, "jobs/\(job.id)", as: admin, ["schedule": .null])
            #expect(bare.status == 422)
            #expect(bare.pointers == ["/schedule"])
            host.clock.advance(seconds: 60)
            let off = try await host.ask(.post, "jobs/\(job.id)/disable", as: admin)
            #expect(off.json["isOn"] == false)
            #expect(off.json["switchedOffAt"] == "2026-11-21T00:01:00Z")
            #expect(off.json["nextStartAt"] == .null)
            let history = try await host.ask(.get, "jobs/\(job.id)/switches", as: admin)
            #expect(history.items.map { $0["isOn"] } == [false, true])
            #expect(history.items.map { $0["user"] } == ["admin", "admin"])
            #expect(
                try await host.ask(.patch, "jobs/\(job.id)", as: admin, ["schedule": .null])
                    .status == 200)
            #expect(
                try await host.ask(.post, "jobs/\(job.id)/enable", as: admin).status == 409)
        }
    }

    @Test func addsDevicesToSeveralJobs() async throws {
        try await TestHost.with { host in
            let admin = try await host.logIn()
            let (first, known) = try await add(host, by: admin)
            let second = try await host.ask(
                .post, "jobs/\(first.id)/copy", as: admin, ["name": "second"])
            let new = try await host.device("000000000000007", by: admin)
            let nothing = "018fb9c2-6a00-7abc-8def-0123456789ab"
            let reply = try await host.ask(
                .post, "jobs/devices", as: admin,
                [
                    "jobs": [.string(first.id), .string(nothing), .string(second.id)],
                    "devices": [.string(known), .string(new)],
                ])
            #expect(reply.status == 207, "\(reply.text)")
            #expect(reply.items.map { $0["added"] } == [1, 0, 1])
            #expect(reply.items.map { $0["code"] } == [.null, "not_found", .null])
            let job = try await host.ask(.get, "jobs/\(first.id)", as: admin)
            #expect(job.json["targets"]?["devices"] == [.string(known), .string(new)])
            let wrong = try await host.ask(
                .post, "jobs/devices", as: admin,
                ["jobs": [.string(first.id)], "devices": [.string(new), .string(nothing)]])
            #expect(wrong.pointers == ["/devices/1"])
        }
    }

    @Test func keepsCommandsFromWhoMayOnlyRead() async throws {
        try await TestHost.with { host in
            let admin = try await host.logIn()
            let device = try await host.device(by: admin)
            let roles = try await host.ask(.get, "roles", as: admin)
            let role = try #require(
                roles.items.first { $0["name"] == "Operator" }?["id"]?.string)
            let own = try #require(
                roles.items.first { $0["name"] == "Operator" }?["permissions"]?.array)
            _ = try await host.ask(
                .patch, "roles/\(role)", as: admin,
                ["permissions": .array(own + ["Write.DataCollection.Job"])])
            let planner = try await host.member("planner", role: .operator)
            let command: [String: JSONValue] = [
                "contents": [["command": "CLOCK_CORRECT", "parameters": ["limit": 30]]]
            ]
            let refused = try await host.ask(
                .post, "jobs", as: planner, body(device, with: command))
            #expect(refused.status == 403, "\(refused.text)")
            let job = try await host.ask(.post, "jobs", as: admin, body(device, with: command))
            #expect(job.json["contents"]?[0]?["parameters"]?["limit"] == 30)
            // What is there already may stay.
            let renamed = try await host.ask(
                .patch, "jobs/\(job.id)", as: planner, ["name": "clock"])
            #expect(renamed.status == 200, "\(renamed.text)")
            let oneOff = try await host.ask(
                .post, "jobs/\(job.id)/one-off", as: planner,
                ["targets": ["devices": [.string(device)]]])
            #expect(oneOff.status == 403)
            #expect(try await host.ask(.post, "jobs/\(job.id)/start", as: planner).status == 403)
        }
    }

    @Test func hidesJobsOfOtherProjects() async throws {
        try await TestHost.with { host in
            let admin = try await host.logIn()
            let (job, _) = try await add(host, by: admin)
            try await host.project("Other", by: admin)
            for path in ["", "/runs", "/switches", "/occurrences"] {
                let reply = try await host.ask(
                    .get, "projects/Other/jobs/\(job.id)\(path)", as: admin)
                #expect(reply.status == 404, "\(path)")
            }
            #expect(try await host.ask(.get, "projects/Other/jobs", as: admin).items.isEmpty)
        }
    }
}
