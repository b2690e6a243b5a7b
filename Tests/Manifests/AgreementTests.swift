import Glibc
import JSON
import Testing

@testable import Manifests

/// The reader, the schema under our validator and the schema under another author's say the same.
@Suite("A manifest's reader and its schema")
struct AgreementTests {
    enum Verdict: Hashable, Sendable {
        /// Both take it.
        case accepted
        /// Both refuse it.
        case refused
        /// A rule between members, beyond a JSON Schema: the reader alone refuses.
        case refusedByReader
        /// Meant for a newer host: the reader warns, the schema of this form refuses.
        case warned
    }

    struct Case: Sendable, CustomTestStringConvertible {
        var pointer: String
        var value: JSONValue?
        var verdict: Verdict
        /// Words of the message.
        var words: String

        init(_ pointer: String, _ value: JSONValue?, _ verdict: Verdict, _ words: String = "") {
            (self.pointer, self.value, self.verdict, self.words) = (pointer, value, verdict, words)
        }

        var testDescription: String { "\(pointer) = \(value?.text() ?? "nothing")" }
        var document: JSONValue { ManifestSample.changed(pointer, to: value) }
    }

    private static let device = "/deviceTypes/0"
    private static let settings = "/protocols/0/settings"
    private static let address = settings + "/properties/ADDRESS"
    private static let longID = String(repeating: "a", count: 64)

    static let free: [Case] = [
        Case("/x-anything", ["a": 1], .accepted), Case(device + "/x-units", [:], .accepted),
        Case(device + "/names/x-de", "Zähler", .accepted), Case(address + "/x-step", 5, .accepted),
        Case("/limits/x-files", 1, .accepted), Case("/messages", nil, .accepted),
        Case("/$schema", nil, .accepted), Case("/sha256", nil, .accepted),
        Case("/id", .string(longID), .accepted), Case("/version", "0.0.1", .accepted),
        Case("/abi", "1.7", .accepted), Case("/deviceTypes", [], .accepted),
    ]

    static let misspelt: [Case] = [
        Case("/vendro", "Acme", .refused, "did you mean \"vendor\"?"),
        Case("/colour", "red", .refused, "x- are free"),
        Case("/deviceType", [], .refused, "did you mean \"deviceTypes\"?"),
        Case(device + "/deviceLibs", "DL_X", .refused, "did you mean \"deviceLib\"?"),
        Case(device + "/archives/0/quantites", ["A+"], .refused, "\"quantities\"?"),
        Case(device + "/commands/0/repeatible", true, .refused, "\"repeatable\"?"),
        Case(device + "/names/eng", "Meter", .refused, "is unknown"),
        Case("/limits/session", 1, .refused, "did you mean \"sessions\"?"),
        Case("/protocols/0/setings", [:], .refused, "did you mean \"settings\"?"),
        Case(address + "/minimun", 1, .refused, "no schema"),
    ]

    static let types: [Case] = [
        Case("", [], .refused, "must be an object"), Case("/manifestVersion", "1", .refused),
        Case("/manifestVersion", 0, .refused), Case("/manifestVersion", 1.5, .refused),
        Case("/manifestVersion", nil, .refused, "is missing"), Case("/$schema", 1, .refused),
        Case("/id", 7, .refused, "must be a text"), Case("/id", nil, .refused, "is missing"),
        Case("/vendor", "", .refused), Case("/vendor", nil, .refused),
        Case("/isolation", "thread", .refused, "\"process\" or \"inline\""),
        Case("/limits", [], .refused), Case("/limits/memoryMiB", 15, .refused, "from 16"),
        Case("/limits/sessions", "10", .refused), Case("/deviceTypes", [:], .refused, "a list"),
        Case(device, "DT", .refused), Case(device + "/protocolMaps", [], .refused),
        Case(device + "/protocolMaps", nil, .refused, "is missing"),
        Case(device + "/attributes", "AT_X", .refused), Case(device + "/journals", [1], .refused),
        Case(device + "/states/0/types", [], .refused, "at least one"),
        Case(device + "/archives/0/tags", nil, .refused),
        Case(device + "/commands/0/repeatable", "yes", .refused, "without quotes"),
        Case(device + "/commands/0/parameters", ["type": "array"], .refused),
        Case(device + "/resource", "gas", .refused), Case(device + "/rendition", "ours", .refused),
        Case("/messages", [], .refused),
        Case("/messages/no answer", ["ru": "a", "en": "a"], .refused),
        Case("/messages/", ["ru": "a", "en": "a"], .refused, "message id"),
    ]

    static let identifiers: [Case] = [
        Case("/id", "Acme", .refused, "lower-case"), Case("/id", "", .refused),
        Case("/id", "-acme", .refused), Case("/id", "../acme", .refused),
        Case("/id", .string(longID + "a"), .refused), Case("/id", "schema", .refused),
        Case("/version", "1.0", .refused, "semantic"), Case("/version", "1.0.0.0", .refused),
        Case("/version", "01.0.0", .refused), Case("/version", "1.0.0-", .refused),
        Case("/version", "1.0.0+a+b", .refused), Case("/version", "1.0.+0", .refused),
        Case("/version", "1.0.0-б", .refused), Case("/version", "9999999999.0.0", .refused),
        Case("/abi", "2.0", .refused, "needs ABI 2.0"), Case("/abi", "1", .refused),
        Case("/abi", "+1.0", .refused), Case("/abi", "1.00", .refused), Case("/abi", 1.0, .refused),
        Case("/abi", "0.9", .refused, "install a plugin that was built for ABI 1.x"),
        Case("/library", "../x.so", .refused, "without a folder"), Case("/library", "", .refused),
        Case("/library", "/x.so", .refused), Case("/sha256", "12", .refused, "64 lower-case"),
        Case("/sha256", .string(String(repeating: "0A", count: 32)), .refused),
        Case(device + "/symbol", "DT ACME", .refused, "write a symbol"),
        Case(device + "/symbol", .string(String(repeating: "D", count: 129)), .refused),
        Case(device + "/deviceLib", "", .refused), Case("/protocols/0/type", "PROTO/A", .refused),
    ]

    static let languages: [Case] = [
        Case(device + "/names/ru", nil, .refused, "the Russian text"),
        Case(device + "/names/en", "", .refused), Case(device + "/names", "Meter", .refused),
        Case("/protocols/0/names/en", nil, .refused, "the English text"),
        Case(settings + "/properties/PASSWORD/x-names/ru", nil, .refused),
        Case("/messages/no-answer/en", nil, .refused, "the English text"),
        Case("/messages/no-answer/en", "No answer {m}", .refusedByReader, "(m, n)"),
        Case("/messages/no-answer/ru", "Нет {", .refusedByReader, "brace"),
    ]

    static let schemas: [Case] = [
        Case(settings, ["type": "array"], .refused, "no schema of an object"),
        Case(settings, ["type": "object"], .refused), Case(settings, nil, .refused),
        Case(settings + "/properties", [], .refused), Case(address, true, .refused),
        Case(address, "integer", .refused), Case(address + "/type", "int", .refused),
        Case(address + "/type", [], .refused), Case(address + "/minimum", "0", .refused),
        Case(address + "/minLength", -1, .refused), Case(address + "/enum", [], .refused),
        Case(address + "/multipleOf", 0, .refused), Case(address + "/x-secret", "yes", .refused),
        Case(address + "/x-bus-address", 1, .refused), Case(address + "/x-unit", "", .refused),
        Case(address + "/x-attribute", "AT X", .refused),
        Case(address + "/x-defaults", [], .refused),
        Case(address + "/x-defaults/CHAN TYPE", 0, .refused),
        Case(settings + "/required", ["A", "A"], .refused),
        Case(settings + "/properties/SCALE/$ref", "http://example.org/x", .refused),
        Case(settings + "/properties/SCALE/$ref", "#/$defs/none", .refusedByReader),
        Case(settings + "/properties/WAIT/pattern", "(", .refusedByReader, "regular expression"),
        Case(address + "/default", -1, .refusedByReader, "no value of its setting"),
        Case(address + "/x-defaults/CHAN_TYPE_TCP", "x", .refusedByReader),
        Case(
            settings + "/properties/PASSWORD/default", "00000000", .refusedByReader,
            "a secret with a default"),
    ]

    static let between: [Case] = [
        Case(
            device + "/protocolMaps/0/protocol", "PROTO_X", .refusedByReader, "does not describe"),
        Case(
            "/deviceTypes/1", ManifestSample.document["deviceTypes"]?[0], .refusedByReader, "again"),
        Case("/protocols/1", ManifestSample.document["protocols"]?[0], .refusedByReader, "again"),
        Case(
            device + "/protocolMaps/1", ["symbol": "PROTO_MAP_ACME", "protocol": "PROTO_ACME"],
            .refusedByReader, "again"),
        Case(device + "/journals", ["A", "A"], .refused, "again"),
        Case(device + "/archives/0/tags", ["T1", "T1"], .refused, "again"),
    ]

    static let all = free + misspelt + types + identifiers + languages + schemas + between

    private static func read(
        _ document: JSONValue
    ) -> (manifest: Manifest?, defects: [ManifestDefect]) {
        Manifest.read(document.bytes(), file: "acme.json")
    }

    @Test("the reader says what is wrong and what to do", arguments: all)
    func reader(_ item: Case) {
        let (manifest, defects) = Self.read(item.document)
        #expect((manifest != nil) == (item.verdict == .accepted), "\(defects)")
        guard item.verdict != .accepted else { return #expect(defects.isEmpty, "\(defects)") }
        #expect(defects.contains { $0.description.contains(item.words) }, "\(defects)")
        #expect(defects.allSatisfy { !$0.remedy.isEmpty })
    }

    @Test("two validators agree with the reader on all of these, and on the manifests here")
    func validators() throws {
        let newer = ManifestSample.changed("/manifestVersion", to: 2)
        var documents: [(name: String, document: JSONValue, verdict: Verdict)] = [
            ("the sample", ManifestSample.document, .accepted), ("a newer form", newer, .accepted),
            (
                "a newer form with more in it",
                JSONValue.object((newer.object ?? [:]).with("colour", "red")), .warned
            ),
        ]
        documents += Self.all.map { ($0.testDescription, $0.document, $0.verdict) }
        for file in try Files.manifests() {
            documents.append((file, try JSONValue(parsing: try Files.bytes(file)), .accepted))
        }
        let path = Files.root + "/plugin-manifests/schema.json"
        let schema = try JSONSchema(try JSONValue(parsing: try Files.bytes(path)))
        let theirs = try Files.answers(of: path, documents.map(\.document))
        try #require(theirs.count == documents.count)
        for ((name, document, verdict), theirs) in zip(documents, theirs) {
            let isOfForm = verdict == .accepted || verdict == .refusedByReader
            #expect(theirs == isOfForm, "another author's validator: \(name)")
            let violations = schema.violations(of: document)
            #expect(violations.isEmpty == isOfForm, "our validator: \(name): \(violations)")
            let isRead = Self.read(document).manifest != nil
            #expect(isRead == (verdict == .accepted || verdict == .warned), "the reader: \(name)")
        }
    }

    @Test("a newer form is only warned about")
    func newer() throws {
        let newer = ManifestSample.changed("/manifestVersion", to: 2).object ?? [:]
        let (manifest, defects) = Self.read(.object(newer.with("vendro", "x")))
        #expect(manifest != nil)
        #expect(defects.map(\.severity) == [.warning])
        #expect(defects.first?.description.contains("did you mean \"vendor\"?") == true)
    }

    @Test("whose the mappings are has to be said")
    func rendition() throws {
        var document = ManifestSample.document.object ?? [:]
        document["rendition"] = nil
        #expect(Self.read(.object(document)).defects.isEmpty, "each device type says it")
        let unsaid = ManifestSample.changed("/deviceTypes/0/rendition", to: nil).object ?? [:]
        #expect(Self.read(.object(unsaid)).defects.isEmpty, "the manifest says it")
        let (manifest, defects) = Self.read(.object(unsaid.with("rendition", nil)))
        #expect(manifest != nil)
        #expect(defects.map(\.severity) == [.warning])
        #expect(defects.first?.pointer.description == "/rendition")
        for file in try Files.manifests() {
            let read = Manifest.read(try Files.bytes(file), file: file)
            #expect(read.defects.isEmpty, "\(read.defects)")
            #expect(read.manifest?.bytes == (try Files.bytes(file)))
        }
    }

    @Test("the meter's own address tells DLMS devices on one line apart")
    func busAddress() throws {
        let file = Files.root + "/plugin-manifests/dlms.json"
        let manifest = try #require(Manifest.read(try Files.bytes(file), file: file).manifest)
        let settings = try #require(manifest.protocols.first?.settings)
        let marked = settings.settings.filter(\.isBusAddress)
        #expect(marked.map(\.name) == ["DLMS_PHYSICAL_SERVER"])
        // Where it is not given, the address is made of the serial number: a plain default would be
        // taken for an address that somebody gave.
        #expect(marked.first?.default == nil)
        let complete = settings.check(["DLMS_PASSWORD": "1234567812345678"]).complete
        #expect(complete["DLMS_PHYSICAL_SERVER"] == nil)
    }
}

extension JSONObject {
    fileprivate func with(_ key: String, _ value: JSONValue?) -> JSONObject {
        var copy = self
        copy[key] = value
        return copy
    }
}
