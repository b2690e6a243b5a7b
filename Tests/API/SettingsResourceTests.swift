import HTTP
import JSON
import Testing

@testable import API

@Suite struct SettingsResourceTests {
    private static let channel: JSONValue = [
        "name": "meter", "type": "CHAN_TYPE_TCP",
        "settings": [
            "CHAN_TYPE_TCP_OP_IP_ADDRESS": "192.0.2.7", "CHAN_TYPE_TCP_OP_IP_PORT": "4059",
            "CHAN_TYPE_TCP_OP_USE_7E1": "false",
        ],
    ]
    private static let profile: JSONValue = [
        "name": "dlms", "type": "PROTO_DLMS",
        "settings": ["DLMS_AUTHENTICATION": "High", "DLMS_PASSWORD": "planted-secret-1"],
    ]

    @Test func takesSettingsAsOlderSystemsWriteThem() async throws {
        try await TestHost.with { host in
            let admin = try await host.logIn()
            let added = try await host.ask(.post, "channels", as: admin, Self.channel)
            #expect(added.status == 201, "\(added.text)")
            #expect(added.json["settings"] == Self.channel["settings"])
        }
    }

    @Test(arguments: [
        ("CHAN_TYPE_TCP_OP_IP_PORT", JSONValue("70000")),
        ("CHAN_TYPE_TCP_OP_IP_PORT", "x"), ("CHAN_TYPE_TCP_OP_USE_7E1", "maybe"),
        ("CHAN_TYPE_TCP_OP_IP_ADDRESS", ""), ("CHAN_TYPE_TCP_OP_TYPO", true),
    ])
    func namesTheSettingAtFault(_ name: String, _ value: JSONValue) async throws {
        try await TestHost.with { host in
            let admin = try await host.logIn()
            var body = Self.channel.object ?? [:]
            var settings = body["settings"]?.object ?? [:]
            settings[name] = value
            body["settings"] = .object(settings)
            let reply = try await host.ask(
                .post, "channels", as: admin, .object(body), headers: ["Accept-Language": "ru"])
            #expect(reply.status == 422)
            #expect(reply.pointers == ["/settings/\(name)"], "\(reply.text)")
            let message = reply.json["errors"]?[0]?["message"]?.string ?? ""
            #expect(message.unicodeScalars.contains { ("а"..."я").contains($0) })
        }
    }

    @Test func neverShowsASecretAgain() async throws {
        try await TestHost.with { host in
            let admin = try await host.logIn()
            let added = try await host.ask(.post, "protocols", as: admin, Self.profile)
            #expect(added.status == 201, "\(added.text)")
            #expect(added.json["settings"]?["DLMS_PASSWORD"] == ["set": true])
            let list = try await host.ask(.get, "protocols", as: admin)
            #expect(!list.text.contains("planted-secret-1"))
            #expect(try await host.stored(protocol: added.id).contains("planted-secret-1"))
        }
    }

    @Test func keepsTheSecretThroughEdits() async throws {
        try await TestHost.with { host in
            let admin = try await host.logIn()
            let added = try await host.ask(.post, "protocols", as: admin, Self.profile)
            let patched = try await host.ask(
                .patch, "protocols/\(added.id)", as: admin,
                ["settings": ["DLMS_RESEND_COUNT": 5]])
            #expect(patched.status == 200, "\(patched.text)")
            #expect(patched.json["settings"]?["DLMS_AUTHENTICATION"] == "High")
            let put = try await host.ask(
                .put, "protocols/\(added.id)", as: admin, patched.json,
                headers: ["If-Match": patched.etag])
            #expect(put.status == 200, "\(put.text)")
            #expect(try await host.stored(protocol: added.id).contains("planted-secret-1"))
            let changed = try await host.ask(
                .patch, "protocols/\(added.id)", as: admin,
                ["settings": ["DLMS_PASSWORD": "planted-secret-2"]])
            #expect(changed.status == 200, "\(changed.text)")
            #expect(try await host.stored(protocol: added.id).contains("planted-secret-2"))
        }
    }

    /// A change is judged as the whole that would be stored, whichever way it comes.
    @Test(arguments: [HTTPMethod.patch, .put])
    func refusesAChangeThatTheSchemaForbids(_ method: HTTPMethod) async throws {
        try await TestHost.with { host in
            let admin = try await host.logIn()
            for (path, body, name, value) in [
                ("channels", Self.channel, "CHAN_TYPE_TCP_OP_IP_PORT", JSONValue(0)),
                ("channels", Self.channel, "CHAN_TYPE_TCP_OP_IP_PROT", 1),
                ("protocols", Self.profile, "DLMS_AUTHENTICATION", "high"),
                ("protocols", Self.profile, "DLMS_PASSWORD", [1]),
                ("protocols", Self.profile, "DLMS_PHYSICAL_SERVER", 16384),
            ] {
                let added = try await host.ask(.post, path, as: admin, body)
                #expect(added.status == 201, "\(added.text)")
                var change = method == .put ? added.json.object ?? [:] : [:]
                var settings = change["settings"]?.object ?? [:]
                settings[name] = value
                change["settings"] = .object(settings)
                let refused = try await host.ask(
                    method, "\(path)/\(added.id)", as: admin, .object(change),
                    headers: ["If-Match": added.etag])
                #expect(refused.status == 422, "\(refused.text)")
                #expect(refused.pointers == ["/settings/\(name)"], "\(refused.text)")
                let now = try await host.ask(.get, "\(path)/\(added.id)", as: admin)
                #expect(now.json == added.json, "a refused change changes nothing")
            }
        }
    }

    /// Settings that are required cannot be taken away, and those of another type do not stay.
    @Test func judgesWhatAChangeLeaves() async throws {
        try await TestHost.with { host in
            let admin = try await host.logIn()
            let added = try await host.ask(.post, "channels", as: admin, Self.channel)
            let without = try await host.ask(
                .patch, "channels/\(added.id)", as: admin,
                ["settings": ["CHAN_TYPE_TCP_OP_IP_ADDRESS": nil]])
            #expect(without.status == 422, "\(without.text)")
            #expect(without.pointers == ["/settings/CHAN_TYPE_TCP_OP_IP_ADDRESS"])
            let profile = try await host.ask(.post, "protocols", as: admin, Self.profile)
            let other = try await host.ask(
                .patch, "protocols/\(profile.id)", as: admin, ["type": "PROTO_PIGEON"])
            #expect(other.status == 422)
            #expect(other.pointers == ["/type"])
        }
    }

    @Test func refusesUnknownTypes() async throws {
        try await TestHost.with { host in
            let admin = try await host.logIn()
            let reply = try await host.ask(
                .post, "channels", as: admin, ["name": "x", "type": "CHAN_TYPE_PIGEON"])
            #expect(reply.status == 422)
            #expect(reply.pointers == ["/type"])
            #expect(reply.text.contains("CHAN_TYPE_TCP"))
        }
    }

    @Test func keepsAChannelThatIsInUse() async throws {
        try await TestHost.with { host in
            let admin = try await host.logIn()
            let device = try await host.device(by: admin)
            let channel = try await host.ask(.post, "channels", as: admin, Self.channel)
            let profile = try await host.ask(.post, "protocols", as: admin, Self.profile)
            let line = try await host.ask(
                .post, "commlines", as: admin,
                [
                    "deviceId": .string(device), "channelId": .string(channel.id),
                    "protocolId": .string(profile.id), "deviceLib": "DL_CE_307",
                    "protocolMap": "PROTO_MAP_SPODES_CE307_V10",
                ])
            #expect(line.status == 201, "\(line.text)")
            #expect(line.json["enabled"] == true)
            #expect(line.json["attempts"] == 1)
            let refused = try await host.ask(.delete, "channels/\(channel.id)", as: admin)
            #expect(refused.status == 409)
            #expect(refused.code == "in_use")
            let moved = try await host.ask(
                .patch, "commlines/\(line.id)", as: admin, ["priority": 7, "address": "16"])
            #expect(moved.json["priority"] == 7)
            #expect(try await host.ask(.delete, "commlines/\(line.id)", as: admin).status == 204)
            #expect(try await host.ask(.delete, "channels/\(channel.id)", as: admin).status == 204)
        }
    }

    @Test(arguments: [
        ("deviceId", JSONValue("018fb9c2-6a00-7abc-8def-0123456789ab"), "/deviceId"),
        ("channelId", "018fb9c2-6a00-7abc-8def-0123456789ab", "/channelId"),
        ("protocolId", "018fb9c2-6a00-7abc-8def-0123456789ab", "/protocolId"),
        ("deviceLib", "DL_CE_999", "/deviceLib"), ("protocolMap", "PROTO_MAP_X", "/protocolMap"),
        ("attempts", -1, "/attempts"), ("priority", 1_000, "/priority"),
    ])
    func namesTheFaultOfALine(
        _ name: String, _ value: JSONValue, _ pointer: String
    ) async throws {
        try await TestHost.with { host in
            let admin = try await host.logIn()
            let channel = try await host.ask(.post, "channels", as: admin, Self.channel)
            let profile = try await host.ask(.post, "protocols", as: admin, Self.profile)
            var line: JSONObject = [
                "deviceId": .string(try await host.device(by: admin)),
                "channelId": .string(channel.id), "protocolId": .string(profile.id),
                "deviceLib": "DL_CE_307", "protocolMap": "PROTO_MAP_SPODES_CE307_V10",
            ]
            line[name] = value
            let reply = try await host.ask(.post, "commlines", as: admin, .object(line))
            #expect(reply.status == 422, "\(reply.text)")
            #expect(reply.pointers == [pointer], "\(reply.text)")
        }
    }
}
