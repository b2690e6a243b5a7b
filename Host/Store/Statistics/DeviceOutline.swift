import Values

/// The few things about a device that long lists of data need: no card, and nothing sealed.
package struct DeviceOutline: Hashable, Sendable {
    package var id: UUID
    package var serialNumber: String
    package var type: String
    package var group: UUID?
    /// Nil for the host's.
    package var timeZone: String?

    package init(
        id: UUID, serialNumber: String, type: String, group: UUID? = nil, timeZone: String? = nil
    ) {
        self.id = id
        self.serialNumber = serialNumber
        self.type = type
        self.group = group
        self.timeZone = timeZone
    }
}

extension Snapshot {
    private static let outlineColumns = """
        k.uuid, d.serial, d.type, (SELECT uuid FROM device_group WHERE id = d.device_group), \
        d.time_zone
        """

    /// Lists all devices of a project in the order of their making.
    package func outlines(in project: UUID) throws(StoreError) -> [DeviceOutline] {
        try database.rows(
            """
            SELECT \(Self.outlineColumns) FROM device d JOIN device_key k ON k.id = d.id
            WHERE d.project = ? ORDER BY d.place
            """, try key(.project, project), as: Self.outline)
    }

    /// Lists the devices of a group and of the groups below it, in the order of their making.
    ///
    /// - Throws: `.notFound` for a group that is not in the project.
    package func outlines(
        ofGroup group: UUID, in project: UUID
    ) throws(StoreError) -> [DeviceOutline] {
        let top = try key(.group, group, in: try key(.project, project))
        return try database.rows(
            """
            WITH RECURSIVE tree (id) AS (
                SELECT ? UNION SELECT g.id FROM device_group g JOIN tree ON g.parent = tree.id)
            SELECT \(Self.outlineColumns) FROM tree JOIN device d ON d.device_group = tree.id
                JOIN device_key k ON k.id = d.id
            ORDER BY d.place
            """, top, as: Self.outline)
    }

    /// Reads one device.
    ///
    /// - Throws: `.notFound` for one that is not in the project.
    package func outline(
        ofDevice device: UUID, in project: UUID
    ) throws(StoreError) -> DeviceOutline {
        let found = try database.first(
            """
            SELECT \(Self.outlineColumns) FROM device_key k JOIN device d ON d.id = k.id
            WHERE k.uuid = ? AND d.project = ?
            """, device, try key(.project, project), as: Self.outline)
        guard let found else { throw .notFound(.device) }
        return found
    }

    private static func outline(_ row: inout Row) throws(StoreError) -> DeviceOutline {
        DeviceOutline(
            id: try row.uuid(), serialNumber: row.text(), type: row.text(),
            group: try row.optionalUUID(), timeZone: row.optionalText())
    }
}
