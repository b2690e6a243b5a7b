import Access
import HTTP
import Store
import Values

/// The devices that a question about data is about.
struct DeviceSelection: Sendable {
    let project: UUID
    let devices: [UUID]
    let groups: [UUID]

    static let parameters: [EndpointForm.Parameter] = [
        .init(
            "device", .form(.id), repeated: true,
            Phrase("Устройство; можно несколько.", "A device; several may be named.")),
        .init(
            "group", .form(.id), repeated: true,
            Phrase(
                "Группа с группами ниже; можно несколько. Без device и group — весь проект.",
                "A group with those below it; several may be named. Without both, the project.")),
    ]

    init(_ call: Call) throws(Failure) {
        project = try call.project.id
        devices = call.query.values(of: "device").compactMap { UUID($0) }
        groups = call.query.values(of: "group").compactMap { UUID($0) }
    }

    /// Finds the devices: the named ones in the caller's order, then the members of groups.
    ///
    /// - Returns: Each device once, with its serial number.
    /// - Throws: `.notFound` for one that is not in the project.
    func find(_ snapshot: Snapshot) throws(StoreError) -> [(id: UUID, serialNumber: String)] {
        var found: [(id: UUID, serialNumber: String)] = []
        var seen: Set<UUID> = []
        for id in devices where seen.insert(id).inserted {
            let device = try snapshot.device(id, in: project)
            found.append((id, device.serialNumber))
        }
        for id in groups {
            let group = try snapshot.group(id, in: project)
            for id in try snapshot.deviceIDs(inGroup: group.id) where seen.insert(id).inserted {
                found.append((id, try snapshot.device(id).serialNumber))
            }
        }
        guard devices.isEmpty, groups.isEmpty else { return found }
        var cursor: Cursor?
        repeat {
            let page = try snapshot.devices(
                in: project, ListQuery(limit: 10_000, cursor: cursor))
            found += page.items.map { ($0.id, $0.serialNumber) }
            cursor = page.next
        } while cursor != nil
        return found
    }
}
