@testable import Manifests
import JSON
import Testing

@testable import Plugins

@Suite("Manifests")
struct ManifestTests {
    /// The schema that vendors get.
    private static let schema = Result { () throws -> JSONSchema in
        let path = Workshop.includes + "/../../plugin-manifests/schema.json"
        return try JSONSchema(try JSONValue(parsing: FileReading.bytes(of: path, limit: 1 << 20)))
    }

    private func read(_ document: JSONValue) -> (manifest: Manifest?, defects: [ManifestDefect]) {
        Manifest.read(document.bytes(), file: "acme.json")
    }

    @Test("say everything that the host has to know")
    func complete() throws {
        let (manifest, defects) = read(Manifests.document())
        #expect(defects.isEmpty)
        let read = try #require(manifest)
        #expect(read.id == "acme")
        #expect(read.abi == Manifest.ABIVersion(major: 1, minor: 0))
        #expect(read.isolation == .inline)
        #expect(read.limits == Manifest.Limits(sessions: 10, memoryMiB: 64))
        let type = try #require(read.deviceTypes.first)
        #expect(type.names == LocalizedText(ru: "Счётчик", en: "Meter"))
        #expect(type.rendition == .own)
        #expect(type.archives.first?.tags == ["TOTAL", "T1"])
        #expect(type.states == [DeviceType.StateSupport(archive: "TIME", types: ["CLOCK"])])
        #expect(type.commands.first?.isRepeatable == true)
        #expect(read.protocols.first?.settings.secretNames == ["PASSWORD"])
        #expect(read.protocols.first?.settings["PASSWORD"]?.attribute == "AT_ACCESS_PASSWORD")
        #expect(read.protocols.first?.settings["WAIT"]?.unit == "s")
        #expect(try Self.schema.get().violations(of: Manifests.document()).isEmpty)
    }

    /// A defect: what is put where, where it is told, and words of the message.
    struct Defect: CustomTestStringConvertible, Sendable {
        var pointer: String
        var value: JSONValue?
        var told: String
        var text: String
        /// The schema of vendors finds it, too; rules between members are beyond it.
        var isOfForm = true

        var testDescription: String { told + " " + text }
    }

    static let defects: [Defect] = [
        Defect(pointer: "/id", value: nil, told: "/id", text: "is missing; add it"),
        Defect(pointer: "/id", value: "Acme", told: "/id", text: "lower-case"),
        Defect(pointer: "/id", value: 7, told: "/id", text: "must be a text, but is a number"),
        Defect(pointer: "/version", value: "1.0", told: "/version", text: "semantic version"),
        Defect(pointer: "/vendor", value: "", told: "/vendor", text: "who answers"),
        Defect(pointer: "/abi", value: "one", told: "/abi", text: "such as \"1.0\""),
        Defect(
            pointer: "/abi", value: "2.0", told: "/abi", text: "needs ABI 2.0"),
        Defect(pointer: "/library", value: "../x.so", told: "/library", text: "without a folder"),
        Defect(pointer: "/sha256", value: "12", told: "/sha256", text: "64 lower-case"),
        Defect(
            pointer: "/isolation", value: "thread", told: "/isolation",
            text: "write \"process\" or \"inline\""),
        Defect(pointer: "/limits/sessions", value: 0, told: "/limits/sessions", text: "from 1"),
        Defect(pointer: "/limits/threads", value: 1, told: "/limits/threads", text: "unknown"),
        Defect(pointer: "/colour", value: "red", told: "/colour", text: "x- are free"),
        Defect(pointer: "/manifestVersion", value: "1", told: "/manifestVersion", text: "number"),
        Defect(pointer: "/deviceTypes", value: [:], told: "/deviceTypes", text: "a list"),
        Defect(
            pointer: "/deviceTypes/0/class", value: nil, told: "/deviceTypes/0/class",
            text: "DC_METER"),
        Defect(
            pointer: "/deviceTypes/0/symbol", value: "DT ACME", told: "/deviceTypes/0/symbol",
            text: "write a symbol"),
        Defect(
            pointer: "/deviceTypes/0/resource", value: "gas", told: "/deviceTypes/0/resource",
            text: "\"electricity\" or \"water\""),
        Defect(
            pointer: "/deviceTypes/0/names/ru", value: nil, told: "/deviceTypes/0/names/ru",
            text: "the Russian text"),
        Defect(
            pointer: "/deviceTypes/0/protocolMaps", value: [],
            told: "/deviceTypes/0/protocolMaps", text: "is empty"),
        Defect(
            pointer: "/deviceTypes/0/protocolMaps/0/protocol", value: "PROTO_X",
            told: "/deviceTypes/0/protocolMaps/0/protocol", text: "does not describe",
            isOfForm: false),
        Defect(
            pointer: "/deviceTypes/0/archives/0/tags", value: [],
            told: "/deviceTypes/0/archives/0/tags", text: "at least one"),
        Defect(
            pointer: "/deviceTypes/0/journals", value: ["A", "A"],
            told: "/deviceTypes/0/journals/1", text: "again"),
        Defect(
            pointer: "/deviceTypes/0/commands/0/repeatable", value: "yes",
            told: "/deviceTypes/0/commands/0/repeatable", text: "without quotes"),
        Defect(
            pointer: "/protocols/0/settings", value: ["type": "array"],
            told: "/protocols/0/settings", text: "no schema of an object"),
        Defect(
            pointer: "/protocols/0/settings/properties/ADDRESS/minimun", value: 1,
            told: "/protocols/0/settings/properties/ADDRESS/minimun", text: "no schema"),
        Defect(
            pointer: "/protocols/0/settings/properties/ADDRESS/default", value: -1,
            told: "/protocols/0/settings/properties/ADDRESS/default", text: "no value",
            isOfForm: false),
        Defect(
            pointer: "/protocols/0/settings/properties/ADDRESS/x-defaults/CHAN_TYPE_TCP",
            value: "x", told: "/protocols/0/settings/properties/ADDRESS/x-defaults/CHAN_TYPE_TCP",
            text: "no value", isOfForm: false),
        Defect(
            pointer: "/protocols/0/settings/properties/PASSWORD/default", value: "00000000",
            told: "/protocols/0/settings/properties/PASSWORD", text: "a secret with a default",
            isOfForm: false),
        Defect(
            pointer: "/messages/no-answer/en", value: "No answer in {minutes} min",
            told: "/messages/no-answer", text: "(minutes, seconds)", isOfForm: false),
        Defect(
            pointer: "/messages/no-answer/ru", value: "Нет {", told: "/messages/no-answer/ru",
            text: "brace", isOfForm: false),
    ]

    @Test("are refused with the place, what is wrong and what to do", arguments: defects)
    func defect(_ defect: Defect) throws {
        let document = Manifests.document().setting(defect.pointer, to: defect.value)
        let (manifest, defects) = read(document)
        #expect(manifest == nil)
        let told = defects.filter { $0.pointer.description.hasPrefix(defect.told) }
        #expect(!told.isEmpty, "\(defects)")
        #expect(told.contains { $0.description.contains(defect.text) }, "\(defects)")
        #expect(told.allSatisfy { $0.file == "acme.json" && !$0.remedy.isEmpty })
        let violations = try Self.schema.get().violations(of: document)
        #expect(violations.isEmpty != defect.isOfForm, "\(violations)")
    }

    @Test("that are no JSON tell the line")
    func noJSON() {
        let (manifest, defects) = Manifest.read(Array("{\n  \"id\": 1,\n}".utf8), file: "a.json")
        #expect(manifest == nil)
        #expect(defects.first?.description.contains("line 3") == true)
        #expect(Manifest.read([], file: "a.json").manifest == nil)
        #expect(Manifest.read(Array("[]".utf8), file: "a.json").manifest == nil)
    }

    @Test("of a newer form are warned about, not refused; x- is free")
    func newer() {
        var document = Manifests.document().setting("/manifestVersion", to: 2)
        document = document.setting("/colour", to: "red").setting("/x-colour", to: "red")
        let (manifest, defects) = read(document)
        #expect(manifest != nil)
        #expect(defects.map(\.severity) == [.warning])
        #expect(defects.first?.pointer.description == "/colour")
    }

    @Test("that come with the host hold")
    func shipped() throws {
        let folder = Workshop.includes + "/../../plugin-manifests"
        let catalogue = Catalogue.load(directories: [folder])
        #expect(catalogue.defects.isEmpty, "\(catalogue.defects)")
        for name in try #require(FileReading.names(in: folder))
        where name.hasSuffix(".json") && name != "schema.json" {
            let bytes = try FileReading.bytes(of: folder + "/" + name, limit: 1 << 22)
            let violations = try Self.schema.get().violations(of: try JSONValue(parsing: bytes))
            #expect(violations.isEmpty, "\(name): \(violations)")
        }
    }
}
