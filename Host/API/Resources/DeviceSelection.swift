import Access
import HTTP
import Store
import Values

/// The devices that a question about data is about.
struct DeviceSelection: Hashable, Sendable {
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
        devices = try Self.ids("device", call)
        groups = try Self.ids("group", call)
    }

    /// Reads the identifiers of a parameter; one that is none must not turn the question into one about all.
    private static func ids(_ name: String, _ call: Call) throws(Failure) -> [UUID] {
        var ids: [UUID] = []
        for text in call.query.values(of: name) {
            guard let id = UUID(text) else {
                throw .parameter(
                    name, Phrase("Это не идентификатор (UUID).", "This is no identifier (UUID)."))
            }
            ids.append(id)
        }
        return ids
    }

    /// Finds the devices: the named ones in the caller's order, then the members of groups.
    ///
    /// - Returns: Each device once.
    /// - Throws: `.notFound` for one that is not in the project.
    func find(_ snapshot: Snapshot) throws(StoreError) -> [DeviceOutline] {
        guard !devices.isEmpty || !groups.isEmpty else {
            return try snapshot.outlines(in: project)
        }
        var found: [DeviceOutline] = []
        var seen: Set<UUID> = []
        for id in devices where seen.insert(id).inserted {
            found.append(try snapshot.outline(ofDevice: id, in: project))
        }
        for id in groups {
            for device in try snapshot.outlines(ofGroup: id, in: project)
            where seen.insert(device.id).inserted {
                found.append(device)
            }
        }
        return found
    }
}
