import Glibc
import HTTP
import JSON
import Testing
import Values

@testable import API
@testable import Access
@testable import Store

@Suite struct InterchangeTests {
    /// The manual's example; see Tests/Golden/ceHES/README.md.
    static let golden: [UInt8] = {
        let folder = #filePath.split(separator: "/").dropLast(2).joined(separator: "/")
        let file = open("/" + folder + "/Golden/ceHES/appendix1.json", O_RDONLY)
        guard file >= 0 else { return [] }
        defer { close(file) }
        var bytes = [UInt8](repeating: 0, count: 1 << 20)
        let count = read(file, &bytes, bytes.count)
        return Array(bytes.prefix(max(0, count)))
    }()

    private func load(
        _ bytes: [UInt8], to host: TestHost, as token: String, language: String = "en"
    ) async throws -> Reply {
        try await host.send(
            HTTPRequest(
                .post, "/api/v1/projects/Default/import",
                headers: [
                    "Authorization": "Bearer \(token)", "Content-Type": "application/json",
                    "Accept-Language": language,
                ], body: bytes))
    }

    private func load(
        _ json: JSONValue, to host: TestHost, as token: String
    ) async throws -> Reply {
        try await load(json.bytes(), to: host, as: token)
    }

    /// The text behind the head.
    private func body(_ bytes: [UInt8]) -> String {
        let text = String(decoding: bytes, as: UTF8.self)
        return text.split(separator: "\n").drop { !$0.hasPrefix("  \"Channels\"") }
            .joined(separator: "\n")
    }

    @Test func exportsWhatItImportedCharacterForCharacter() async throws {
        try await TestHost.with { host in
            let admin = try await host.logIn()
            let reply = try await load(Self.golden, to: host, as: admin)
            #expect(reply.status == 200, "\(reply.text)")
            #expect(reply.json["channels"]?["created"] == 2)
            #expect(reply.json["protocols"]?["created"] == 3)
            #expect(reply.json["groups"]?["created"] == 1)
            #expect(reply.json["devices"]?["created"] == 3)
            #expect(reply.json["commlines"]?["created"] == 3)
            let export = try await host.ask(.get, "export", as: admin)
            #expect(export.status == 200)
            #expect(body(export.bytes) == body(Self.golden))
            #expect(export.json["Meta"]?["SchemaVersion"] == "v1")
            #expect(
                export.json["Meta"]?.object?.keys == [
                    "AppName", "AppVersion", "SchemaVersion", "Created",
                ])
        }
    }

    @Test func changesNothingTheSecondTime() async throws {
        try await TestHost.with { host in
            let admin = try await host.logIn()
            _ = try await load(Self.golden, to: host, as: admin)
            let before = try await host.ask(.get, "devices", as: admin)
            let again = try await load(Self.golden, to: host, as: admin)
            for kind in ["channels", "protocols", "groups", "devices", "commlines"] {
                #expect(again.json[kind]?["created"] == 0)
                #expect(again.json[kind]?["updated"] == 0)
            }
            #expect(try await host.ask(.get, "devices", as: admin).json == before.json)
        }
    }

    @Test func updatesWhatIsThere() async throws {
        try await TestHost.with { host in
            let admin = try await host.logIn()
            _ = try await load(Self.golden, to: host, as: admin)
            var text = String(decoding: Self.golden, as: UTF8.self)
            text = text.replacing("\"000000000002214\"", with: "\"000000000009999\"")
            text = text.replacing("\\\"5000\\\"", with: "\\\"5001\\\"")
            let reply = try await load(Array(text.utf8), to: host, as: admin)
            #expect(reply.json["devices"]?["updated"] == 1)
            #expect(reply.json["devices"]?["unchanged"] == 2)
            #expect(reply.json["channels"]?["updated"] == 1)
            let export = try await host.ask(.get, "export", as: admin)
            #expect(body(export.bytes) == body(Array(text.utf8)))
        }
    }

    @Test func tellsWhereATruncatedFileEnds() async throws {
        try await TestHost.with { host in
            let admin = try await host.logIn()
            let reply = try await load(
                Array(Self.golden.prefix(1_500)), to: host, as: admin, language: "ru")
            #expect(reply.status == 400)
            #expect(reply.code == "invalid_json")
            #expect(reply.json["detail"]?.string?.hasPrefix("Строка ") == true)
            #expect(reply.json["detail"]?.string?.contains("столбец") == true)
        }
    }

    /// Places of the example with something wrong in each, and the pointer that has to be told.
    @Test(arguments: [
        (
            "\"Type\": \"DT_CE207\"", "\"Type\": \"DT_CE999\"", "/Groups/1/Devices/0/Type",
            "DT_CE207"
        ),
        (
            "\"Type\": \"CHAN_TYPE_TCP\"", "\"Type\": \"CHAN_TYPE_X\"", "/Channels/0/Type",
            "CHAN_TYPE_TCP"
        ),
        ("\"Type\": \"PROTO_DLMS\"", "\"Type\": \"PROTO_X\"", "/Protocols/0/Type", "PROTO_DLMS"),
        (
            "\"DeviceLib\": \"DL_CE_307\"", "\"DeviceLib\": \"DL_CE_999\"",
            "/Groups/0/Devices/0/CommLines/0/DeviceLib", "DL_CE_307"
        ),
        (
            "SPODES_CE307_V10", "SPODES_CE307_V99", "/Groups/0/Devices/0/CommLines/0/ProtocolMap",
            "PROTO_MAP_SPODES_CE307_V10"
        ),
        (
            "\"IsExclusive\": false", "\"IsExclusive\": \"no\"", "/Channels/0/IsExclusive",
            "true or false"
        ),
        (
            "\"Priority\": 0", "\"Priority\": -1", "/Groups/0/Devices/0/CommLines/0/Priority",
            "whole number"
        ),
        (
            "\"Children\": []", "\"Children\": [], \"Colour\": 1", "/Groups/0/Devices/0/Colour",
            "Known ones"
        ),
        (
            "\"Status\": \"DS_INUSE\"", "\"Status\": \"in use\"", "/Groups/0/Devices/0/Status",
            "symbol"
        ),
        ("\"Id\": \"96203520", "\"Id\": \"x6203520", "/Channels/0/Id", "identifier"),
        (
            "\"PlugDate\": \"2023-12-20T", "\"PlugDate\": \"2023-13-20T",
            "/Groups/0/Devices/0/PlugDate", "time"
        ),
        ("\"SchemaVersion\": \"v1\"", "\"SchemaVersion\": \"v2\"", "/Meta/SchemaVersion", "v1"),
        ("\"Id\": null", "\"Id\": \"f155cc03-2558-490c-aa03-1854ee55109b\"", "/Groups/0", "both"),
        (
            "\"Id\": \"f155cc03", "\"Id\": \"a155cc03", "/Groups/0/Devices/0/CommLines/0/ChannelId",
            "neither"
        ),
        (
            "\\\"10007\\\"", "\\\"port\\\"", "/Channels/0/Settings/CHAN_TYPE_TCP_OP_IP_PORT",
            "integer"
        ),
        ("OP_IP_PORT", "OP_IP_PROT", "/Channels/0/Settings/CHAN_TYPE_TCP_OP_IP_PROT", "Known ones"),
        ("\\\"High\\\"", "\\\"Highest\\\"", "/Protocols/0/Settings/DLMS_AUTHENTICATION", "High"),
        ("\"{\\\"DLMS_AUTH", "\"\\\"DLMS_AUTH", "/Protocols/0/Settings", "not JSON"),
    ])
    func namesTheFault(_ old: String, _ new: String, _ pointer: String, _ words: String)
        async throws
    {
        try await TestHost.with { host in
            let admin = try await host.logIn()
            let text = String(decoding: Self.golden, as: UTF8.self)
            let first = try #require(text.firstRange(of: old), "\(old)")
            let changed = text[..<first.lowerBound] + new + text[first.upperBound...]
            let reply = try await load(Array(changed.utf8), to: host, as: admin)
            #expect(reply.status == 422, "\(reply.text)")
            #expect(reply.pointers.contains(pointer), "\(reply.text)")
            let message = reply.json["errors"]?.array?.first { $0["pointer"]?.string == pointer }
            #expect(message?["message"]?.string?.contains(words) == true, "\(reply.text)")
            // All or nothing.
            #expect(try await host.ask(.get, "channels", as: admin).items.isEmpty)
            #expect(try await host.ask(.get, "devices", as: admin).items.isEmpty)
        }
    }

    @Test func refusesIdentifiersOfOtherProjects() async throws {
        try await TestHost.with { host in
            let admin = try await host.logIn()
            try await host.project("Other", by: admin)
            let first = try await host.send(
                HTTPRequest(
                    .post, "/api/v1/projects/Other/import",
                    headers: [
                        "Authorization": "Bearer \(admin)", "Content-Type": "application/json",
                    ], body: Self.golden))
            #expect(first.status == 200, "\(first.text)")
            let second = try await load(Self.golden, to: host, as: admin)
            #expect(second.status == 422)
            #expect(second.pointers.contains("/Channels/0/Id"))
            let own = try await host.ask(.get, "projects/Default/channels", as: admin)
            #expect(own.items.isEmpty)
        }
    }

    @Test func refusesAnIdentifierThatTwoHave() async throws {
        try await TestHost.with { host in
            let admin = try await host.logIn()
            let text = String(decoding: Self.golden, as: UTF8.self).replacing(
                "f155cc03-2558-490c-aa03-1854ee55109a", with: "96203520-8c7e-4961-8e8b-5981a9db6020"
            )
            let reply = try await load(Array(text.utf8), to: host, as: admin)
            #expect(reply.status == 422)
            #expect(reply.pointers == ["/Channels/1/Id"])
        }
    }

    @Test func showsImportedSettingsWithoutTheirSecrets() async throws {
        try await TestHost.with { host in
            let admin = try await host.logIn()
            _ = try await load(Self.golden, to: host, as: admin)
            let protocols = try await host.ask(.get, "protocols", as: admin)
            #expect(!protocols.text.contains("0000000011111111"))
            let first = try #require(protocols.items.first)
            #expect(first["settings"]?["DLMS_PASSWORD"] == ["set": true])
            #expect(first["settings"]?["DLMS_PHYSICAL_SERVER"] == "13065")
        }
    }

    @Test func keepsTheTextWhenAnEditChangesNothingInIt() async throws {
        try await TestHost.with { host in
            let admin = try await host.logIn()
            _ = try await load(Self.golden, to: host, as: admin)
            let id = "96203520-8c7e-4961-8e8b-5981a9db6020"
            let edit = try await host.ask(
                .patch, "channels/\(id)", as: admin, ["isExclusive": false])
            #expect(edit.status == 200, "\(edit.text)")
            let export = try await host.ask(.get, "export", as: admin)
            #expect(body(export.bytes) == body(Self.golden))
        }
    }

    @Test func tellsTheAuditOfExports() async throws {
        try await TestHost.with { host in
            let admin = try await host.logIn()
            _ = try await host.ask(.get, "export", as: admin)
            let events = try await host.ask(.get, "audit/security", as: admin)
            #expect(events.items.first?["symbol"] == "SSET_EXPORT")
            #expect(events.items.first?["actor"] == "admin")
        }
    }
}
