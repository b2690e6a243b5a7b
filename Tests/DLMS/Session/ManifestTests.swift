import DriverKit
import Glibc
import JSON
import Testing
import Values

@testable import DLMS

/// The plugin's manifest, as the host reads it.
enum Manifest {
    static func json(_ name: String = "dlms", in test: String = #filePath) throws -> JSONValue {
        let root = test.split(separator: "/").dropLast(4).joined(separator: "/")
        return try JSONValue(parsing: GoldenFile.bytes("/\(root)/plugin-manifests/\(name).json"))
    }
}

@Suite("Manifest")
struct ManifestTests {
    @Test("has the form that manifests have")
    func form() throws {
        let schema = try JSONSchema(try Manifest.json("schema"))
        #expect(schema.violations(of: try Manifest.json()) == [])
    }

    @Test("names the plugin as its library does")
    func names() throws {
        let manifest = try Manifest.json()
        let plugin = try RehearsedPlugin.of(DLMSPlugin.plugin)
        #expect(manifest["id"]?.string == plugin.id)
        #expect(manifest["version"]?.string == plugin.version)
    }

    @Test("has a text in both languages for each message, and no other")
    func messages() throws {
        let messages = try #require(try Manifest.json()["messages"]?.object)
        #expect(Set(messages.keys) == Set(MessageID.allCases.map(\.rawValue)))
        for (id, texts) in messages {
            let russian = texts["ru"]?.string ?? ""
            let english = texts["en"]?.string ?? ""
            #expect(Self.names(in: russian) == Self.names(in: english), "\(id)")
        }
    }

    /// The names in braces.
    private static func names(in template: String) -> Set<String> {
        Set(
            template.split(separator: "{").dropFirst().compactMap {
                $0.split(separator: "}").first.map(String.init)
            })
    }

    @Test("gives each message that a session makes the parameters of its template")
    func parameters() throws {
        let templates = try #require(try Manifest.json()["messages"]?.object)
        var seen: Set<String> = []
        for message in try Self.messagesOfBadSessions() {
            let template = try #require(templates[message.id]?["en"]?.string, "\(message.id)")
            let missing = Self.names(in: template).subtracting(message.parameters.keys)
            #expect(missing == [], "\(message.id)")
            seen.insert(message.id)
        }
        #expect(seen.count >= 15)
    }

    /// What sessions with all kinds of trouble say.
    private static func messagesOfBadSessions() throws -> [Message] {
        var meetings: [Meeting] = []
        func add(_ settings: JSONObject, _ options: JSONObject = [:], line: Line = Line()) {
            var meeting = Meeting(
                Meeting.everything + [
                    Meeting.archive(20, "CURRENT", "A+", ["T8"]),
                    Meeting.archive(21, "NETWORK", "U"),
                ])
            for (key, value) in settings { meeting.settings[key] = value }
            meeting.options = options
            meeting.line = line
            meetings.append(meeting)
        }
        add([:], ["clockErrorSeconds": 300, "nullEvery": 2])
        add(["DLMS_PASSWORD": "x", "DLMS_WAIT_TIM": 3])
        add(["DLMS_WAIT_TIME": -1])
        add(["DLMS_PASSWORD": "8765432187654321"])
        add(["DLMS_AUTHENTICATION": "Low"])
        add(["DLMS_AUTHENTICATION": "None"])
        add(["DLMS_AUTHENTICATION": "None", "DLMS_CLIENT_ADDRESS": 48])
        add(["DLMS_CLIENT_ADDRESS": 9])
        add(["DLMS_PHYSICAL_SERVER": 99])
        add(["DLMS_TRANSPORT": "wrapper", "DLMS_LOGICAL_SERVER": 1], ["silentEvery": 1])
        add([:], ["badChecksumEvery": 1])
        add([:], ["silentEvery": 3, "selectsByRange": false])
        add([:], [:], line: .dropping(Set(2...90), .toDriver))
        add([:], [:], line: Line { _, _ in [[1, 2, 3]] })
        return try meetings.flatMap { meeting in
            let session = try meeting.run().driver
            return session.notes + session.outcomes.compactMap(\.message)
                + (session.finish?.message.map { [$0] } ?? [])
        }
    }

    @Test("offers what the driver's tables have")
    func devices() throws {
        let types = try #require(try Manifest.json()["deviceTypes"]?.array)
        var maps: Set<String> = []
        for type in types {
            for map in type["protocolMaps"]?.array ?? [] {
                let symbol = try #require(map["symbol"]?.string)
                maps.insert(symbol)
                let found = try #require(ProtocolMap.find(symbol: symbol, deviceType: ""))
                #expect(found.deviceType == type["symbol"]?.string)
                #expect(found.deviceLib == type["deviceLib"]?.string)
                #expect(map["protocol"] == "PROTO_DLMS")
                try check(type, found)
            }
        }
        #expect(maps == Set(ProtocolMap.all.map(\.symbol)))
    }

    private func check(_ type: JSONValue, _ map: ProtocolMap) throws {
        let quantities = Set(map.energies.map(\.quantity))
        let tags = Set(map.energies.map(\.tag))
        for archive in try #require(type["archives"]?.array) {
            #expect(Set(archive["quantities"]?.array?.compactMap(\.string) ?? []) == quantities)
            #expect(Set(archive["tags"]?.array?.compactMap(\.string) ?? []) == tags)
        }
        for energy in map.energies {
            #expect(type["x-units"]?[energy.quantity]?.string == energy.unit.code)
        }
        let information = type["states"]?.array?.first { $0["archive"] == "INFORMATION" }
        #expect(
            information?["types"]?.array?.compactMap(\.string) == map.information.map(\.type))
    }

    @Test("checks settings: the import example passes, wrong types and ranges do not")
    func settings() throws {
        let manifest = try Manifest.json()
        let schema = try JSONSchema(
            try #require(manifest["protocols"]?[0]?["settings"]))
        let example: JSONObject = [
            "DLMS_AUTHENTICATION": "High", "DLMS_PASSWORD": "0000000011111111",
            "DLMS_CLIENT_ADDRESS": "48", "DLMS_LOGICAL_SERVER": "1",
            "DLMS_PHYSICAL_SERVER": "13065", "DLMS_RESEND_COUNT": "3",
            "DLMS_WAIT_TIME": "00:00:05", "DLMS_SERVER_ADDRESS_LENGTH": 0,
            "DLMS_MAX_INFO_FIELD_LENGTH_RECEIVE": 256,
        ]
        #expect(schema.violations(of: .object(example)) == [])
        let wrong: [(String, JSONValue)] = [
            ("DLMS_AUTHENTICATION", "high"), ("DLMS_CLIENT_ADDRESS", 200),
            ("DLMS_CLIENT_ADDRESS", "x"), ("DLMS_LOGICAL_SERVER", true),
            ("DLMS_PHYSICAL_SERVER", 16384), ("DLMS_RESEND_COUNT", -1),
            ("DLMS_WAIT_TIME", "5 seconds"), ("DLMS_WAIT_TIME", 1),
            ("DLMS_SERVER_ADDRESS_LENGTH", 3), ("DLMS_MAX_INFO_FIELD_LENGTH_TRANSMIT", 31),
            ("DLMS_MAX_INFO_FIELD_LENGTH_TRANSMIT", 2031), ("DLMS_PASSWORD", [1]),
        ]
        for (name, value) in wrong {
            var settings = example
            settings[name] = value
            #expect(!schema.violations(of: .object(settings)).isEmpty, "\(name) \(value.text())")
        }
    }

    @Test("keeps secrets secret")
    func secrets() throws {
        let manifest = try Manifest.json()
        let properties = manifest["protocols"]?[0]?["settings"]?["properties"]
        #expect(properties?["DLMS_PASSWORD"]?["x-secret"] == true)
        #expect(properties?["DLMS_MASTER_KEY"]?["x-secret"] == true)
        #expect(properties?["DLMS_PASSWORD"]?["x-attribute"] == "AT_ACCESS_PASSWORD")
    }

    @Test("has an example of the password that opens a session with the simulated meter")
    func example() throws {
        let properties = try Manifest.json()["protocols"]?[0]?["settings"]?["properties"]
        var meeting = Meeting(Meeting.archive(0, "CURRENT", "A+"))
        meeting.settings = [
            "DLMS_PASSWORD": try #require(properties?["DLMS_PASSWORD"]?["examples"]?[0])
        ]
        #expect(try meeting.run().code(of: 0) == .ok)
    }

    @Test("describes every option of the simulator")
    func options() throws {
        let schema = try JSONSchema(try #require(try Manifest.json()["x-simulator"]))
        let defaults = schema.addingDefaults(to: [:])
        let options = try #require(defaults.object)
        #expect(options.keys.count >= 15)
        let read = try MeterOptions(Settings(options), settings: Settings([:]))
        #expect(read.pdu == MeterOptions().pdu)
        #expect(read.tariffs == MeterOptions().tariffs)
        #expect(read.days == MeterOptions().days)
    }
}
