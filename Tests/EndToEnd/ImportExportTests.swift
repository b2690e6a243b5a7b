import JSON
import Testing

/// The configuration files of ceHES, in and out.
@Suite struct ImportExportTests {
    static let example = Workplace.root + "/Tests/Golden/ceHES/appendix1.json"

    @Test func theManualsExampleComesBackAsItWentInButForMeta() throws {
        let host = try HostUnderTest(in: try Scratch())
        let original = try Files.read(Self.example)
        let answer = try host.call("POST", "/api/v1/import", bytes: original)
        #expect(answer.status == 200, "\(answer.text)")
        #expect(try Self.created(answer.json()) == [2, 3, 1, 3, 3])

        let exported = try host.call("GET", "/api/v1/export")
        #expect(exported.status == 200)
        #expect(
            try Self.withoutMeta(exported.body).text(pretty: true)
                == Self.withoutMeta(original).text(pretty: true))
    }

    @Test func importingTwiceChangesNothing() throws {
        let host = try HostUnderTest(in: try Scratch())
        let original = try Files.read(Self.example)
        #expect(try host.call("POST", "/api/v1/import", bytes: original).status == 200)
        let first = try host.call("GET", "/api/v1/export").body
        let again = try host.call("POST", "/api/v1/import", bytes: original)
        #expect(again.status == 200)
        #expect(try Self.created(again.json()) == [0, 0, 0, 0, 0])
        let second = try host.call("GET", "/api/v1/export").body
        #expect(try Self.withoutMeta(first) == Self.withoutMeta(second))
        #expect(try host.list("/api/v1/devices").count == 3)
    }

    @Test func anExportRestoresAnotherHost() throws {
        let scratch = try Scratch()
        let one = try HostUnderTest(in: scratch, data: try scratch.folder("one"))
        #expect(
            try one.call("POST", "/api/v1/import", bytes: Files.read(Self.example)).status == 200)
        let exported = try one.call("GET", "/api/v1/export").body
        let other = try HostUnderTest(in: scratch, data: try scratch.folder("other"))
        #expect(try other.call("POST", "/api/v1/import", bytes: exported).status == 200)
        let second = try other.call("GET", "/api/v1/export").body
        #expect(try Self.withoutMeta(exported) == Self.withoutMeta(second))
    }

    @Test(arguments: [17, 400, 1200, 3000])
    func aTruncatedFileLeavesNothingBehind(_ length: Int) throws {
        let host = try HostUnderTest(in: try Scratch())
        let original = try Files.read(Self.example)
        let answer = try host.call("POST", "/api/v1/import", bytes: Array(original.prefix(length)))
        #expect(answer.status == 400, "\(answer.text)")
        #expect(answer.headers["content-type"]?.hasPrefix("application/problem+json") == true)
        #expect(try host.list("/api/v1/channels").isEmpty)
        #expect(try host.list("/api/v1/devices").isEmpty)
    }

    @Test func anUnknownTypeIsNamedAndNothingIsImported() throws {
        let host = try HostUnderTest(in: try Scratch())
        var line = Configuration.Line(port: 1)
        line.protocolType = "PROTO_TELEPATHY"
        let good = Configuration.Line(port: 2)
        let answer = try host.call(
            "POST", "/api/v1/import", bytes: Configuration([good, line]).bytes)
        #expect(answer.status == 422 || answer.status == 400, "\(answer.status)")
        #expect(answer.text.contains("PROTO_TELEPATHY"), "\(answer.text)")
        #expect(answer.text.contains("/Protocols/1/Type"), "\(answer.text)")
        #expect(try host.list("/api/v1/devices").isEmpty)
        #expect(try host.list("/api/v1/channels").isEmpty)
    }

    private static func created(_ report: JSONValue) -> [Int] {
        ["channels", "protocols", "groups", "devices", "commlines"].map {
            report[$0]?["created"]?.int ?? -1
        }
    }

    private static func withoutMeta(_ bytes: [UInt8]) throws -> JSONValue {
        let document = try JSONValue(parsing: bytes)
        var object = document.object ?? JSONObject()
        object["Meta"] = nil
        return .object(object)
    }
}
