import HTTP
import JSON
import Testing
import Values

@testable import API
@testable import Access
@testable import Dispatching
@testable import Store

@Suite struct RunResourceTests {
    private func action(_ device: String) -> JSONValue {
        [
            "targets": ["devices": [.string(device)]],
            "read": [
                ["archive": "CURRENT", "quantities": ["A+"], "tags": ["TOTAL", "T1"]],
                ["archive": "END_OF_DAY", "depth": 7],
                [
                    "archive": "END_OF_MONTH", "from": "2026-01-01T00:00:00+03:00",
                    "to": "2026-02-01T00:00:00+03:00",
                ],
                ["state": "TIME"],
            ], "priority": 900, "retries": 2, "retryDelaySeconds": 10,
        ]
    }

    @Test func startsAnAction() async throws {
        try await TestHost.with { host in
            let admin = try await host.logIn()
            let device = try await host.device(by: admin)
            let reply = try await host.ask(.post, "actions", as: admin, action(device))
            #expect(reply.status == 202, "\(reply.text)")
            #expect(reply.headers["location"] == "/api/v1/runs/\(reply.id)")
            #expect(reply.json["state"] == "pending")
            #expect(reply.json["user"] == "admin")
            #expect(reply.json["resultName"]?["ru"] == "ожидается")
            #expect(reply.json["statistics"]?["pending"] == 1)
            let order = try #require(host.runs.orders.first)
            #expect(order.priority == 900)
            #expect(order.retryDelay == .seconds(10))
            #expect(order.contents.map(\.kind) == [.archive, .archive, .archive, .state])
            #expect(order.contents[0].tags == ["TOTAL", "T1"])
            #expect(order.contents[1].period == .depth(7))
            #expect(
                order.contents[2].period
                    == .range(from: 1_767_214_800_000, to: 1_769_893_200_001))
            let list = try await host.ask(.get, "runs", as: admin)
            #expect(list.items.first == reply.json)
        }
    }

    @Test(
        arguments: [
            (["targets": ["devices": []], "read": [["archive": "CURRENT"]]], "/targets"),
            (["targets": [:], "read": []], "/read"),
            (
                ["targets": ["devices": ["x"]], "read": [["archive": "CURRENT"]]],
                "/targets/devices/0"
            ),
        ] as [(JSONValue, String)])
    func namesTheFaultOfAnAction(_ body: JSONValue, _ pointer: String) async throws {
        try await TestHost.with { host in
            let admin = try await host.logIn()
            let reply = try await host.ask(.post, "actions", as: admin, body)
            #expect(reply.status == 422)
            #expect(reply.pointers.contains(pointer), "\(reply.text)")
            #expect(host.runs.orders.isEmpty)
        }
    }

    @Test(
        arguments: [
            ([:], "/read/0"), (["archive": "CURRENT", "state": "TIME"], "/read/0"),
            (["archive": "YESTERDAY"], "/read/0/archive"), (["state": "MOOD"], "/read/0/state"),
            (["archive": "END_OF_DAY", "depth": 0], "/read/0/depth"),
            (
                ["archive": "END_OF_DAY", "depth": 1, "from": "2026-01-01T00:00:00Z"],
                "/read/0/depth"
            ),
            (["archive": "END_OF_DAY", "from": "2026-01-01T00:00:00Z"], "/read/0/from"),
            (["archive": "END_OF_DAY", "from": "2026-01-01"], "/read/0/from"),
        ] as [(JSONValue, String)])
    func namesTheFaultOfALine(_ line: JSONValue, _ pointer: String) async throws {
        try await TestHost.with { host in
            let admin = try await host.logIn()
            let device = try await host.device(by: admin)
            let reply = try await host.ask(
                .post, "actions", as: admin,
                ["targets": ["devices": [.string(device)]], "read": [line]])
            #expect(reply.status == 422)
            #expect(reply.pointers.contains(pointer), "\(reply.text)")
        }
    }

    @Test func startsOneRunForOneKey() async throws {
        try await TestHost.with { host in
            let admin = try await host.logIn()
            let device = try await host.device(by: admin)
            let key: HeaderFields = ["Idempotency-Key": "abc"]
            let first = try await host.ask(
                .post, "actions", as: admin, action(device), headers: key)
            let again = try await host.ask(
                .post, "actions", as: admin, action(device), headers: key)
            #expect(first.id == again.id)
            #expect(host.runs.orders.count == 1)
            let other = try await host.ask(
                .post, "actions", as: admin,
                ["targets": ["devices": [.string(device)]], "read": [["state": "TIME"]]],
                headers: key)
            #expect(other.status == 422)
            #expect(other.code == "idempotency_key_reused")
        }
    }

    @Test func letsWhoStartedARunCancelIt() async throws {
        try await TestHost.with { host in
            let admin = try await host.logIn()
            let first = try await host.member("first", role: .operator)
            let second = try await host.member("second", role: .operator)
            let device = try await host.device(by: admin)
            let run = try await host.ask(.post, "actions", as: first, action(device))
            let refused = try await host.ask(.post, "runs/\(run.id)/cancel", as: second)
            #expect(refused.status == 403)
            #expect(try await host.ask(.post, "runs/\(run.id)/cancel", as: first).status == 202)
            let late = try await host.ask(.post, "runs/\(run.id)/cancel", as: admin)
            #expect(late.status == 409)
        }
    }

    @Test func showsATaskWithItsOutcomesAndJournals() async throws {
        try await TestHost.with { host in
            let admin = try await host.logIn()
            let device = try await host.device(by: admin)
            let run = try await host.ask(.post, "actions", as: admin, action(device))
            let list = try await host.ask(.get, "runs/\(run.id)/tasks", as: admin)
            let id = try #require(list.items.first?["id"]?.string)
            try await host.finish(task: id, device: device)
            let task = try await host.ask(.get, "tasks/\(id)", as: admin)
            #expect(task.json["result"] == "error")
            #expect(task.json["resultName"]?["ru"] == "ошибка")
            #expect(task.json["code"] == "timeout")
            #expect(task.json["note"] == "The exchange with the device failed")
            #expect(task.json["progress"] == 100)
            let item = task.json["items"]?[0]
            #expect(item?["symbol"] == "CURRENT")
            #expect(item?["outcome"]?["code"] == "timeout")
            #expect(item?["outcome"]?["stage"] == "final")
            let journal = try await host.ask(
                .get, "tasks/\(id)/journal", as: admin, headers: ["Accept-Language": "ru"])
            #expect(journal.items.first?["message"] == "Подключение к 192.0.2.7:4059")
            #expect(journal.items.first?["level"] == "info")
            let brief = try await host.ask(
                .get, "tasks/\(id)/journal", as: admin,
                headers: ["Accept-Language": "ru", "Accept": "text/plain"])
            #expect(
                brief.headers["content-disposition"] == "attachment; filename=\"journal-\(id).txt\""
            )
            #expect(
                brief.text == """
                    === 000000000013065 (DT_CE307): ошибка; Ошибка в ходе обмена с устройством
                    2026-11-21T00:00:00Z [info] Подключение к 192.0.2.7:4059

                    """)
            let whole = try await host.ask(
                .get, "runs/\(run.id)/journal", as: admin, headers: ["Accept-Language": "ru"])
            #expect(whole.text == brief.text)
            let context = try await host.ask(.get, "runs/\(run.id)/context", as: admin)
            // Who asks a device now wants its answer, not the stored one.
            #expect(
                context.json["contents"]?[1]
                    == ["archive": "END_OF_DAY", "depth": 7, "collect": "all"])
            let exchange = try await host.ask(.get, "tasks/\(id)/exchange", as: admin)
            #expect(exchange.items.count == 2)
            #expect(exchange.items[1]["bytes"] == "7E A0 ** 7E")
            let text = try await host.ask(
                .get, "tasks/\(id)/exchange", as: admin, headers: ["Accept": "text/plain"])
            #expect(text.headers["content-type"] == "text/plain; charset=utf-8")
            #expect(
                text.text == """
                    2026-11-21T00:00:00Z * connected 192.0.2.7:4059
                    2026-11-21T00:00:00Z > 7E A0 ** 7E

                    """)
        }
    }
}

extension TestHost {
    /// Ends a task as a session that timed out would.
    func finish(task text: String, device deviceText: String) async throws {
        let (task, device) = (try #require(UUID(text)), try #require(UUID(deviceText)))
        let trace = store.trace(task: task)
        trace.append([
            TraceLine(
                monotonic: 1, wall: clock.now, direction: .connected, peer: "192.0.2.7:4059"),
            TraceLine(
                monotonic: 2, wall: clock.now, direction: .sent, bytes: [0x7E, 0xA0, 0, 0x7E],
                blanked: [2..<3], peer: "192.0.2.7:4059"),
        ])
        try await trace.flush()
        let now = clock.now
        let project = try await store.read { (s) throws(StoreError) in try s.task(task).project }
        try await store.append(
            CollectionBatch(
                project: project, device: device, task: task,
                outcomes: [
                    ItemOutcome(
                        item: 0, stage: .final, code: ErrorCode.timeout.rawValue, at: now)
                ],
                journal: [
                    JournalLine(
                        at: now, level: .info,
                        message: StoredMessage(
                            id: "host.task.connecting",
                            parameters: ["endpoint": "192.0.2.7:4059"]))
                ]))
        try await store.write { (t) throws(StoreError) in
            try t.startTask(task, commline: nil)
            try t.finishTask(
                task, result: .error,
                notes: [
                    TaskNote(
                        code: ErrorCode.timeout.rawValue,
                        message: StoredMessage(id: "host.task.exchange_failed"))
                ])
        }
    }
}
