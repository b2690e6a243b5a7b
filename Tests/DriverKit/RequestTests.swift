import DriverKit
import JSON
import Testing

@Suite struct RequestTests {
    private static let moment = Moment(nanoseconds: 1, wallMilliseconds: 2)

    private static func error(_ text: String) -> String? {
        do throws(RequestError) {
            _ = try Request(parsing: Array(text.utf8), moment: moment)
            return nil
        } catch {
            return error.description
        }
    }

    @Test func readsEverything() throws {
        let text = """
            { "device": { "uuid": "u1", "serialNumber": "0123", "type": "DT_CE307",
                "attributes": { "AT_X": "y" }, "children": [ { "number": 1 } ],
                "timeZone": { "name": "Europe/Moscow", "offsets": [[0, 180]] } },
              "protocol": { "type": "PROTO_DLMS", "settings": { "DLMS_RESEND_COUNT": "4" } },
              "channel": { "type": "TCP_CLIENT", "settings": { "PORT": 4059 } },
              "commline": { "deviceLib": "DL", "protocolMap": "PM", "address": "17" },
              "mode": "monitor",
              "items": [
                { "number": 4, "kind": "archive", "archive": "END_OF_DAY", "quantities": ["A+"],
                  "tags": ["TOTAL", "T1"], "from": 1000, "to": 2000, "child": "C1" },
                { "number": 7, "kind": "journal", "journal": "VOLTAGE", "depth": 3 },
                { "number": 8, "kind": "command", "command": "SET", "parameters": { "a": 1 } } ],
              "memory": { "frames": "AAEC/w==", "gone": null }, "checkpoint": "" }
            """
        let request = try Request(parsing: Array(text.utf8), moment: Self.moment)
        #expect(request.device.uuid == "u1" && request.device.serialNumber == "0123")
        #expect(try request.device.attributes.text("AT_X") == "y")
        #expect(request.device.children == [["number": 1]])
        #expect(request.device.clock.offsetMinutes(atUTC: 5) == 180)
        #expect(request.protocolType == "PROTO_DLMS" && request.channelType == "TCP_CLIENT")
        #expect(try request.settings.integer("DLMS_RESEND_COUNT", in: 0...10) == 4)
        #expect(try request.channelSettings.integer("PORT", in: 1...65_535) == 4059)
        #expect(request.commline.deviceLib == "DL" && request.commline.address == "17")
        #expect(request.mode == .monitor)
        #expect(
            request.items == [
                Item(
                    number: 4, kind: .archive, symbol: "END_OF_DAY", quantities: ["A+"],
                    tags: ["TOTAL", "T1"], from: 1000, to: 2000, child: "C1"),
                Item(number: 7, kind: .journal, symbol: "VOLTAGE", depth: 3),
                Item(number: 8, kind: .command, symbol: "SET", parameters: ["a": 1]),
            ])
        #expect(request.memory == ["frames": [0, 1, 2, 255]])
        #expect(request.checkpoint == [])
    }

    @Test func needsOnlyTheDevicesType() throws {
        let request = try Request(
            parsing: Array(#"{"device":{"type":"X"}}"#.utf8), moment: Self.moment)
        #expect(request.items.isEmpty && request.mode == .task && request.checkpoint == nil)
        #expect(request.device.clock.offsetMinutes(atUTC: 0) == 0)
    }

    @Test(arguments: [
        ("", "request: "), ("[]", "request: no JSON object"),
        ("{}", "request, /device: is missing"),
        (#"{"device":{}}"#, "request, /device/type: is missing"),
        (#"{"device":{"type":7}}"#, "request, /device/type: is no text"),
        (#"{"device":[]}"#, "request, /device: is no object"),
        (
            #"{"device":{"type":"X"},"mode":"sleep"}"#,
            "request, /mode: \"sleep\" is none of task, monitor"
        ),
        (#"{"device":{"type":"X"},"items":{}}"#, "request, /items: is no array"),
        (#"{"device":{"type":"X"},"items":[1]}"#, "request, /items/0: is no object"),
        (#"{"device":{"type":"X"},"items":[{}]}"#, "request, /items/0/number: is missing"),
        (
            #"{"device":{"type":"X"},"items":[{"number":1,"kind":"wish"}]}"#,
            "request, /items/0/kind: \"wish\" is none of archive, journal, state, command"
        ),
        (
            #"{"device":{"type":"X"},"items":[{"number":1,"kind":"state"}]}"#,
            "request, /items/0/state: is missing"
        ),
        (
            #"{"device":{"type":"X"},"items":[{"number":-1,"kind":"state","state":"S"}]}"#,
            "request, /items/0/number: -1 is not within 0...4294967295"
        ),
        (
            #"{"device":{"type":"X"},"items":[{"number":4294967295}]}"#,
            "request, /items/0/number: is no item's number"
        ),
        (
            #"{"device":{"type":"X"},"items":["#
                + #"{"number":1,"kind":"state","state":"S"},{"number":1,"kind":"state","state":"S"}]}"#,
            "request, /items/1/number: 1 is given twice"
        ),
        (
            #"{"device":{"type":"X"},"items":[{"number":1,"kind":"state","state":"S","tags":[1]}]}"#,
            "request, /items/0/tags: holds more than texts"
        ),
        (
            #"{"device":{"type":"X"},"memory":{"a/b":"?"}}"#,
            "request, /memory/a~1b: is no base64"
        ),
        (
            #"{"device":{"type":"X","timeZone":{"offsets":[[1]]}}}"#,
            "request, /device/timeZone/offsets: is no list of [milliseconds, minutes]"
        ),
    ])
    func saysWhatIsWrongAndWhere(_ text: String, _ message: String) {
        #expect(Self.error(text)?.hasPrefix(message) == true, "\(Self.error(text) ?? "nil")")
    }

    @Test func readsTheRequestOfASimulation() throws {
        let text = """
            { "type": "DT_CE307", "serialNumber": "9", "index": 3, "count": 10, "seed": -1,
              "options": { "DELAY": "200ms" }, "timeZone": { "offsets": [[0, 120]] } }
            """
        let device = try SimulatedDevice(parsing: Array(text.utf8), moment: Self.moment)
        #expect(device.index == 3 && device.count == 10 && device.seed == .max)
        #expect(try device.options.duration("DELAY") == .milliseconds(200))
        #expect(device.clock.offsetMinutes(atUTC: 0) == 120)
    }
}
