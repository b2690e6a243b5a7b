import HTTP
import JSON
import Testing

@testable import API
@testable import Access

@Suite struct SecretTests {
    /// Secrets that are planted everywhere a secret can be.
    private static let secrets = [
        "planted-password", "planted-key-0011", "planted-attribute", "Planted-user1",
    ]

    @Test func appearInNoAnswer() async throws {
        try await TestHost.with { host in
            let admin = try await host.logIn()
            let device = try await plant(host, admin)
            let run = try await host.ask(
                .post, "actions", as: admin,
                ["targets": ["devices": [.string(device)]], "read": [["archive": "CURRENT"]]])
            let id = "018fb9c2-6a00-7abc-8def-0123456789ab"
            for endpoint in API.endpoints
            where endpoint.method == .get && !endpoint.form.id.hasPrefix("exportDocument")
                && !endpoint.form.id.hasPrefix("openStream")
            {
                var values = Dictionary(
                    uniqueKeysWithValues: endpoint.pattern.parameterNames.map { ($0, id) })
                values["project"] = "Default"
                values["device"] = device
                values["run"] = run.id
                var path = endpoint.pattern.path(values)
                if path.hasSuffix("/measurements") { path += "?archive=CURRENT" }
                let reply = try await host.ask(.get, path, as: admin)
                for secret in Self.secrets {
                    #expect(!reply.text.contains(secret), "\(endpoint.form.id) \(secret)")
                }
                #expect(!reply.text.contains("scrypt"), "\(endpoint.form.id)")
            }
        }
    }

    @Test func appearInNoProblem() async throws {
        try await TestHost.with { host in
            let admin = try await host.logIn()
            let replies = [
                try await host.ask(
                    .post, "protocols", as: admin,
                    [
                        "name": "x", "type": "PROTO_DLMS",
                        "settings": [
                            "DLMS_PASSWORD": ["planted-password"],
                            "DLMS_MASTER_KEY": "planted-key-0011",
                            "DLMS_RESEND_COUNT": "many",
                        ],
                    ]),
                try await host.ask(
                    .post, "protocols", as: admin,
                    ["name": "x", "type": "PROTO_NONE", "settings": ["KEY": "planted-key-0011"]]),
                try await host.ask(
                    .post, "users", as: admin,
                    ["login": "x y", "password": "Planted-user1", "roles": 1]),
                try await host.ask(
                    .post, "sessions", ["login": "admin", "password": "Planted-user1"]),
                try await host.ask(
                    .post, "devices", as: admin,
                    [
                        "serialNumber": 1, "type": "DT_CE307",
                        "attributes": ["PASSWORD": "planted-attribute"],
                    ]),
            ]
            for reply in replies {
                #expect(reply.status >= 400)
                for secret in Self.secrets {
                    #expect(!reply.text.contains(secret), "\(reply.text)")
                }
            }
        }
    }

    /// The export is the one answer with secrets in it: that is what its own permission is for.
    @Test func appearInTheExportOnly() async throws {
        try await TestHost.with { host in
            let admin = try await host.logIn()
            _ = try await plant(host, admin)
            let export = try await host.ask(.get, "export", as: admin)
            #expect(export.text.contains("planted-password"))
            #expect(!export.text.contains("Planted-user1"))
            let manager = try await host.member("clerk", role: .operator)
            #expect(try await host.ask(.get, "export", as: manager).status == 403)
        }
    }

    /// Puts a secret into each place that takes one; gives the device.
    private func plant(_ host: TestHost, _ admin: String) async throws -> String {
        let profile = try await host.ask(
            .post, "protocols", as: admin,
            [
                "name": "x", "type": "PROTO_DLMS",
                "settings": [
                    "DLMS_AUTHENTICATION": "High", "DLMS_PASSWORD": "planted-password",
                ],
            ])
        #expect(profile.status == 201, "\(profile.text)")
        let device = try await host.ask(
            .post, "devices", as: admin,
            [
                "serialNumber": "1", "type": "DT_CE307",
                "attributes": ["AT_ACCESS_PASSWORD": "planted-attribute"],
            ])
        #expect(device.status == 201, "\(device.text)")
        let user = try await host.ask(
            .post, "users", as: admin, ["login": "ivan", "password": "Planted-user1"])
        #expect(user.status == 201, "\(user.text)")
        return device.id
    }
}
