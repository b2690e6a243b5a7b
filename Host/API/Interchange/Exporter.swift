import Store
import Values

/// Collects a project into a document.
enum Exporter {
    /// Reads everything from one view of the store, in the order in which it was made.
    ///
    /// Devices without a group come first. The group that every project starts with is left out while
    /// it is empty, so that what was imported into a new project is what is exported.
    static func document(of project: UUID, _ snapshot: Snapshot) throws(StoreError) -> Appendix1 {
        var lines: [UUID: [Appendix1.LineEntry]] = [:]
        for line in try all({ (cursor) throws(StoreError) in
            try snapshot.commlines(in: project, ListQuery(limit: 10_000, cursor: cursor))
        }) {
            lines[line.device, default: []].append(Appendix1.LineEntry(line))
        }
        var devices: [UUID?: [Appendix1.DeviceEntry]] = [:]
        for device in try all({ (cursor) throws(StoreError) in
            try snapshot.devices(in: project, ListQuery(limit: 10_000, cursor: cursor))
        }) {
            devices[device.group, default: []].append(
                Appendix1.DeviceEntry(device, lines: lines[device.id] ?? []))
        }
        var groups: [Appendix1.GroupEntry] = []
        if let ungrouped = devices[nil] {
            groups.append(Appendix1.GroupEntry(identity: nil, devices: ungrouped))
        }
        for group in try all({ (cursor) throws(StoreError) in
            try snapshot.groups(in: project, ListQuery(limit: 10_000, cursor: cursor))
        }) {
            let members = devices[group.id] ?? []
            if members.isEmpty, group.isDefault { continue }
            groups.append(
                Appendix1.GroupEntry(
                    identity: .init(id: group.id, name: group.name), devices: members))
        }
        let channels = try all { (cursor) throws(StoreError) in
            try snapshot.channels(in: project, ListQuery(limit: 10_000, cursor: cursor))
        }
        let protocols = try all { (cursor) throws(StoreError) in
            try snapshot.protocols(in: project, ListQuery(limit: 10_000, cursor: cursor))
        }
        return Appendix1(
            channels: channels.map(Appendix1.ChannelEntry.init),
            protocols: protocols.map(Appendix1.ProtocolEntry.init), groups: groups)
    }

    /// Reads all pages of a list.
    private static func all<Element>(
        _ page: (Cursor?) throws(StoreError) -> Page<Element>
    ) throws(StoreError) -> [Element] {
        var elements: [Element] = []
        var cursor: Cursor?
        repeat {
            let next = try page(cursor)
            elements += next.items
            cursor = next.next
        } while cursor != nil
        return elements
    }
}

extension Appendix1.ChannelEntry {
    init(_ channel: Channel) {
        id = channel.id
        name = channel.name
        type = channel.type
        isExclusive = channel.isExclusive
        settings = channel.settings
    }
}

extension Appendix1.ProtocolEntry {
    init(_ profile: ProtocolProfile) {
        id = profile.id
        name = profile.name
        type = profile.type
        settings = profile.settings
    }
}

extension Appendix1.DeviceEntry {
    init(_ device: Device, lines: [Appendix1.LineEntry]) {
        id = device.id
        serialNumber = device.serialNumber
        type = device.type
        status = device.status
        plugDate = device.plugDate?.text
        enabled = device.enabled
        self.lines = lines
    }
}

extension Appendix1.LineEntry {
    init(_ line: Commline) {
        id = line.id
        channel = line.channel
        profile = line.profile
        deviceLib = line.deviceLib
        protocolMap = line.protocolMap
        enabled = line.enabled
        address = line.address
        priority = line.priority
    }
}
