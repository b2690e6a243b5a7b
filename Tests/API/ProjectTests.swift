import HTTP
import JSON
import Testing

@testable import API
@testable import Access

@Suite struct ProjectTests {
    @Test func hidesTheThingsOfOtherProjects() async throws {
        try await TestHost.with { host in
            let admin = try await host.logIn()
            let other = try await host.project("Other", by: admin)
            let stranger = try await host.member("stranger", role: .operator, of: ["Default"])
            let device = try await host.device(by: admin, in: "Other")
            let group = try await host.ask(
                .post, "projects/Other/groups", as: admin, ["name": "theirs"]
            ).id
            let channel = try await host.ask(
                .post, "projects/Other/channels", as: admin,
                [
                    "name": "theirs", "type": "CHAN_TYPE_TCP",
                    "settings": [
                        "CHAN_TYPE_TCP_OP_IP_ADDRESS": "192.0.2.7",
                        "CHAN_TYPE_TCP_OP_IP_PORT": 4059,
                    ],
                ]
            ).id
            let run = try await host.ask(
                .post, "projects/Other/actions", as: admin,
                ["targets": ["devices": [.string(device)]], "read": [["archive": "CURRENT"]]]
            ).id
            let tasks = try await host.ask(
                .get, "projects/Other/runs/\(run)/tasks", as: admin)
            let task = try #require(tasks.items.first?["id"]?.string)
            let paths = [
                "devices/\(device)", "groups/\(group)", "channels/\(channel)", "runs/\(run)",
                "runs/\(run)/tasks", "tasks/\(task)", "tasks/\(task)/journal",
                "tasks/\(task)/exchange", "states?device=\(device)",
                "events?device=\(device)", "measurements?archive=CURRENT&device=\(device)",
                "measurements?archive=CURRENT&group=\(group)",
            ]
            for path in paths {
                let own = try await host.ask(.get, "projects/Other/\(path)", as: admin)
                #expect(own.status == 200, "\(path) \(own.text)")
                // Through the caller's own project, and through the other one.
                for prefix in ["", "projects/Default/", "projects/Other/", "projects/\(other)/"] {
                    let reply = try await host.ask(.get, prefix + path, as: stranger)
                    #expect(reply.status == 404, "\(prefix)\(path)")
                }
            }
            for path in ["devices/\(device)", "groups/\(group)", "channels/\(channel)"] {
                let edit = try await host.ask(.patch, path, as: stranger, ["name": "mine"])
                #expect(edit.status == 404, "\(path)")
                #expect(try await host.ask(.delete, path, as: stranger).status == 404)
            }
            let cancel = try await host.ask(.post, "runs/\(run)/cancel", as: stranger)
            #expect(cancel.status == 404)
            #expect(host.runs.cancelled.isEmpty)
            let action = try await host.ask(
                .post, "projects/Default/devices", as: stranger,
                ["serialNumber": "1", "type": "DT_CE307", "groupId": .string(group)])
            #expect(action.status == 422)
        }
    }

    @Test func listsOnlyOnesOwn() async throws {
        try await TestHost.with { host in
            let admin = try await host.logIn()
            try await host.project("Other", by: admin)
            let stranger = try await host.member("stranger", role: .operator)
            let own = try await host.ask(.get, "projects", as: stranger)
            #expect(own.items.compactMap { $0["name"]?.string } == ["Default"])
            let all = try await host.ask(.get, "projects", as: admin)
            #expect(all.items.compactMap { $0["name"]?.string } == ["Default", "Other"])
        }
    }

    @Test func asksForTheProjectWhereThereAreSeveral() async throws {
        try await TestHost.with { host in
            let admin = try await host.logIn()
            #expect(try await host.ask(.get, "devices", as: admin).status == 200)
            try await host.project("Other", by: admin)
            let reply = try await host.ask(.get, "devices", as: admin)
            #expect(reply.status == 400)
            #expect(reply.code == "project_needed")
            #expect(reply.text.contains("Default, Other"))
            #expect(try await host.ask(.get, "projects/Other/devices", as: admin).status == 200)
        }
    }

    @Test func letsMembersInAndOut() async throws {
        try await TestHost.with { host in
            let admin = try await host.logIn()
            try await host.project("Other", by: admin)
            let token = try await host.member("ivan", role: .operator)
            let me = try await host.ask(.get, "me", as: token)
            let id = try #require(me.json["user"]?["id"]?.string)
            let path = "projects/Other/members"
            #expect(try await host.ask(.put, "\(path)/\(id)", as: admin).status == 204)
            #expect(try await host.ask(.get, "projects/Other/devices", as: token).status == 200)
            let members = try await host.ask(.get, path, as: admin)
            #expect(members.items.compactMap { $0["login"]?.string } == ["admin", "ivan"])
            #expect(try await host.ask(.delete, "\(path)/\(id)", as: admin).status == 204)
            #expect(try await host.ask(.get, "projects/Other/devices", as: token).status == 404)
        }
    }

    @Test func keepsAProjectWithDevices() async throws {
        try await TestHost.with { host in
            let admin = try await host.logIn()
            try await host.project("Other", by: admin)
            let device = try await host.device(by: admin, in: "Other")
            #expect(try await host.ask(.delete, "projects/Other", as: admin).status == 409)
            _ = try await host.ask(.delete, "projects/Other/devices/\(device)", as: admin)
            #expect(try await host.ask(.delete, "projects/Other", as: admin).status == 204)
        }
    }
}
