import Access
import HTTP
import JSON
import Testing
import Values

@testable import API
@testable import Store

@Suite struct ContactResourceTests {
    private func note(
        _ host: TestHost, _ device: String, hoursAgo: Int64, succeeded: Bool,
        code: ErrorCode = .ok
    ) async throws {
        let device = try #require(UUID(device))
        let at = Moment(milliseconds: host.clock.now.milliseconds - hoursAgo * 3_600_000)
        try await host.store.write { (t) throws(StoreError) in
            try t.note(
                ContactMark(
                    device: device, began: at, ended: at, succeeded: succeeded,
                    code: code.rawValue))
        }
    }

    @Test func showsAndSortsByTheLastContact() async throws {
        try await TestHost.with { host in
            let admin = try await host.logIn()
            let a = try await host.device("a", by: admin)
            let b = try await host.device("b", by: admin)
            _ = try await host.device("c", by: admin)
            try await note(host, a, hoursAgo: 30, succeeded: true)
            try await note(host, a, hoursAgo: 2, succeeded: false, code: .timeout)
            try await note(host, b, hoursAgo: 80, succeeded: true)
            let list = try await host.ask(.get, "devices?sort=lastSuccessAt", as: admin)
            #expect(list.items.map { $0["serialNumber"] } == ["c", "b", "a"])
            #expect(list.items[0]["lastSuccessAt"] == .null)
            #expect(list.items[2]["lastSuccessAt"] == "2026-11-19T18:00:00Z")
            #expect(list.items[2]["lastAttemptAt"] == "2026-11-20T22:00:00Z")
            #expect(list.items[2]["lastErrorCode"] == "timeout")
            #expect(list.items[2]["failures"] == 1)
            #expect(list.items[1]["lastErrorCode"] == .null)
            let late = try await host.ask(
                .get, "devices?filter=lastSuccessAt:lt:2026-11-18T00:00:00Z", as: admin)
            #expect(late.items.map { $0["serialNumber"] } == ["b", "c"])
            // What was read can be sent back.
            let card = try await host.ask(.get, "devices/\(a)", as: admin)
            let edit = try await host.ask(
                .put, "devices/\(a)", as: admin, card.json, headers: ["If-Match": card.etag])
            #expect(edit.status == 200, "\(edit.text)")
        }
    }

    @Test func raisesAnAlarmInTheMetrics() async throws {
        try await TestHost.with { host in
            let admin = try await host.logIn()
            let a = try await host.device("a", by: admin)
            _ = try await host.device("b", by: admin)
            host.clock.advance(seconds: 100 * 3_600)
            let token = try await host.logIn()
            try await note(host, a, hoursAgo: 50, succeeded: true)
            func metric(_ name: String) async throws -> String? {
                try await host.ask(.get, "/metrics", as: token).text
                    .split(separator: "\n").first { $0.hasPrefix(name + " ") }
                    .map { String($0.dropFirst(name.count + 1)) }
            }
            #expect(try await metric("commline_devices_overdue") == "1")
            #expect(try await metric("commline_devices_overdue_oldest_seconds") == "360000")
            let read = try await host.ask(.get, "settings/monitoring", as: token)
            #expect(read.json["alarmHours"] == 72)
            let edit = try await host.ask(
                .patch, "settings/monitoring", as: token, ["alarmHours": 40],
                headers: ["If-Match": read.etag])
            #expect(edit.status == 200, "\(edit.text)")
            #expect(edit.json["reachabilityDays"] == 365)
            let stale = try await host.ask(
                .patch, "settings/monitoring", as: token, ["alarmHours": 41],
                headers: ["If-Match": read.etag])
            #expect(stale.status == 412)
            let wrong = try await host.ask(
                .patch, "settings/monitoring", as: token, ["alarmHours": 0])
            #expect(wrong.status == 422)
            #expect(try await metric("commline_devices_overdue") == "2")
            #expect(try await metric("commline_devices_overdue_threshold_seconds") == "144000")
        }
    }

    @Test func drawsTheHeatMap() async throws {
        try await TestHost.with { host in
            let admin = try await host.logIn()
            let a = try await host.device("a", by: admin)
            let b = try await host.device("b", by: admin)
            try await note(host, a, hoursAgo: 1, succeeded: true)
            try await note(host, a, hoursAgo: 1, succeeded: false)
            try await note(host, b, hoursAgo: 3, succeeded: false)
            try await note(host, a, hoursAgo: 40, succeeded: true)
            let day = try await host.ask(
                .get, "heat-map?from=2026-11-20T20:00:00Z&to=2026-11-21T00:00:00Z", as: admin)
            #expect(day.status == 200, "\(day.text)")
            #expect(day.json["columns"]?.array?.count == 4)
            #expect(day.json["columns"]?[0] == "2026-11-20T20:00:00Z")
            let cells = day.items.map { row in
                (row["cells"]?.array ?? []).map {
                    "\($0["succeeded"]?.int ?? -1)/\($0["tried"]?.int ?? -1)"
                }
            }
            #expect(cells == [["0/0", "0/0", "0/0", "1/2"], ["0/0", "0/1", "0/0", "0/0"]])
            #expect(day.items[0]["total"]?["percent"]?.text() == "50")
            let days = try await host.ask(
                .get,
                "heat-map?step=day&from=2026-11-19T00:00:00Z&to=2026-11-21T00:00:00Z&device=\(a)",
                as: admin)
            #expect(
                days.items.first?["cells"] == [
                    ["tried": 1, "succeeded": 1], ["tried": 2, "succeeded": 1],
                ])
            let groups = try await host.ask(
                .get, "heat-map/groups?from=2026-11-20T20:00:00Z&to=2026-11-21T00:00:00Z",
                as: admin)
            #expect(groups.items.count == 1)
            #expect(groups.items[0]["name"] == "Default")
            #expect(
                groups.items[0]["cells"]?[3]
                    == ["tried": 2, "succeeded": 1, "devices": 1, "reached": 1])
            #expect(groups.items[0]["total"]?["tried"] == 3)
            let first = try await host.ask(.get, "heat-map?limit=1", as: admin)
            #expect(first.json["columns"]?.array?.count == 24)
            let cursor = try #require(first.json["nextCursor"]?.string)
            let second = try await host.ask(
                .get, "heat-map?limit=1&cursor=\(cursor)", as: admin)
            #expect(second.items.map { $0["serialNumber"] } == ["b"])
            #expect(second.json["nextCursor"] == .null)
            for wrong in [
                "from=2026-11-21T00:00:00Z&to=2026-11-20T00:00:00Z",
                "from=2026-01-01T00:00:00Z&to=2026-11-20T00:00:00Z",
            ] {
                let reply = try await host.ask(.get, "heat-map?\(wrong)", as: admin)
                #expect(reply.pointers == ["from"])
            }
        }
    }

    @Test func showsTheHistoryOfCommands() async throws {
        try await TestHost.with { host in
            let admin = try await host.logIn()
            let text = try await host.device(by: admin)
            let device = try #require(UUID(text))
            let now = host.clock.now
            let id = host.store.newID()
            try await host.store.write { (t) throws(StoreError) in
                let user = try t.user(login: "admin")?.id
                try t.insert(
                    CommandRecord(
                        id: id, project: try t.device(device).project, device: device,
                        function: "FUNC_RELAY_TURN_ON_DIO_LOAD_RELAY1",
                        parameters: ["relay": "LOAD"], comment: "for the fitter", user: user,
                        initiator: "ceHeS", launch: .system, created: now))
                try t.advanceCommand(
                    id, CommandStage(symbol: "DIO_STATE_ON_TASK_SENT", at: now))
                try t.advanceCommand(
                    id, CommandStage(symbol: "DIO_STATE_ON", at: now), result: .success)
            }
            let list = try await host.ask(
                .get, "commands?filter=deviceId:eq:\(text)&filter=launch:eq:system", as: admin)
            #expect(list.status == 200, "\(list.text)")
            let row = try #require(list.items.first)
            #expect(row["function"] == "FUNC_RELAY_TURN_ON_DIO_LOAD_RELAY1")
            #expect(row["user"] == "admin")
            #expect(row["launchName"]?["ru"] == "Системный")
            #expect(row["state"] == "done" && row["result"] == "success")
            #expect(row["startedAt"] == "2026-11-21T00:00:00Z")
            #expect(row["parameters"] == ["relay": "LOAD"])
            #expect(
                row["stages"]?.array?.map { $0["symbol"] }
                    == ["DIO_STATE_ON_TASK_SENT", "DIO_STATE_ON"])
            let one = try await host.ask(.get, "commands/\(id)", as: admin)
            #expect(one.json == row)
            let csv = try await host.ask(.get, "commands/export", as: admin)
            #expect(csv.text.contains(",FUNC_RELAY_TURN_ON_DIO_LOAD_RELAY1,admin,"))
            let none = try await host.ask(
                .get, "commands?filter=launch:eq:schedule", as: admin)
            #expect(none.items.isEmpty)
        }
    }
}
