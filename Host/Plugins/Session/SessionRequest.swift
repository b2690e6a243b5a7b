import JSON
import Values

/// A driver's request as the host knows it; `json` is the document of `commline_request`.
package struct SessionRequest: Sendable {
    /// The device in question.
    package struct Device: Sendable {
        package var uuid: UUID
        package var serialNumber: String
        package var type: String
        package var attributes: JSONObject
        /// Devices behind this one, as objects.
        package var children: [JSONValue]
        package var timeZoneName: String
        /// From which moment (milliseconds UTC) local time is how many minutes ahead of UTC, ascending.
        package var timeZoneOffsets: [(from: Int64, minutes: Int)]

        package init(
            uuid: UUID, serialNumber: String, type: String, attributes: JSONObject = [:],
            children: [JSONValue] = [], timeZoneName: String,
            timeZoneOffsets: [(from: Int64, minutes: Int)]
        ) {
            self.uuid = uuid
            self.serialNumber = serialNumber
            self.type = type
            self.attributes = attributes
            self.children = children
            self.timeZoneName = timeZoneName
            self.timeZoneOffsets = timeZoneOffsets
        }
    }

    /// A protocol or channel with its settings, defaults filled in.
    package struct Configured: Sendable {
        package var type: String
        package var settings: JSONObject

        package init(type: String, settings: JSONObject) {
            self.type = type
            self.settings = settings
        }
    }

    /// What an item asks for.
    package enum ItemKind: Hashable, Sendable {
        case archive(String)
        case journal(String)
        case state(String)
        case command(String)
    }

    /// One thing to read or do.
    ///
    /// An item without tags asks for all that the device has.
    package struct Item: Sendable {
        package var number: UInt32
        package var kind: ItemKind
        /// The quantity of an archive, the type of a state; empty where it does not apply.
        package var quantity: String
        package var tags: [String]
        /// The period [from, to), milliseconds UTC.
        package var period: Range<Int64>?
        package var parameters: JSONObject
        package var child: String

        package init(
            number: UInt32, kind: ItemKind, quantity: String = "", tags: [String] = [],
            period: Range<Int64>? = nil, parameters: JSONObject = [:], child: String = ""
        ) {
            self.number = number
            self.kind = kind
            self.quantity = quantity
            self.tags = tags
            self.period = period
            self.parameters = parameters
            self.child = child
        }

        /// The item as the driver reads it.
        package var json: JSONValue {
            var object: JSONObject = ["number": JSONValue(number)]
            switch kind {
            case .archive(let symbol):
                object["kind"] = "archive"
                object["archive"] = .string(symbol)
            case .journal(let symbol):
                object["kind"] = "journal"
                object["journal"] = .string(symbol)
            case .state(let symbol):
                object["kind"] = "state"
                object["state"] = .string(symbol)
            case .command(let symbol):
                object["kind"] = "command"
                object["command"] = .string(symbol)
            }
            if !quantity.isEmpty { object["quantities"] = [.string(quantity)] }
            if !tags.isEmpty { object["tags"] = JSONValue(tags.map(JSONValue.string)) }
            if let period {
                object["from"] = JSONValue(period.lowerBound)
                object["to"] = JSONValue(period.upperBound)
            }
            if !parameters.isEmpty { object["parameters"] = .object(parameters) }
            if !child.isEmpty { object["child"] = .string(child) }
            return .object(object)
        }
    }

    package var device: Device
    package var `protocol`: Configured
    package var channel: Configured
    package var deviceLib: String
    package var protocolMap: String
    /// The commline's address; empty where it has none.
    package var address: String
    package var mode: SessionMode
    package var items: [Item]
    /// The device's durable memory.
    package var memory: [String: [UInt8]]
    /// What an earlier session that yielded left.
    package var checkpoint: [UInt8]?

    package init(
        device: Device, protocol: Configured, channel: Configured, deviceLib: String,
        protocolMap: String, address: String = "", mode: SessionMode = .task, items: [Item],
        memory: [String: [UInt8]] = [:], checkpoint: [UInt8]? = nil
    ) {
        self.device = device
        self.protocol = `protocol`
        self.channel = channel
        self.deviceLib = deviceLib
        self.protocolMap = protocolMap
        self.address = address
        self.mode = mode
        self.items = items
        self.memory = memory
        self.checkpoint = checkpoint
    }

    /// The document that the driver reads.
    package var json: JSONObject {
        var object: JSONObject = [
            "device": deviceJSON,
            "protocol": [
                "type": .string(`protocol`.type), "settings": .object(`protocol`.settings),
            ],
            "channel": ["type": .string(channel.type), "settings": .object(channel.settings)],
            "commline": [
                "deviceLib": .string(deviceLib), "protocolMap": .string(protocolMap),
                "address": .string(address),
            ],
            "mode": .string("\(mode)"),
            "items": JSONValue(items.map(\.json)),
        ]
        if !memory.isEmpty {
            let keys = memory.keys.sorted()
            object["memory"] = .object(
                JSONObject(keys.map { ($0, .string(TextEncoding.base64(memory[$0] ?? []))) }))
        }
        if let checkpoint { object["checkpoint"] = .string(TextEncoding.base64(checkpoint)) }
        return object
    }

    private var deviceJSON: JSONValue {
        var object: JSONObject = [
            "uuid": .string(device.uuid.description), "serialNumber": .string(device.serialNumber),
            "type": .string(device.type), "attributes": .object(device.attributes),
        ]
        if !device.children.isEmpty { object["children"] = .array(device.children) }
        object["timeZone"] = [
            "name": .string(device.timeZoneName),
            "offsets": JSONValue(
                device.timeZoneOffsets.map { [JSONValue($0.from), JSONValue($0.minutes)] }),
        ]
        return .object(object)
    }
}
