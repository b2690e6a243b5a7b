import DriverKit
import JSON
import Testing
import Values

@testable import DLMS

/// A driver and a simulated meter that meet in a test, and what is known about both.
struct Meeting {
    static let serial = "012980191506863"
    /// Moscow: three hours east all year.
    static let moscow: JSONValue = ["name": "Europe/Moscow", "offsets": [[0, 180]]]
    /// 2026-05-28 12:34:56 in Moscow.
    static let now = Moment(nanoseconds: 1_000_000_000, wallMilliseconds: 1_779_960_896_000)

    var type = "DT_CE307"
    var map = "PROTO_MAP_SPODES_CE307_V10"
    var channel = "CHAN_TYPE_TCP"
    var address = ""
    var settings: JSONObject = ["DLMS_PASSWORD": "1234567812345678"]
    var options: JSONObject = [:]
    var zone = Meeting.moscow
    var deviceZone: JSONValue?
    var items: [JSONValue] = []
    var line = Line()

    init(_ items: [JSONValue]) {
        self.items = items
    }

    init(_ items: JSONValue...) {
        self.items = items
    }

    static func archive(
        _ number: Int, _ archive: String, _ quantity: String, _ tags: [String] = [],
        from: Int64? = nil, to: Int64? = nil
    ) -> JSONValue {
        var item: JSONObject = [
            "number": JSONValue(number), "kind": "archive", "archive": .string(archive),
            "quantities": [.string(quantity)],
        ]
        if !tags.isEmpty { item["tags"] = .array(tags.map { .string($0) }) }
        if let from { item["from"] = JSONValue(from) }
        if let to { item["to"] = JSONValue(to) }
        return .object(item)
    }

    static func state(_ number: Int, _ archive: String) -> JSONValue {
        ["number": JSONValue(number), "kind": "state", "state": .string(archive)]
    }

    /// A journey through everything that the driver reads.
    static var everything: [JSONValue] {
        var items = [state(0, "INFORMATION"), state(1, "TIME")]
        for (index, quantity) in ["A+", "A-", "R+", "R-"].enumerated() {
            items.append(archive(2 + index, "CURRENT", quantity))
        }
        for (index, quantity) in ["A+", "A-", "R+", "R-"].enumerated() {
            items.append(
                archive(
                    6 + index, "END_OF_DAY", quantity, from: midnight(-2), to: midnight(1)))
        }
        return items
    }

    /// Midnight in Moscow so many days after today's, in milliseconds UTC.
    static func midnight(_ days: Int) -> Int64 {
        // 2026-05-28 00:00 in Moscow.
        1_779_915_600_000 + Int64(days) * 86_400_000
    }

    var request: JSONValue {
        [
            "device": [
                "uuid": "u", "serialNumber": .string(Self.serial), "type": .string(type),
                "timeZone": zone,
            ],
            "protocol": ["type": "PROTO_DLMS", "settings": .object(settings)],
            "channel": ["type": .string(channel), "settings": [:]],
            "commline": [
                "deviceLib": "DL_CE_307", "protocolMap": .string(map),
                "address": .string(address),
            ],
            "mode": "task", "items": .array(items),
        ]
    }

    var simulation: JSONValue {
        [
            "type": .string(type), "serialNumber": .string(Self.serial), "index": 0, "count": 1,
            "seed": 0, "options": .object(options), "timeZone": deviceZone ?? zone,
        ]
    }

    func rehearsal(seed: UInt64 = 1) throws -> Rehearsal {
        try Rehearsal(
            of: RehearsedPlugin.of(DLMSPlugin.plugin), request: request, simulation: simulation,
            line: line, seed: seed, clock: VirtualClock(now: Self.now))
    }

    /// Lets them meet; the contract of the border must hold in any case.
    func run() throws -> Rehearsal {
        let rehearsal = try rehearsal()
        #expect(rehearsal.run() == .finished)
        #expect(rehearsal.violations == [])
        return rehearsal
    }
}

extension Rehearsal {
    /// The measurements of an archive.
    func measurements(_ archive: String) -> [Measurement] {
        driver.records.compactMap { record in
            guard
                case .measurement(archive, let quantity, let tag, let value, let status) =
                    record.content
            else { return nil }
            return Measurement(
                quantity: quantity, tag: tag, value: value, status: status,
                end: record.intervalEnd, time: record.time)
        }
    }

    /// The states of an archive as text.
    func states(_ archive: String) -> [String: String] {
        var states: [String: String] = [:]
        for record in driver.records {
            guard case .state(archive, let type, let value) = record.content else { continue }
            states[type] = value?.string
        }
        return states
    }

    func outcome(of item: UInt32) -> Outcome? {
        driver.outcomes.first { $0.item == item && $0.stage == .final }
    }

    func code(of item: UInt32) -> ErrorCode? {
        outcome(of: item)?.code
    }

    /// How many frames or messages the driver sent.
    var exchanges: Int { driver.sent.count }

    struct Measurement {
        let quantity: String
        let tag: String
        let value: Value?
        let status: Status
        let end: Int64?
        let time: Timestamp?
    }
}
