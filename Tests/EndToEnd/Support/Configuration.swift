import JSON

/// A configuration as an import document (the JSON of ceHES), with ids that a test can foretell.
struct Configuration {
    /// A meter and the way to it.
    struct Line {
        var serialNumber = "000000000005694"
        var type = "DT_CE307"
        var port: UInt16
        var isExclusive = false
        /// Overrides of the usual settings.
        var channel: [String: String] = [:]
        var `protocol`: [String: String] = [:]
        var deviceLib: String?
        var protocolMap: String?
        var channelType = "CHAN_TYPE_TCP"
        var protocolType = "PROTO_DLMS"

        init(port: UInt16) { self.port = port }
    }

    var lines: [Line] = []
    /// Whether all meters are reached by the channel and the protocol of the first one.
    var sharesWay = false

    init(_ lines: [Line], sharesWay: Bool = false) {
        self.lines = lines
        self.sharesWay = sharesWay
    }

    /// The id of the device of a line.
    static func device(_ index: Int) -> String { id(index, kind: 4) }

    /// The document's text.
    var bytes: [UInt8] { document.bytes(pretty: true) }

    /// The document.
    var document: JSONValue {
        let indices = lines.indices
        let ways = sharesWay ? indices.prefix(1) : indices
        return [
            "Meta": ["AppName": "tests", "AppVersion": "1", "SchemaVersion": "v1"],
            "Channels": .array(ways.map(channel)),
            "Protocols": .array(ways.map(protocolSettings)),
            "Groups": [["Id": nil, "Name": nil, "Devices": .array(indices.map(device))]],
        ]
    }

    private func channel(_ index: Int) -> JSONValue {
        let line = lines[index]
        let settings = [
            "CHAN_TYPE_TCP_OP_IP_ADDRESS": "127.0.0.1",
            "CHAN_TYPE_TCP_OP_IP_PORT": String(line.port),
        ]
        return [
            "Id": .string(Self.id(index, kind: 1)), "Name": .string("channel \(index)"),
            "Type": .string(line.channelType), "IsExclusive": .bool(line.isExclusive),
            "Settings": Self.text(settings.merging(line.channel) { $1 }),
        ]
    }

    private func protocolSettings(_ index: Int) -> JSONValue {
        let line = lines[index]
        let settings =
            line.protocolType == "PROTO_DLMS"
            ? ["DLMS_AUTHENTICATION": "High", "DLMS_PASSWORD": "1234567812345678"] : [:]
        return [
            "Id": .string(Self.id(index, kind: 2)), "Name": .string("protocol \(index)"),
            "Type": .string(line.protocolType),
            "Settings": Self.text(settings.merging(line.protocol) { $1 }),
        ]
    }

    private func device(_ index: Int) -> JSONValue {
        let line = lines[index]
        let digits = line.type.filter(\.isNumber)
        let way = sharesWay ? 0 : index
        let commline: JSONValue = [
            "Id": .string(Self.id(index, kind: 3)), "ChannelId": .string(Self.id(way, kind: 1)),
            "ProtocolId": .string(Self.id(way, kind: 2)),
            "DeviceLib": .string(line.deviceLib ?? "DL_CE_\(digits)"),
            "ProtocolMap": .string(line.protocolMap ?? "PROTO_MAP_SPODES_CE\(digits)_V10"),
            "Enabled": true, "Address": "", "Priority": 0,
        ]
        return [
            "Id": .string(Self.device(index)), "SerialNumber": .string(line.serialNumber),
            "Type": .string(line.type), "Status": "DS_INUSE",
            "PlugDate": "2025-03-20T07:56:22.220148Z", "Enabled": true,
            "CommLines": [commline], "Children": [],
        ]
    }

    /// Settings travel as JSON inside a text.
    private static func text(_ settings: [String: String]) -> JSONValue {
        var object = JSONObject()
        for key in settings.keys.sorted() { object[key] = settings[key].map { .string($0) } }
        return .string(JSONValue.object(object).text(pretty: false))
    }

    private static func id(_ index: Int, kind: Int) -> String {
        let digits = String(index)
        return "0000000\(kind)-0000-4000-8000-"
            + String(repeating: "0", count: 12 - digits.count) + digits
    }
}
