import HTTP
import JSON
import Testing

@testable import API
@testable import Access

@Suite struct SessionResourceTests {
    @Test func warnsOfDefaultPasswordsUntilTheyAreChanged() async throws {
        try await TestHost.with { host in
            let login = try await host.ask(
                .post, "sessions", ["login": "admin", "password": "hesadmin"],
                headers: ["Accept-Language": "ru"])
            #expect(login.status == 201)
            let codes = (login.json["warnings"]?.array ?? []).compactMap { $0["code"]?.string }
            #expect(codes == ["default_password", "default_passwords_of_others"])
            let token = try #require(login.json["token"]?.string)
            let change = try await host.ask(
                .post, "me/password", as: token, ["old": "hesadmin", "password": "new-secret"])
            #expect(change.status == 204, "\(change.text)")
            let me = try await host.ask(.get, "me", as: token)
            let later = (me.json["warnings"]?.array ?? []).compactMap { $0["code"]?.string }
            #expect(later == ["default_passwords_of_others"])
            #expect(me.json["user"]?["roles"] == ["Administrator"])
            #expect(
                me.json["user"]?["permissions"]?.array?.count == Permission.allCases.count)
        }
    }

    @Test func tellsTheRulesOfPasswords() async throws {
        try await TestHost.with { host in
            let token = try await host.logIn()
            for (password, words) in [
                ("short", "6 to 32"), ("with space", "may hold only"), ("hesadmin", "used before"),
            ] {
                let reply = try await host.ask(
                    .post, "me/password", as: token,
                    ["old": "hesadmin", "password": .string(password)])
                #expect(reply.status == 422)
                #expect(reply.pointers == ["/password"])
                #expect(reply.text.contains(words))
                #expect(!reply.text.contains(password) || password == "short")
            }
            let wrong = try await host.ask(
                .post, "me/password", as: token, ["old": "nonsense", "password": "secret-1"])
            #expect(wrong.status == 401)
        }
    }

    @Test func refusesToHurry() async throws {
        try await TestHost.with { host in
            for _ in 0..<LoginDelay.freeAttempts {
                let reply = try await host.ask(
                    .post, "sessions", ["login": "admin", "password": "nonsense"])
                #expect(reply.status == 401)
                #expect(reply.code == "wrong_credentials")
            }
            let reply = try await host.ask(
                .post, "sessions", ["login": "admin", "password": "hesadmin"])
            #expect(reply.status == 429)
            #expect(reply.code == "login_delayed")
            #expect(reply.headers["retry-after"] == "1")
        }
    }

    @Test func listsAndEndsOnesSessions() async throws {
        try await TestHost.with { host in
            let first = try await host.logIn()
            let second = try await host.logIn()
            let list = try await host.ask(.get, "sessions", as: second)
            #expect(list.items.count == 2)
            #expect(list.items.first?["isCurrent"] == true)
            #expect(list.items.first?["userAgent"] == "Unknown")
            let other = try #require(list.items.last?["id"]?.string)
            #expect(try await host.ask(.delete, "sessions/\(other)", as: second).status == 204)
            #expect(try await host.ask(.get, "me", as: first).status == 401)
            #expect(try await host.ask(.delete, "sessions/current", as: second).status == 204)
            #expect(try await host.ask(.get, "me", as: second).status == 401)
        }
    }

    @Test func actsForAToken() async throws {
        try await TestHost.with { host in
            let admin = try await host.logIn()
            let made = try await host.ask(.post, "tokens", as: admin, ["name": "script"])
            #expect(made.status == 201)
            let token = try #require(made.json["token"]?.string)
            #expect(try await host.ask(.get, "devices", as: token).status == 200)
            let list = try await host.ask(.get, "tokens", as: admin)
            #expect(!list.text.contains(token))
            #expect(list.items.first?["lastUsedAt"] == .null)
            #expect(try await host.ask(.delete, "tokens/\(made.id)", as: admin).status == 204)
            #expect(try await host.ask(.get, "devices", as: token).status == 401)
        }
    }

    @Test func administersUsers() async throws {
        try await TestHost.with { host in
            let admin = try await host.logIn()
            let roles = try await host.ask(.get, "roles", as: admin)
            let role = try #require(roles.items.first { $0["name"] == "Operator" }?["id"])
            let project = try await host.ask(.get, "projects", as: admin).items[0]["id"] ?? .null
            let added = try await host.ask(
                .post, "users", as: admin,
                [
                    "login": "ivan", "password": "secret-1", "email": "ivan@example.org",
                    "roles": [role], "projects": [project],
                ])
            #expect(added.status == 201, "\(added.text)")
            #expect(!added.text.contains("secret-1"))
            let token = try await host.logIn("ivan@example.org", "secret-1")
            #expect(try await host.ask(.get, "devices", as: token).status == 200)
            let path = "users/\(added.id)"
            let reset = try await host.ask(
                .post, "\(path)/password", as: admin, ["password": "secret-2"])
            #expect(reset.status == 204)
            #expect(try await host.ask(.get, "devices", as: token).status == 401)
            let disabled = try await host.ask(.patch, path, as: admin, ["enabled": false])
            #expect(disabled.json["enabled"] == false)
            let refused = try await host.ask(
                .post, "sessions", ["login": "ivan", "password": "secret-2"])
            #expect(refused.status == 403)
            #expect(refused.code == "user_disabled")
            let ghost = try await host.ask(
                .patch, path, as: admin,
                ["roles": ["018fb9c2-6a00-7abc-8def-0123456789ab"]])
            #expect(ghost.status == 422)
            #expect(ghost.pointers == ["/roles"])
            #expect(try await host.ask(.delete, path, as: admin).status == 204)
            #expect(try await host.ask(.get, path, as: admin).status == 404)
        }
    }

    @Test func composesRoles() async throws {
        try await TestHost.with { host in
            let admin = try await host.logIn()
            let added = try await host.ask(
                .post, "roles", as: admin,
                ["name": "Reader", "permissions": ["Read.Devices", "Read.Datastore"]])
            #expect(added.status == 201, "\(added.text)")
            #expect(added.json["isBuiltIn"] == false)
            let wrong = try await host.ask(
                .post, "roles", as: admin, ["name": "X", "permissions": ["Read.Minds"]])
            #expect(wrong.pointers == ["/permissions/0"])
            let twin = try await host.ask(
                .post, "roles", as: admin, ["name": "Reader", "permissions": []])
            #expect(twin.status == 409)
            #expect(twin.code == "already_exists")
            #expect(try await host.ask(.delete, "roles/\(added.id)", as: admin).status == 204)
            let permissions = try await host.ask(.get, "permissions", as: admin)
            #expect(permissions.items.count == Permission.allCases.count)
        }
    }

    @Test func managesGroups() async throws {
        try await TestHost.with { host in
            let admin = try await host.logIn()
            let top = try await host.ask(.post, "groups", as: admin, ["name": "top"])
            let below = try await host.ask(
                .post, "groups", as: admin, ["name": "below", "parentId": .string(top.id)])
            #expect(below.status == 201, "\(below.text)")
            let twin = try await host.ask(.post, "groups", as: admin, ["name": "top"])
            #expect(twin.status == 409, "\(twin.text)")
            #expect(twin.code == "already_exists")
            let circle = try await host.ask(
                .patch, "groups/\(top.id)", as: admin, ["parentId": .string(below.id)])
            #expect(circle.status == 422, "\(circle.text)")
            let standard = try await host.ask(
                .patch, "groups/\(top.id)", as: admin, ["isDefault": true])
            #expect(standard.json["isDefault"] == true)
            #expect(try await host.ask(.delete, "groups/\(top.id)", as: admin).status >= 400)
            #expect(try await host.ask(.delete, "groups/\(below.id)", as: admin).status == 204)
        }
    }
}
