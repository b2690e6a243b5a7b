import HTTP
import JSON
import Testing
import Values

@testable import API
@testable import Access

@Suite struct RouteAccessTests {
    /// A path of the route with an identifier that nothing has in the place of each parameter.
    private static func path(_ endpoint: Endpoint) -> String {
        var values = Dictionary(
            uniqueKeysWithValues: endpoint.pattern.parameterNames.map {
                ($0, "018fb9c2-6a00-7abc-8def-0123456789ab")
            })
        values[PathParameter.project.rawValue] = "Default"
        return endpoint.pattern.path(values)
    }

    @Test func refusesCallersWithoutToken() async throws {
        try await TestHost.with { host in
            for endpoint in API.endpoints where endpoint.requirement != .open {
                let reply = try await host.ask(endpoint.method, Self.path(endpoint))
                #expect(reply.status == 401, "\(endpoint.form.id)")
                #expect(reply.code == "unauthenticated")
                #expect(reply.headers["www-authenticate"] == "Bearer")
            }
        }
    }

    @Test func refusesCallersWithAWrongToken() async throws {
        try await TestHost.with { host in
            let wrong = "cml_" + String(repeating: "0", count: 64)
            for endpoint in API.endpoints where endpoint.requirement != .open {
                let reply = try await host.ask(endpoint.method, Self.path(endpoint), as: wrong)
                #expect(reply.status == 401, "\(endpoint.form.id)")
            }
        }
    }

    @Test(arguments: BuiltInRole.allCases)
    func refusesCallersWithoutThePermission(_ role: BuiltInRole) async throws {
        try await TestHost.with { host in
            let token = try await host.member("somebody", role: role)
            for endpoint in API.endpoints {
                let response = await host.api.service.respond(
                    to: HTTPRequest(
                        endpoint.method, Self.path(endpoint),
                        headers: ["Authorization": "Bearer \(token)"]))
                let mayCall = endpoint.requirement.isMet(by: role.permissions)
                if mayCall {
                    #expect(
                        ![401, 403].contains(response.status.code),
                        "\(role) \(endpoint.form.id)")
                } else {
                    #expect(response.status.code == 403, "\(role) \(endpoint.form.id)")
                }
            }
        }
    }

    /// Routes that hold a whole project's secrets, or the keys to the house.
    @Test(arguments: [
        "exportDocument", "addUser", "setPassword", "addRole", "editRole", "addProject",
        "listSecurityEvents", "readMetrics", "deleteUser",
    ])
    func keepsUsersOut(_ id: String) throws {
        let endpoint = try #require(API.endpoints.first { $0.form.id == id })
        #expect(!endpoint.requirement.isMet(by: BuiltInRole.user.permissions))
        #expect(!endpoint.requirement.isMet(by: BuiltInRole.subscriber.permissions))
        #expect(!endpoint.requirement.isMet(by: BuiltInRole.m2m.permissions))
    }

    @Test func opensOnlyWhatStrangersNeed() {
        let open = API.endpoints.filter { $0.requirement == .open }.map(\.form.id)
        #expect(
            Set(open) == [
                "login", "readHealth", "readReadiness", "readOpenAPI", "readDocumentation",
            ])
    }

    @Test func namesAPermissionForWhateverTouchesAProject() {
        let free = API.endpoints.filter { $0.scope == .project && $0.requirement == .signedIn }
        // The stream tells each listener only what its permissions let it read.
        #expect(Set(free.map(\.form.id)) == ["openStream", "openStreamInOwnProject"])
    }

    @Test func endsAccessWhenARoleLosesAPermission() async throws {
        try await TestHost.with { host in
            let admin = try await host.logIn()
            let token = try await host.member("somebody", role: .user)
            #expect(try await host.ask(.get, "devices", as: token).status == 200)
            let roles = try await host.ask(.get, "roles", as: admin)
            let role = try #require(roles.items.first { $0["name"] == "User" }?["id"]?.string)
            let edit = try await host.ask(
                .patch, "roles/\(role)", as: admin, ["permissions": ["Read.Datastore"]])
            #expect(edit.status == 200, "\(edit.text)")
            #expect(try await host.ask(.get, "devices", as: token).status == 403)
        }
    }
}
