import Access
import JSON
import Store
import Values

extension Appendix1 {
    /// Reads the document.
    ///
    /// - Parameter json: The parsed file, compared with ``shape``.
    /// - Throws: Groups that are half named, and identifiers that two things of one kind have.
    init(_ json: JSONValue) throws(Failure) {
        let document = Members(json)
        channels = document.list("Channels").map(ChannelEntry.init)
        protocols = document.list("Protocols").map(ProtocolEntry.init)
        groups = document.list("Groups").map(GroupEntry.init)
        let faults = halfNamedGroups(document) + repeatedIdentifiers()
        guard faults.isEmpty else { throw .invalidBody(faults) }
    }

    /// Finds groups of which only the identifier or only the name is null.
    private func halfNamedGroups(_ document: Members) -> [Issue] {
        document.list("Groups").enumerated().compactMap { index, group in
            guard (group.optionalID("Id") == nil) != (group.optionalText("Name") == nil) else {
                return nil
            }
            return .body(
                JSONPointer(["Groups", String(index)]),
                Phrase(
                    "Id и Name группы либо оба null, либо оба заданы.",
                    "Id and Name of a group are either both null or both given."))
        }
    }

    /// Finds identifiers that two things of one kind have.
    private func repeatedIdentifiers() -> [Issue] {
        var found = Repetitions()
        for (index, channel) in channels.enumerated() {
            found.note(.channel, channel.id, ["Channels", index])
        }
        for (index, entry) in protocols.enumerated() {
            found.note(.protocol, entry.id, ["Protocols", index])
        }
        for (index, group) in groups.enumerated() {
            if let identity = group.identity { found.note(.group, identity.id, ["Groups", index]) }
            for (number, device) in group.devices.enumerated() {
                found.note(.device, device.id, ["Groups", index, "Devices", number])
                for (place, line) in device.lines.enumerated() {
                    found.note(
                        .commline, line.id,
                        ["Groups", index, "Devices", number, "CommLines", place])
                }
            }
        }
        return found.issues
    }

    /// Remembers which identifiers were met, kind by kind.
    private struct Repetitions {
        private var seen: [Entity: Set<UUID>] = [:]
        private(set) var issues: [Issue] = []

        mutating func note(_ entity: Entity, _ id: UUID, _ tokens: [any CustomStringConvertible]) {
            guard !seen[entity, default: []].insert(id).inserted else { return }
            issues.append(
                .body(
                    JSONPointer(tokens.map { "\($0)" } + ["Id"]),
                    Phrase(
                        "Идентификатор \(id) уже встречался в этом списке.",
                        "The identifier \(id) was there before in this list.")))
        }
    }
}

extension Appendix1.ChannelEntry {
    init(_ members: Members) {
        id = members.id("Id")
        name = members.text("Name")
        type = members.text("Type")
        isExclusive = members.flag("IsExclusive")
        settings = SettingsText(members.text("Settings"))
    }
}

extension Appendix1.ProtocolEntry {
    init(_ members: Members) {
        id = members.id("Id")
        name = members.text("Name")
        type = members.text("Type")
        settings = SettingsText(members.text("Settings"))
    }
}

extension Appendix1.GroupEntry {
    init(_ members: Members) {
        if let id = members.optionalID("Id"), let name = members.optionalText("Name") {
            identity = Identity(id: id, name: name)
        }
        devices = members.list("Devices").map(Appendix1.DeviceEntry.init)
    }
}

extension Appendix1.DeviceEntry {
    init(_ members: Members) {
        id = members.id("Id")
        serialNumber = members.text("SerialNumber")
        type = members.text("Type")
        status = members.text("Status")
        plugDate = members.optionalText("PlugDate")
        enabled = members.flag("Enabled")
        lines = members.list("CommLines").map(Appendix1.LineEntry.init)
    }
}

extension Appendix1.LineEntry {
    init(_ members: Members) {
        id = members.id("Id")
        channel = members.id("ChannelId")
        profile = members.id("ProtocolId")
        deviceLib = members.text("DeviceLib")
        protocolMap = members.text("ProtocolMap")
        enabled = members.flag("Enabled")
        address = members.text("Address")
        priority = members.integer("Priority")
    }
}
