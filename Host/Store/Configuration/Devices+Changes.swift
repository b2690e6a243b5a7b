import Values

extension Transaction {
    /// Makes a device.
    ///
    /// A device that was deleted and comes back under the same identifier finds its records again.
    ///
    /// - Throws: `.alreadyExists` when the identifier is taken, also by a device of another project.
    package func insert(_ device: Device) throws(StoreError) {
        try check(device)
        let project = try key(.project, device.project)
        let links = try links(of: device, in: project)
        let owner = try database.first(
            """
            SELECT k.id, k.project, d.id IS NOT NULL
            FROM device_key k LEFT JOIN device d ON d.id = k.id
            WHERE k.uuid = ?
            """, device.id
        ) { (row) throws(StoreError) in
            (key: row.integer(), project: row.integer(), isDevice: row.bool())
        }
        let key: Int64
        if let owner {
            guard !owner.isDevice, owner.project == project else {
                throw .alreadyExists(.device, field: "id")
            }
            key = owner.key
        } else {
            try database.run(
                "INSERT INTO device_key (uuid, project) VALUES (?, ?)", device.id, project)
            key = database.lastInsertedKey
        }
        try database.run(
            """
            INSERT INTO device (
                serial, type, class, status, enabled, source, plug_text, plug_at,
                manufactured_text, manufactured_at, commissioned_text, commissioned_at,
                verified_text, verified_at, next_verification_text, next_verification_at, latitude,
                longitude, altitude, act, reserve, attributes, device_group, parent, time_zone,
                id, project, added, place, revision)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?,
                ?, (SELECT coalesce(max(place), 0) + 1 FROM device WHERE project = ?27), 1)
            """,
            arguments: try card(of: device, links) + [key, project, device.added])
        try record(.created, .device, device.id, project: device.project)
    }

    /// Changes a device's card.
    ///
    /// - Returns: The new revision.
    @discardableResult
    package func update(
        _ device: Device, expecting revision: Int64? = nil
    ) throws(StoreError) -> Int64 {
        try check(device)
        let key = try editableKey(.device, device.id, expecting: revision)
        let owner = try self.device(device.id).project
        let links = try links(of: device, in: try self.key(.project, owner))
        if let parent = links.parent { try checkLine(from: key, upTo: parent) }
        try database.run(
            """
            UPDATE device SET
                serial = ?, type = ?, class = ?, status = ?, enabled = ?, source = ?,
                plug_text = ?, plug_at = ?, manufactured_text = ?, manufactured_at = ?,
                commissioned_text = ?, commissioned_at = ?, verified_text = ?, verified_at = ?,
                next_verification_text = ?, next_verification_at = ?, latitude = ?, longitude = ?,
                altitude = ?, act = ?, reserve = ?, attributes = ?, device_group = ?, parent = ?,
                time_zone = ?, revision = revision + 1
            WHERE id = ?
            """, arguments: try card(of: device, links) + [key])
        try record(.updated, .device, device.id, project: owner)
        return try database.integer("SELECT revision FROM device WHERE id = ?", key) ?? 0
    }

    /// Deletes a device with its lines; its records and tasks stay.
    ///
    /// - Throws: `.inUse` while other devices are behind it.
    package func deleteDevice(_ id: UUID, expecting revision: Int64? = nil) throws(StoreError) {
        let key = try editableKey(.device, id, expecting: revision)
        let project = try device(id).project
        try deleteRow("device", key: key, entity: .device, usedBy: .device)
        try record(.deleted, .device, id, project: project)
    }

    private typealias Links = (group: Int64?, parent: Int64?)

    private func links(of device: Device, in project: Int64) throws(StoreError) -> Links {
        let group = try device.group.map { (id) throws(StoreError) in
            try key(.group, id, in: project)
        }
        let parent = try device.parent.map { (id) throws(StoreError) in
            try deviceKey(id, in: project)
        }
        return (group, parent)
    }

    private func card(of device: Device, _ links: Links) throws(StoreError) -> [any Bindable] {
        let attributes = try device.attributes.map { (settings) throws(StoreError) in
            try vault.seal(settings.text, of: .device, device.id)
        }
        let dates = [
            device.plugDate, device.manufactured, device.commissioned, device.lastVerified,
            device.nextVerification,
        ]
        var values: [any Bindable] = [
            device.serialNumber, device.type, device.deviceClass, device.status, device.enabled,
            device.source.rawValue,
        ]
        for date in dates {
            values.append(date?.text)
            values.append(date?.moment)
        }
        values += [
            device.latitude, device.longitude, device.altitude, device.act, device.reserve,
            attributes, links.group, links.parent, device.timeZone,
        ]
        return values
    }

    private func check(_ device: Device) throws(StoreError) {
        guard !device.serialNumber.isEmpty, device.serialNumber.utf8.count <= 200 else {
            throw .invalid(field: "serialNumber", message: "1 to 200 bytes")
        }
        guard !device.type.isEmpty, device.type.utf8.count <= 200 else {
            throw .invalid(field: "type", message: "1 to 200 bytes")
        }
        guard device.parent != device.id else {
            throw .invalid(field: "parent", message: "a device cannot be behind itself")
        }
    }

    /// Refuses a parent that is behind the device.
    private func checkLine(from key: Int64, upTo parent: Int64) throws(StoreError) {
        let circle = try database.integer(
            """
            WITH RECURSIVE line (id) AS (
                SELECT ?
                UNION SELECT d.parent FROM device d JOIN line l ON d.id = l.id
                    WHERE d.parent IS NOT NULL)
            SELECT 1 FROM line WHERE id = ?
            """, parent, key)
        guard circle == nil else {
            throw .invalid(field: "parent", message: "a device cannot be behind itself")
        }
    }
}
