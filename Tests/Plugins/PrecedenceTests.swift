import JSON
import Manifests
import Testing

@testable import Plugins

@Suite("Where two plugins say the same")
struct PrecedenceTests {
    @Test("an installed package takes the place of the bundled plugin of its name")
    func shadows() throws {
        let (vendor, bundled) = (try Workshop(), try Workshop())
        try vendor.write(
            "acme.json", Manifests.document().setting("/version", to: "0.9.0").text())
        try bundled.write("acme.json", Manifests.document().text())
        let catalogue = Catalogue.load(directories: [vendor.path, bundled.path])
        #expect(catalogue.manifests.map(\.version) == ["0.9.0"])
        #expect(
            catalogue.shadowed == [
                Catalogue.Shadowed(
                    plugin: "acme", version: "1.0.0", file: bundled.path + "/acme.json",
                    winner: vendor.path + "/acme.json", winnerVersion: "0.9.0")
            ])
        #expect(catalogue.conflicts.isEmpty)
        #expect(catalogue.defects.map(\.severity) == [.warning])
        #expect(catalogue.defects.first?.description.contains("0.9.0") == true)
    }

    @Test("a manifest with errors shadows nobody")
    func brokenOnes() throws {
        let (vendor, bundled) = (try Workshop(), try Workshop())
        try vendor.write("acme.json", Manifests.document().setting("/colour", to: "red").text())
        try bundled.write("acme.json", Manifests.document().text())
        let catalogue = Catalogue.load(directories: [vendor.path, bundled.path])
        #expect(catalogue.manifests.map(\.file) == [bundled.path + "/acme.json"])
        #expect(catalogue.shadowed.isEmpty)
    }

    @Test("the first plugin serves a driver that two offer, and both are named")
    func drivers() throws {
        let first = try Manifests.valid()
        let second = try Manifests.valid(id: "b")
        let third = try Manifests.valid(id: "c")
        let catalogue = Catalogue([first, second, third])
        #expect(catalogue.manifests.map(\.id) == ["acme", "b", "c"])
        #expect(
            catalogue.driver(deviceLib: "DL_ACME", protocolMap: "PROTO_MAP_ACME")?.plugin == "acme")
        let conflict = try #require(catalogue.conflicts.first)
        #expect(catalogue.conflicts.count == 1, "the same description of a protocol is shared")
        #expect(
            conflict.subject
                == .driver(
                    deviceType: "DT_ACME", deviceLib: "DL_ACME", protocolMap: "PROTO_MAP_ACME"))
        #expect(conflict.serving == "acme")
        #expect(conflict.others == ["b", "c"])
        #expect(catalogue.defects.map(\.file) == ["b.json", "c.json"])
        #expect(catalogue.defects.allSatisfy { $0.severity == .warning })
    }

    @Test("a driver for another type of device is no conflict")
    func otherTypes() throws {
        let second = try Manifests.valid(id: "b") {
            $0 = $0.setting("/deviceTypes/0/symbol", to: "DT_B")
        }
        let catalogue = Catalogue([try Manifests.valid(), second])
        #expect(catalogue.conflicts.isEmpty && catalogue.defects.isEmpty)
        let found = catalogue.driver(
            deviceLib: "DL_ACME", protocolMap: "PROTO_MAP_ACME", deviceType: "DT_B")
        #expect(found?.plugin == "b")
    }

    @Test("each driver's settings are judged by its own plugin's description")
    func protocols() throws {
        let second = try Manifests.valid(id: "b") {
            $0 = $0.setting("/deviceTypes/0/deviceLib", to: "DL_B").setting(
                "/protocols/0/settings/properties/ADDRESS/maximum", to: 9
            ).setting("/deviceTypes/0/class", to: "DC_EPU")
        }
        let catalogue = Catalogue([try Manifests.valid(), second])
        #expect(
            catalogue.conflicts.map(\.subject) == [
                .protocolType("PROTO_ACME"), .deviceType("DT_ACME"),
            ])
        #expect(catalogue.deviceType("DT_ACME")?.plugins == ["acme", "b"])
        #expect(catalogue.deviceType("DT_ACME")?.type.deviceClass == "DC_METER")
        let settings: JSONObject = ["PASSWORD": "12345678", "ADDRESS": 10]
        #expect(catalogue.checkProtocol(type: "PROTO_ACME", settings)?.isValid == true)
        #expect(
            catalogue.checkProtocol(type: "PROTO_ACME", settings, plugin: "acme")?.isValid == true)
        #expect(
            catalogue.checkProtocol(type: "PROTO_ACME", settings, plugin: "b")?.isValid == false)
    }

    @Test("the host's own channels are nobody else's")
    func channels() throws {
        let type: JSONValue = [
            "type": "CHAN_TYPE_TCP", "names": ["ru": "к", "en": "c"],
            "settings": ["type": "object", "properties": [:]],
        ]
        let own = try Manifests.valid(id: "b") { $0 = $0.setting("/channels", to: [type]) }
        let refused = Catalogue([own])
        #expect(refused.manifests.isEmpty)
        #expect(refused.defects.first?.severity == .error)
        let different = [1, 2].map { number in
            type.setting("/type", to: "CHAN_X").setting(
                "/settings/properties/N", to: ["type": "integer", "maximum": JSONValue(number)])
        }
        let plugins = try zip(["a", "b"], different).map { id, type in
            try Manifests.valid(id: id) {
                $0 = $0.setting("/channels", to: [type]).setting("/deviceTypes", to: [])
                    .setting("/protocols", to: [])
            }
        }
        let both = Catalogue(plugins)
        #expect(both.conflicts.map(\.description).first?.contains("a serves, and not b") == true)
        #expect(both.checkChannel(type: "CHAN_X", ["N": 2])?.isValid == false)
    }
}
