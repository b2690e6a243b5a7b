import Access
import HTTP
import JSON
import Testing
import Values

@testable import API
@testable import Store

@Suite struct CollectionTests {
    /// Stores the ends of days by Moscow's calendar.
    private func fill(
        _ host: TestHost, _ device: String, days: [Int], tags: [String] = ["TOTAL"]
    ) async throws {
        let device = try #require(UUID(device))
        let project = try await host.store.read { (s) throws(StoreError) in
            try s.device(device).project
        }
        let received = Timestamp(milliseconds: host.clock.now.milliseconds)
        try await host.store.append(
            CollectionBatch(
                project: project, device: device,
                measurements: days.flatMap { day in
                    tags.map { tag in
                        MeasurementRecord(
                            archive: "END_OF_DAY", quantity: "A+", tag: tag, value: .unsigned(1),
                            status: .valid, time: nil,
                            intervalEnd: Timestamp(rfc3339: "2026-11-\(day)T21:00:00Z")?
                                .milliseconds,
                            received: received)
                    }
                }))
    }

    private func device(_ serial: String, _ host: TestHost, _ admin: String) async throws -> String
    {
        let reply = try await host.ask(
            .post, "devices", as: admin,
            [
                "serialNumber": .string(serial), "type": "DT_CE307",
                "timeZone": "Europe/Moscow",
            ])
        return reply.id
    }

    private let query = "archive=END_OF_DAY&quantity=A%2B&from=2026-11-15&to=2026-11-18"

    @Test func countsTagsTimesMoments() async throws {
        try await TestHost.with { host in
            let admin = try await host.logIn()
            let one = try await device("1", host, admin)
            let two = try await device("2", host, admin)
            try await fill(host, one, days: [15, 16], tags: ["T1", "T2", "T3"])
            try await fill(host, one, days: [17], tags: ["T1", "T2"])
            try await fill(host, two, days: [15], tags: ["T1", "T2", "T3"])
            let reply = try await host.ask(
                .get, "statistics/collection?\(query)&tag=T1&tag=T2&tag=T3", as: admin)
            #expect(reply.status == 200, "\(reply.text)")
            #expect(
                reply.json["columns"] == ["2026-11-15", "2026-11-16", "2026-11-17", "2026-11-18"])
            func percents(_ row: JSONValue?) -> [String] {
                (row?["cells"]?.array ?? []).map { $0["percent"]?.text() ?? "" }
            }
            // Two of three tariffs are 66.6 %.
            #expect(percents(reply.items.first) == ["100", "100", "66.6", "0"])
            #expect(percents(reply.items.last) == ["100", "0", "0", "0"])
            #expect(reply.items[0]["average"]?["percent"]?.text() == "66.6")
            #expect(reply.items[0]["average"]?["received"] == 8)
            #expect(reply.items[0]["average"]?["expected"] == 12)
            let total = reply.json["total"]
            #expect(percents(total) == ["100", "50", "33.3", "0"])
            #expect(total?["cells"]?[0]?["collected"] == 2)
            #expect(total?["cells"]?[1]?["collected"] == 1)
            #expect(total?["cells"]?[2]?["collected"] == 0)
            #expect(total?["cells"]?[2]?["devices"] == 2)
            #expect(total?["average"]?["percent"]?.text() == "45.8")
        }
    }

    @Test func sumsGroupsUp() async throws {
        try await TestHost.with { host in
            let admin = try await host.logIn()
            let one = try await device("1", host, admin)
            let two = try await device("2", host, admin)
            let other = try await host.ask(
                .post, "groups", as: admin, ["name": "Other"])
            _ = try await host.ask(
                .patch, "devices/\(two)", as: admin, ["groupId": .string(other.id)])
            try await fill(host, one, days: [15, 16, 17, 18])
            try await fill(host, two, days: [15])
            let reply = try await host.ask(
                .get, "statistics/collection/groups?\(query)", as: admin)
            #expect(reply.items.map { $0["name"] } == ["Default", "Other"])
            #expect(
                reply.items.map { $0["average"]?["percent"]?.text() } == ["100", "25"])
            let group = try await host.ask(
                .get, "statistics/collection?\(query)&group=\(other.id)", as: admin)
            #expect(group.items.map { $0["serialNumber"] } == ["2"])
            #expect(group.json["total"]?["devices"] == 1)
        }
    }

    @Test func expectsNothingOfDaysToCome() async throws {
        try await TestHost.with { host in
            // It is 03:00 of the 21st in Moscow: the 20th has ended, the 21st has not.
            let admin = try await host.logIn()
            let one = try await device("1", host, admin)
            try await fill(host, one, days: [19])
            let reply = try await host.ask(
                .get, "statistics/collection?archive=END_OF_DAY&from=2026-11-19&to=2026-11-22",
                as: admin)
            let cells = reply.items.first?["cells"]?.array ?? []
            #expect(cells.map { $0["percent"]?.text() } == ["100", "0", "null", "null"])
            #expect(reply.items.first?["average"]?["percent"]?.text() == "50")
            let profile = try await host.ask(
                .get, "statistics/collection?archive=PROFILE_30&from=2026-11-20&to=2026-11-21",
                as: admin)
            // By 03:00 six half-hours of the day have ended.
            let expected = profile.items.first?["cells"]?.array?.map { $0["expected"] }
            #expect(expected == [48, 6])
        }
    }

    @Test func pagesThroughOneCount() async throws {
        try await TestHost.with { host in
            let admin = try await host.logIn()
            for serial in ["1", "2", "3"] { _ = try await device(serial, host, admin) }
            var cursor: String?
            var serials: [JSONValue?] = []
            repeat {
                let next = cursor.map { "&cursor=\($0)" } ?? ""
                let page = try await host.ask(
                    .get, "statistics/collection?\(query)&limit=2\(next)", as: admin)
                #expect(page.json["total"]?["devices"] == 3)
                serials += page.items.map { $0["serialNumber"] }
                cursor = page.json["nextCursor"]?.string
            } while cursor != nil
            #expect(serials == ["1", "2", "3"])
            // What came meanwhile is seen a minute later.
            let one = try await host.ask(.get, "devices", as: admin).items[0]["id"]?.string ?? ""
            try await fill(host, one, days: [15])
            let early = try await host.ask(
                .get, "statistics/collection?\(query)&limit=2", as: admin)
            #expect(early.items.first?["average"]?["received"] == 0)
            host.clock.advance(seconds: 61)
            let late = try await host.ask(
                .get, "statistics/collection?\(query)&limit=2", as: admin)
            #expect(late.items.first?["average"]?["received"] == 1)
        }
    }

    @Test(arguments: [
        ("", "archive"), ("archive=CURRENT", "archive"),
        ("archive=END_OF_DAY&from=2026-11-02&to=2026-11-01", "from"),
        ("archive=END_OF_DAY&from=2026-01-01&to=2026-11-01", "from"),
        ("archive=END_OF_DAY&from=2026-13-01", "from"),
        ("archive=END_OF_DAY&to=yesterday", "to"),
        ("archive=END_OF_DAY&cursor=-1", "cursor"),
    ])
    func namesTheParameterAtFault(_ query: String, _ name: String) async throws {
        try await TestHost.with { host in
            let admin = try await host.logIn()
            let reply = try await host.ask(
                .get, "statistics/collection?\(query)", as: admin)
            #expect(reply.status == 400)
            #expect(reply.pointers == [name], "\(reply.text)")
        }
    }

    @Test func countsMonths() async throws {
        try await TestHost.with { host in
            let admin = try await host.logIn()
            _ = try await device("1", host, admin)
            let reply = try await host.ask(
                .get, "statistics/collection?archive=END_OF_MONTH&from=2026-08-15&to=2026-11-03",
                as: admin)
            #expect(reply.json["columns"] == ["2026-08", "2026-09", "2026-10", "2026-11"])
            let cells = reply.items.first?["cells"]?.array ?? []
            #expect(cells.map { $0["expected"] } == [1, 1, 1, 0])
        }
    }
}
