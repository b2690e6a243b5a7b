import Plugins
import Store
import Values

/// Brings a document into a project: what is there is changed, what is new is made, and what is the
/// same stays untouched, so that importing a file again changes nothing.
struct Importer: Sendable {
    let document: Appendix1
    let catalogue: Catalogue
    let project: UUID

    /// Makes all changes in one transaction; an error undoes them.
    func run(in transaction: Transaction) throws(StoreError) -> ImportSummary {
        var summary = ImportSummary()
        for entry in document.channels {
            try bring(entry, into: &summary.channels, transaction)
        }
        for entry in document.protocols {
            try bring(entry, into: &summary.protocols, transaction)
        }
        for group in document.groups {
            if let identity = group.identity {
                try bring(identity, into: &summary.groups, transaction)
            }
            for device in group.devices {
                try bring(device, of: group.identity?.id, into: &summary.devices, transaction)
                for line in device.lines {
                    try bring(line, of: device.id, into: &summary.commlines, transaction)
                }
            }
        }
        return summary
    }

    private func bring(
        _ entry: Appendix1.ChannelEntry, into counts: inout ImportSummary.Counts,
        _ transaction: Transaction
    ) throws(StoreError) {
        let current = try transaction.existing { (snapshot) throws(StoreError) in
            try snapshot.channel(entry.id)
        }
        var channel =
            current
            ?? Channel(
                id: entry.id, project: project, name: "", type: "", isExclusive: false,
                settings: SettingsText(""), created: transaction.now)
        channel.name = entry.name
        channel.type = entry.type
        channel.isExclusive = entry.isExclusive
        channel.settings = entry.settings
        switch current {
        case nil:
            try transaction.insert(channel)
            counts.created += 1
        case channel: counts.unchanged += 1
        default:
            try transaction.update(channel)
            counts.updated += 1
        }
    }

    private func bring(
        _ entry: Appendix1.ProtocolEntry, into counts: inout ImportSummary.Counts,
        _ transaction: Transaction
    ) throws(StoreError) {
        let current = try transaction.existing { (snapshot) throws(StoreError) in
            try snapshot.protocolProfile(entry.id)
        }
        var profile =
            current
            ?? ProtocolProfile(
                id: entry.id, project: project, name: "", type: "", settings: SettingsText(""),
                created: transaction.now)
        profile.name = entry.name
        profile.type = entry.type
        profile.settings = entry.settings
        switch current {
        case nil:
            try transaction.insert(profile)
            counts.created += 1
        case profile: counts.unchanged += 1
        default:
            try transaction.update(profile)
            counts.updated += 1
        }
    }

    private func bring(
        _ identity: Appendix1.GroupEntry.Identity, into counts: inout ImportSummary.Counts,
        _ transaction: Transaction
    ) throws(StoreError) {
        let current = try transaction.existing { (snapshot) throws(StoreError) in
            try snapshot.group(identity.id)
        }
        var group =
            current
            ?? DeviceGroup(
                id: identity.id, project: project, name: "", created: transaction.now)
        group.name = identity.name
        switch current {
        case nil:
            try transaction.insert(group)
            counts.created += 1
        case group: counts.unchanged += 1
        default:
            try transaction.update(group)
            counts.updated += 1
        }
    }

    private func bring(
        _ entry: Appendix1.DeviceEntry, of group: UUID?, into counts: inout ImportSummary.Counts,
        _ transaction: Transaction
    ) throws(StoreError) {
        let current = try transaction.existing { (snapshot) throws(StoreError) in
            try snapshot.device(entry.id)
        }
        var device =
            current
            ?? Device(
                id: entry.id, project: project, serialNumber: "", type: "",
                deviceClass: catalogue.deviceType(entry.type)?.type.deviceClass ?? "",
                source: .imported, added: transaction.now)
        device.serialNumber = entry.serialNumber
        device.type = entry.type
        device.status = entry.status
        device.enabled = entry.enabled
        device.plugDate = entry.plugDate.flatMap { CardDate($0) }
        device.group = group
        switch current {
        case nil:
            try transaction.insert(device)
            counts.created += 1
        case device: counts.unchanged += 1
        default:
            try transaction.update(device)
            counts.updated += 1
        }
    }

    private func bring(
        _ entry: Appendix1.LineEntry, of device: UUID, into counts: inout ImportSummary.Counts,
        _ transaction: Transaction
    ) throws(StoreError) {
        let current = try transaction.existing { (snapshot) throws(StoreError) in
            try snapshot.commline(entry.id)
        }
        var line =
            current
            ?? Commline(
                id: entry.id, project: project, device: device, channel: entry.channel,
                profile: entry.profile, deviceLib: "", protocolMap: "", created: transaction.now)
        line.channel = entry.channel
        line.profile = entry.profile
        line.deviceLib = entry.deviceLib
        line.protocolMap = entry.protocolMap
        line.enabled = entry.enabled
        line.address = entry.address
        line.priority = entry.priority
        switch current {
        case nil:
            try transaction.insert(line)
            counts.created += 1
        case line: counts.unchanged += 1
        default:
            try transaction.update(line)
            counts.updated += 1
        }
    }
}
