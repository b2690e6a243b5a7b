import HTTP
import JSON
import Testing
import Values

@testable import API
@testable import Store

@Suite struct DataResourceTests {
    private func fill(_ host: TestHost, _ device: String) async throws {
        let device = try #require(UUID(device))
        let project = try await host.store.read { (s) throws(StoreError) in
            try s.device(device).project
        }
        func time(_ text: String) -> Timestamp {
            Timestamp(rfc3339: text) ?? Timestamp(milliseconds: 0)
        }
        let received = time("2026-11-20T12:00:00+03:00")
        func value(_ tag: String, _ day: Int, _ text: String) -> MeasurementRecord {
            MeasurementRecord(
                archive: "END_OF_DAY", quantity: "A+", tag: tag,
                value: Decimal(text).map { .decimal($0) }, status: [.valid],
                time: time("2026-11-\(day)T00:00:00+03:00"),
                intervalEnd: time("2026-11-\(day)T00:00:00+03:00").milliseconds,
                received: received)
        }
        try await host.store.append(
            CollectionBatch(
                project: project, device: device,
                measurements: [
                    value("TOTAL", 18, "3724.10"), value("TOTAL", 19, "3730.25"),
                    value("T1", 18, "0.5"), value("", 18, "7"),
                ],
                events: [
                    EventRecord(
                        journal: "POWER", type: "ON", code: 2, parameters: ["phase": 1],
                        time: time("2026-11-19T10:00:00+03:00"), received: received)
                ],
                states: [
                    StateRecord(
                        archive: "INFORMATION", type: "SERIAL_NUMBER", value: "13065",
                        time: received, received: received)
                ]))
    }

    @Test func showsMeasurementsToTheDigit() async throws {
        try await TestHost.with { host in
            let admin = try await host.logIn()
            let device = try await host.device(by: admin)
            try await fill(host, device)
            let page = try await host.ask(
                .get, "measurements?archive=END_OF_DAY&device=\(device)&tag=TOTAL", as: admin)
            #expect(page.status == 200, "\(page.text)")
            #expect(page.items.compactMap { $0["value"]?.string } == ["3724.10", "3730.25"])
            let row = try #require(page.items.first)
            #expect(row["unit"] == "kW.h")
            #expect(row["time"] == "2026-11-18T00:00:00+03:00")
            #expect(row["serialNumber"] == "000000000013065")
            #expect(row["status"] == ["valid"])
            #expect(row["receivedAt"] == "2026-11-20T12:00:00+03:00")
        }
    }

    @Test func findsMeasurementsByPeriodTagAndGroup() async throws {
        try await TestHost.with { host in
            let admin = try await host.logIn()
            let device = try await host.device(by: admin)
            try await fill(host, device)
            let group = try await host.ask(.get, "groups", as: admin).items[0]["id"]?.string ?? ""
            for (query, values) in [
                ("&from=2026-11-19T00:00:00%2B03:00", ["3730.25"]),
                ("&to=2026-11-18T00:00:00%2B03:00&tag=TOTAL", ["3724.10"]),
                ("&tag=NONE", ["7"]), ("&tag=T1&tag=NONE", ["7", "0.5"]),
                ("&group=\(group)&tag=T1", ["0.5"]), ("&quantity=A-", []),
                ("&latest=true&tag=TOTAL", ["3730.25"]),
            ] {
                let page = try await host.ask(
                    .get, "measurements?archive=END_OF_DAY\(query)", as: admin)
                let found = page.items.compactMap { $0["value"]?.string }
                #expect(Set(found) == Set(values), "\(query) \(page.text)")
            }
        }
    }

    @Test func pagesThroughMeasurements() async throws {
        try await TestHost.with { host in
            let admin = try await host.logIn()
            try await fill(host, try await host.device(by: admin))
            var cursor: String?
            var count = 0
            repeat {
                let next = cursor.map { "&cursor=\($0)" } ?? ""
                let page = try await host.ask(
                    .get, "measurements?archive=END_OF_DAY&limit=1\(next)", as: admin)
                #expect(page.items.count == 1)
                count += page.items.count
                cursor = page.json["nextCursor"]?.string
            } while cursor != nil && count < 10
            #expect(count == 4)
        }
    }

    @Test(arguments: [
        ("measurements", "archive", 400), ("measurements?archive=NOWHERE", "", 404),
        (
            "measurements?archive=CURRENT&from=2026-02-01T00:00:00Z&to=2026-01-01T00:00:00Z",
            "from", 400
        ),
        ("measurements?archive=CURRENT&from=2020-01-01T00:00:00Z", "from", 400),
        ("measurements?archive=CURRENT&from=yesterday", "from", 400),
        ("events?device=5", "device", 400),
    ])
    func namesTheParameterAtFault(_ path: String, _ name: String, _ status: Int) async throws {
        try await TestHost.with { host in
            let admin = try await host.logIn()
            let reply = try await host.ask(.get, path, as: admin)
            #expect(reply.status == status, "\(reply.text)")
            #expect(reply.pointers == (name.isEmpty ? [] : [name]))
        }
    }

    @Test func showsStatesAndEvents() async throws {
        try await TestHost.with { host in
            let admin = try await host.logIn()
            let device = try await host.device(by: admin)
            try await fill(host, device)
            let states = try await host.ask(.get, "states?device=\(device)", as: admin)
            #expect(states.items.first?["value"] == "13065")
            #expect(states.items.first?["type"] == "SERIAL_NUMBER")
            let none = try await host.ask(
                .get, "states?device=\(device)&archive=TIME", as: admin)
            #expect(none.items.isEmpty)
            let history = try await host.ask(
                .get, "states?device=\(device)&from=2026-11-01T00:00:00Z", as: admin)
            #expect(history.items.count == 1)
            let events = try await host.ask(
                .get, "events?device=\(device)&journal=POWER", as: admin)
            #expect(events.items.first?["code"] == 2)
            #expect(events.items.first?["parameters"] == ["phase": 1])
        }
    }

    @Test func editsAnArchive() async throws {
        try await TestHost.with { host in
            let admin = try await host.logIn()
            let archives = try await host.ask(.get, "archives", as: admin)
            #expect(archives.items.count == 16)
            #expect(archives.items.count { $0["category"] == "measurement" } == 7)
            let edit = try await host.ask(
                .patch, "archives/CURRENT", as: admin, ["retentionSeconds": 864_000])
            #expect(edit.status == 200, "\(edit.text)")
            #expect(edit.json["retentionSeconds"] == 864_000)
            #expect(edit.json["revision"] == 2)
        }
    }
}
