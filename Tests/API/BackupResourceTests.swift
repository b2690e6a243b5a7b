import HTTP
import JSON
import Testing

@testable import API

@Suite struct BackupResourceTests {
    @Test func makesABackupAndListsIt() async throws {
        try await TestHost.with { host in
            let admin = try await host.logIn()
            let begun = try await host.ask(
                .post, "host/backup", as: admin, ["name": "monday", "includesKey": true])
            #expect(begun.status == 202, "\(begun.text)")
            #expect(begun.json["name"] == "monday")
            var item: JSONValue = .null
            while item["state"] != "done" {
                let list = try await host.ask(.get, "host/backups", as: admin)
                #expect(list.status == 200, "\(list.text)")
                item = list.items.first ?? .null
                #expect(item["state"] != "failed", "\(list.text)")
                if item["state"] == "failed" { return }
                await Task.yield()
            }
            #expect(item["name"] == "monday")
            #expect(item["includesKey"] == true)
            // The same name again: the failure is told, and the backup is left alone.
            let again = try await host.ask(.post, "host/backup", as: admin, ["name": "monday"])
            #expect(again.status == 202)
            var told: [JSONValue] = []
            while !told.contains(where: { $0["state"] == "failed" }) {
                told = try await host.ask(.get, "host/backups", as: admin).items
                await Task.yield()
            }
            #expect(told.contains { $0["state"] == "done" })
        }
    }

    @Test(arguments: ["../x", ".x", "a/b", "x.part", "имя"])
    func refusesANameThatLeavesTheFolder(_ name: String) async throws {
        try await TestHost.with { host in
            let admin = try await host.logIn()
            let answer = try await host.ask(
                .post, "host/backup", as: admin, ["name": .string(name)])
            #expect(answer.status == 422, "\(answer.text)")
            #expect(answer.text.contains("/name"))
        }
    }

    @Test func isNotForEverybody() async throws {
        try await TestHost.with { host in
            let user = try await host.member("somebody", role: .subscriber)
            #expect(try await host.ask(.post, "host/backup", as: user, [:]).status == 403)
            #expect(try await host.ask(.get, "host/backups", as: user).status == 403)
        }
    }
}
