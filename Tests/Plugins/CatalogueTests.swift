import Manifests
import Glibc
import JSON
import Testing

@testable import Plugins

@Suite("The catalogue")
struct CatalogueTests {
    @Test("finds drivers, types and settings")
    func finding() throws {
        let catalogue = Catalogue([try Manifests.valid()])
        #expect(catalogue.defects.isEmpty)
        let driver = catalogue.driver(deviceLib: "DL_ACME", protocolMap: "PROTO_MAP_ACME")
        #expect(driver?.plugin == "acme")
        #expect(driver?.deviceType.symbol == "DT_ACME")
        #expect(driver?.protocolMap.protocolType == "PROTO_ACME")
        #expect(catalogue.driver(deviceLib: "DL_ACME", protocolMap: "PROTO_MAP_X") == nil)
        #expect(catalogue.deviceType("DT_ACME")?.plugins == ["acme"])
        #expect(catalogue.channelTypes[BuiltInChannels.tcp] != nil)
        #expect(catalogue.manifest("acme")?.vendor == "Tests")
    }

    @Test("takes settings as older systems write them, and fills in defaults by channel type")
    func settings() throws {
        let catalogue = Catalogue([try Manifests.valid()])
        let given: JSONObject = [
            "PASSWORD": "12345678", "ADDRESS": " 48 ", "FAST": "False", "SCALE": "0.10",
            "WAIT": nil,
        ]
        let check = try #require(catalogue.checkProtocol(type: "PROTO_ACME", given))
        #expect(check.isValid)
        #expect(
            check.given == ["PASSWORD": "12345678", "ADDRESS": 48, "FAST": false, "SCALE": 0.1])
        #expect(check.given["SCALE"]?.number?.text == "0.10")
        let least: JSONObject = ["PASSWORD": "12345678"]
        let onTCP = catalogue.checkProtocol(
            type: "PROTO_ACME", least, channelType: BuiltInChannels.tcp)
        #expect(onTCP?.given == least)
        #expect(onTCP?.complete["ADDRESS"] == 1)
        let onCENC = catalogue.checkProtocol(
            type: "PROTO_ACME", least, channelType: "CHAN_TYPE_CENC")
        #expect(onCENC?.complete["ADDRESS"] == 0)
        #expect(catalogue.checkProtocol(type: "PROTO_X", least) == nil)
        let type = try #require(catalogue.protocolTypes["PROTO_ACME"])
        #expect(type.settings.secrets(in: check.complete) == ["12345678"])
    }

    @Test("tells every violation by its place, and no secret")
    func violations() throws {
        let catalogue = Catalogue([try Manifests.valid()])
        let check = try #require(
            catalogue.checkProtocol(
                type: "PROTO_ACME",
                ["PASSWORD": "s3c", "ADDRESS": "many", "FAST": "maybe", "COLOUR": 1]))
        let places = Set(check.violations.map(\.pointer.description))
        #expect(places.isSuperset(of: ["/PASSWORD", "/ADDRESS", "/FAST", "/COLOUR"]))
        #expect(!check.violations.contains { $0.message.contains("s3c") })
        let missing = try #require(catalogue.checkProtocol(type: "PROTO_ACME", [:]))
        #expect(missing.violations.map(\.pointer.description) == ["/PASSWORD"])
    }

    @Test("opens the channel of the import format's example")
    func channel() throws {
        let catalogue = Catalogue()
        #expect(BuiltInChannels.read.defects.isEmpty)
        let given: JSONObject = [
            "CHAN_TYPE_TCP_OP_IP_ADDRESS": "10.5.111.110", "CHAN_TYPE_TCP_OP_IP_PORT": "10007",
            "CHAN_TYPE_TCP_OP_USE_7E1": "false",
        ]
        let check = try #require(catalogue.checkChannel(type: "CHAN_TYPE_TCP", given))
        #expect(check.isValid, "\(check.violations)")
        #expect(
            ChannelEndpoint(type: "CHAN_TYPE_TCP", settings: check.complete)
                == .tcp(TCPEndpoint(host: "10.5.111.110", port: 10007)))
        for (name, value) in [
            ("CHAN_TYPE_TCP_OP_IP_PORT", JSONValue("0")),
            ("CHAN_TYPE_TCP_OP_IP_PORT", JSONValue("x")),
            ("CHAN_TYPE_TCP_OP_IP_ADDRESS", JSONValue("a b")),
        ] {
            var bad = given
            bad[name] = value
            let check = try #require(catalogue.checkChannel(type: "CHAN_TYPE_TCP", bad))
            #expect(check.violations.map(\.pointer.description) == ["/" + name])
        }
        var ipv6 = given
        ipv6["CHAN_TYPE_TCP_OP_IP_ADDRESS"] = "fe80::1%eth0"
        #expect(catalogue.checkChannel(type: "CHAN_TYPE_TCP", ipv6)?.isValid == true)
        #expect(ChannelEndpoint(type: "CHAN_TYPE_CSD", settings: given) == nil)
    }

    @Test("speaks both languages, and of a template that is unknown says what it can")
    func messages() throws {
        let catalogue = Catalogue([try Manifests.valid()])
        let message = Message(
            plugin: "acme", id: "no-answer", parameters: ["seconds": 5], detail: "address 17")
        #expect(catalogue.text(of: message, in: .en) == "No answer in 5 s (address 17)")
        #expect(catalogue.text(of: message, in: .ru) == "Нет ответа за 5 с (address 17)")
        #expect(Message(json: message.json) == message)
        let strange = Message(plugin: "x", id: "gone", parameters: ["a": 1])
        #expect(catalogue.text(of: strange, in: .ru) == "gone {\"a\":1}")
        #expect(catalogue.text(of: Message(detail: "free"), in: .en) == "free")
        #expect(MessageText.render("{{a}} {a} {b}", ["a": "x"]) == "{a} x {b}")
    }

    @Test("says the same in both languages of the host's own messages")
    func hostMessages() {
        for (id, template) in HostMessages.templates {
            let russian = MessageText.parameters(of: template.ru)
            #expect(russian != nil && russian == MessageText.parameters(of: template.en), "\(id)")
        }
    }

    @Test("reads folders in order, and tells what it cannot read")
    func folders() throws {
        let (first, second) = (try Workshop(), try Workshop())
        try first.write("acme.json", Manifests.document().text())
        try first.write("schema.json", "{}")
        try first.write("notes.txt", "no manifest")
        try second.write("acme.json", Manifests.document().text())
        try second.write("wrong-name.json", Manifests.document(id: "b").text())
        mkfifo(second.path + "/pipe.json", 0o600)
        let catalogue = Catalogue.load(
            directories: [first.path, second.path, first.path + "/none"])
        #expect(
            catalogue.manifests.map(\.file) == [
                first.path + "/acme.json", second.path + "/wrong-name.json",
            ])
        let told = catalogue.defects.map(\.description).joined(separator: "\n")
        #expect(told.contains("\(first.path)/acme.json is already"))
        #expect(catalogue.shadowed.map(\.file) == [second.path + "/acme.json"])
        #expect(told.contains("rename the file to b.json"))
        #expect(told.contains("pipe.json: cannot be read: it is no file"))
        #expect(told.contains("none: is not a folder"))
    }
}
