import JSON
import Values

extension Appendix1 {
    /// What the head of a document says.
    struct Meta: Hashable, Sendable {
        var appName: String
        var appVersion: String
        var created: Timestamp
    }

    /// Writes the document, with the members in the manual's order and two spaces a level.
    func bytes(meta: Meta) -> [UInt8] {
        var writer = JSONWriter(.pretty, capacity: 4_096 + groups.reduce(0) { $0 + $1.estimate })
        writer.beginObject()
        writer.key("Meta")
        writer.write([
            "AppName": .string(meta.appName), "AppVersion": .string(meta.appVersion),
            "SchemaVersion": .string(Self.schemaVersion),
            "Created": .string(meta.created.rfc3339),
        ])
        writer.key("Channels")
        writer.beginArray()
        for channel in channels { writer.write(channel.json) }
        writer.endArray()
        writer.key("Protocols")
        writer.beginArray()
        for entry in protocols { writer.write(entry.json) }
        writer.endArray()
        writer.key("Groups")
        writer.beginArray()
        for group in groups { writer.write(group.json) }
        writer.endArray()
        writer.endObject()
        return writer.takeBytes() + [UInt8(ascii: "\n")]
    }
}

extension Appendix1.ChannelEntry {
    fileprivate var json: JSONValue {
        [
            "Id": .string(id.description), "Name": .string(name), "Type": .string(type),
            "IsExclusive": .bool(isExclusive), "Settings": .string(settings.text),
        ]
    }
}

extension Appendix1.ProtocolEntry {
    fileprivate var json: JSONValue {
        [
            "Id": .string(id.description), "Name": .string(name), "Type": .string(type),
            "Settings": .string(settings.text),
        ]
    }
}

extension Appendix1.GroupEntry {
    fileprivate var json: JSONValue {
        [
            "Id": identity.map { .string($0.id.description) } ?? .null,
            "Name": identity.map { .string($0.name) } ?? .null,
            "Devices": .array(devices.map(\.json)),
        ]
    }

    /// About how many bytes the group takes.
    fileprivate var estimate: Int { devices.reduce(100) { $0 + 320 + $1.lines.count * 420 } }
}

extension Appendix1.DeviceEntry {
    fileprivate var json: JSONValue {
        [
            "Id": .string(id.description), "SerialNumber": .string(serialNumber),
            "Type": .string(type), "Status": .string(status),
            "PlugDate": plugDate.map { .string($0) } ?? .null, "Enabled": .bool(enabled),
            "CommLines": .array(lines.map(\.json)), "Children": [],
        ]
    }
}

extension Appendix1.LineEntry {
    fileprivate var json: JSONValue {
        [
            "Id": .string(id.description), "ChannelId": .string(channel.description),
            "ProtocolId": .string(profile.description), "DeviceLib": .string(deviceLib),
            "ProtocolMap": .string(protocolMap), "Enabled": .bool(enabled),
            "Address": .string(address), "Priority": JSONValue(priority),
        ]
    }
}
