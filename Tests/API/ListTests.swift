import HTTP
import JSON
import Testing

@testable import API

@Suite struct ListTests {
    private func host(_ body: (TestHost, String) async throws -> Void) async throws {
        try await TestHost.with { host in
            let admin = try await host.logIn()
            for number in 0..<25 {
                let reply = try await host.ask(
                    .post, "devices", as: admin,
                    [
                        "serialNumber": .string(String(1_000 - number)),
                        "type": number % 5 == 0 ? "DT_CE207" : "DT_CE307",
                        "reserve": .string("row, \(number)"),
                    ])
                #expect(reply.status == 201)
            }
            try await body(host, admin)
        }
    }

    private func serials(_ reply: Reply) -> [String] {
        reply.items.compactMap { $0["serialNumber"]?.string }
    }

    @Test func givesEveryRowOnceOverItsPages() async throws {
        try await host { host, admin in
            var cursor: String?
            var found: [String] = []
            repeat {
                let next = cursor.map { "&cursor=\($0)" } ?? ""
                let page = try await host.ask(.get, "devices?limit=10\(next)", as: admin)
                #expect(page.status == 200, "\(page.text)")
                found += serials(page)
                cursor = page.json["nextCursor"]?.string
            } while cursor != nil
            #expect(found == (0..<25).map { String(1_000 - $0) })
        }
    }

    @Test func refusesTheCursorOfAnotherQuestion() async throws {
        try await host { host, admin in
            let page = try await host.ask(.get, "devices?limit=10", as: admin)
            let cursor = try #require(page.json["nextCursor"]?.string)
            let other = try await host.ask(
                .get, "devices?limit=10&filter=type:eq:DT_CE207&cursor=\(cursor)", as: admin)
            #expect(other.status == 400)
            #expect(other.pointers == ["cursor"])
        }
    }

    @Test func sortsBothWays() async throws {
        try await host { host, admin in
            let up = try await host.ask(.get, "devices?sort=serialNumber&limit=3", as: admin)
            #expect(serials(up) == ["1000", "976", "977"])
            let down = try await host.ask(.get, "devices?sort=-serialNumber&limit=2", as: admin)
            #expect(serials(down) == ["999", "998"])
        }
    }

    @Test func filtersByAllConditions() async throws {
        try await host { host, admin in
            let page = try await host.ask(
                .get,
                "devices?filter=type:eq:DT_CE207,DT_CE208&filter=serialNumber:contains:9&total=true",
                as: admin)
            #expect(serials(page) == ["995", "990", "985", "980"])
            #expect(page.json["total"] == 4)
            let none = try await host.ask(
                .get, "devices?filter=type:ne:DT_CE207,DT_CE307&total=true", as: admin)
            #expect(none.json["total"] == 0)
        }
    }

    @Test func takesACommaWithABackslash() async throws {
        try await host { host, admin in
            let page = try await host.ask(
                .get, "devices?filter=reserve:eq:row%5C,%203,row%5C,%204", as: admin)
            #expect(serials(page) == ["997", "996"])
        }
    }

    @Test func showsOnlyTheMembersAskedFor() async throws {
        try await host { host, admin in
            let page = try await host.ask(
                .get, "devices?limit=1&fields=serialNumber,id", as: admin)
            #expect(page.items.first?.object?.keys == ["id", "serialNumber"])
        }
    }
}
