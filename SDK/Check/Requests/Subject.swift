import DriverKit
import JSON
import Manifests

/// A device type with one way to talk to it: what one request is made of.
struct Subject: Sendable {
    let type: DeviceType
    let map: DeviceType.ProtocolMap
    let channel: String
    /// The protocol's settings: the schema's defaults, and its examples where a secret or a required
    /// setting has none.
    let settings: JSONObject
    /// Whether the protocol notices damaged bytes; one that cannot says `"x-integrity": "none"`.
    let noticesDamage: Bool

    /// Such as `DT_CE307/PROTO_MAP_SPODES_CE307_V10`.
    var name: String { type.symbol + "/" + map.symbol }

    static let serialNumber = "000000000010001"
    /// Three hours east all year.
    static let zone: JSONValue = ["name": "UTC+03:00", "offsets": [[0, 180]]]
    /// 2026-05-28 12:34:56 in that zone.
    static let now = Moment(nanoseconds: 1_000_000_000, wallMilliseconds: 1_779_960_896_000)
    /// The midnight before in that zone.
    static let midnight: Int64 = 1_779_915_600_000

    init(_ type: DeviceType, _ map: DeviceType.ProtocolMap, of manifest: Manifest) {
        self.type = type
        self.map = map
        let document = manifest.document["protocols"]?.array?.first {
            $0["type"]?.string == map.protocolType
        }
        let channels = document?["x-channels"]?.array?.compactMap(\.string) ?? []
        let usual = "CHAN_TYPE_TCP"
        channel = channels.isEmpty || channels.contains(usual) ? usual : channels[0]
        noticesDamage = document?["x-integrity"]?.string != "none"
        let schema = manifest.protocols.first { $0.type == map.protocolType }?.settings
        let required = schema?.document["required"]?.array?.compactMap(\.string) ?? []
        var given = JSONObject()
        for setting in schema?.settings ?? [] where setting.default == nil {
            guard setting.isSecret || required.contains(setting.name),
                let example = setting.schema["examples"]?[0]
            else { continue }
            given[setting.name] = example
        }
        settings = schema?.check(given, channelType: channel).complete ?? given
    }

    /// Every device type with every way to talk to it.
    static func all(of manifest: Manifest) -> [Subject] {
        manifest.deviceTypes.flatMap { type in
            type.protocolMaps.map { Subject(type, $0, of: manifest) }
        }
    }

    /// The first one of each protocol: what is checked byte by byte.
    static func representatives(of manifest: Manifest) -> [Subject] {
        var known: Set<String> = []
        return all(of: manifest).filter { known.insert($0.map.protocolType).inserted }
    }

    /// The request of a driver's session.
    func request(_ items: [JSONValue], memory: JSONValue? = nil) -> JSONObject {
        var request: JSONObject = [
            "device": [
                "uuid": "0191b3c0-0000-7000-8000-000000010001",
                "serialNumber": .string(Self.serialNumber), "type": .string(type.symbol),
                "attributes": [:], "timeZone": Self.zone,
            ],
            "protocol": [
                "type": .string(map.protocolType), "settings": .object(settings),
            ],
            "channel": ["type": .string(channel), "settings": [:]],
            "commline": [
                "deviceLib": .string(type.deviceLib), "protocolMap": .string(map.symbol),
                "address": "",
            ],
            "mode": "task", "items": .array(items),
        ]
        request["memory"] = memory
        return request
    }

    /// The request of the simulated device, `commline.h`, section 11.
    var simulation: JSONValue {
        [
            "type": .string(type.symbol), "serialNumber": .string(Self.serialNumber),
            "index": 0, "count": 1, "seed": 1, "options": [:], "timeZone": Self.zone,
        ]
    }
}
