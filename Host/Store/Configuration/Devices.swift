import Values

/// The fields that lists of devices can be filtered and sorted by.
package enum DeviceField: String, QueryField {
    case serialNumber, type, deviceClass, status, enabled, source, group, parent, act, reserve
    case plugDate, added, lastSuccess, lastAttempt, failures

    package var isSortable: Bool {
        switch self {
        case .serialNumber, .type, .status, .lastSuccess: true
        default: false
        }
    }

    var column: ListColumn {
        switch self {
        case .serialNumber: ListColumn("d.serial", .text)
        case .type: ListColumn("d.type", .text)
        case .deviceClass: ListColumn("d.class", .text)
        case .status: ListColumn("d.status", .text)
        case .enabled: ListColumn("d.enabled", .flag)
        case .source: ListColumn("d.source", .text)
        case .group: ListColumn("d.device_group", .reference(.group))
        case .parent: ListColumn("d.parent", .reference(.device))
        case .act: ListColumn("d.act", .text)
        case .reserve: ListColumn("d.reserve", .text)
        case .plugDate: ListColumn("d.plug_at", .moment)
        case .added: ListColumn("d.added", .moment)
        case .lastSuccess: ListColumn("a.last_success", .moment)
        case .lastAttempt: ListColumn("a.last_attempt", .moment)
        case .failures: ListColumn("a.failures", .integer)
        }
    }
}

extension Snapshot {
    private static let deviceColumns = """
        k.uuid, p.uuid, d.serial, d.type, d.class, d.status, d.enabled, d.source, d.plug_text, \
        d.plug_at, d.manufactured_text, d.manufactured_at, d.commissioned_text, d.commissioned_at, \
        d.verified_text, d.verified_at, d.next_verification_text, d.next_verification_at, \
        d.latitude, d.longitude, d.altitude, d.act, d.reserve, d.attributes, \
        (SELECT uuid FROM device_group WHERE id = d.device_group), \
        (SELECT uuid FROM device_key WHERE id = d.parent), d.time_zone, d.added, d.revision, \
        a.last_success, a.last_attempt, a.last_code, a.failures
        """
    private static let deviceTables = """
        device d JOIN device_key k ON k.id = d.id JOIN project p ON p.id = d.project \
        JOIN device_contact a ON a.device = d.id
        """
    /// The same for lists in the order of the last contact: its index gives them.
    private static let contactTables = """
        device_contact a CROSS JOIN device d ON d.id = a.device JOIN device_key k ON k.id = d.id \
        JOIN project p ON p.id = d.project
        """

    /// Lists devices of a project.
    package func devices(
        in project: UUID, _ query: Query<DeviceField> = Query()
    ) throws(StoreError) -> Page<Device> {
        var source = try deviceList(project)
        if query.sort == .lastSuccess {
            source.tables = Self.contactTables
            source.scope = "a.project = ?"
            source.key = "a.place"
        }
        return try page(query, from: source, column: \.column, as: device)
    }

    func deviceList(_ project: UUID) throws(StoreError) -> ListSource {
        ListSource(
            columns: Self.deviceColumns, tables: Self.deviceTables, scope: "d.project = ?",
            arguments: [try key(.project, project)], key: "d.place")
    }

    /// Reads one device.
    ///
    /// - Throws: `.notFound`.
    package func device(_ id: UUID) throws(StoreError) -> Device {
        let found = try database.first(
            "SELECT \(Self.deviceColumns) FROM \(Self.deviceTables) WHERE k.uuid = ?", id,
            as: device)
        guard let found else { throw .notFound(.device) }
        return found
    }

    /// Finds the devices of a project with a serial number; there may be several.
    package func devices(
        in project: UUID, serialNumber: String
    ) throws(StoreError) -> [Device] {
        try database.rows(
            """
            SELECT \(Self.deviceColumns) FROM \(Self.deviceTables)
            WHERE d.project = ? AND d.serial = ? ORDER BY d.place
            """, try key(.project, project), serialNumber, as: device)
    }

    /// Lists the devices behind a concentrator.
    package func children(of device: UUID) throws(StoreError) -> [Device] {
        try database.rows(
            """
            SELECT \(Self.deviceColumns) FROM \(Self.deviceTables)
            WHERE d.parent = ? ORDER BY d.place
            """, try deviceKey(device), as: self.device)
    }

    private func device(_ row: inout Row) throws(StoreError) -> Device {
        let id = try row.uuid()
        var device = Device(
            id: id, project: try row.uuid(), serialNumber: row.text(), type: row.text(),
            deviceClass: row.text(), status: row.text(), enabled: row.bool(),
            source: try row.symbol(), plugDate: row.cardDate(), manufactured: row.cardDate(),
            commissioned: row.cardDate(), lastVerified: row.cardDate(),
            nextVerification: row.cardDate(), latitude: row.optionalReal(),
            longitude: row.optionalReal(), altitude: row.optionalReal(), act: row.text(),
            reserve: row.text(), attributes: try attributes(row.optionalBytes(), of: id),
            group: try row.optionalUUID(), parent: try row.optionalUUID(),
            timeZone: row.optionalText(), added: row.moment(), revision: row.integer())
        device.contact = row.contact()
        return device
    }

    private func attributes(
        _ sealed: [UInt8]?, of id: UUID
    ) throws(StoreError) -> SettingsText? {
        guard let sealed else { return nil }
        return SettingsText(try vault.openText(sealed, of: .device, id))
    }
}

extension Row {
    fileprivate mutating func cardDate() -> CardDate? {
        let text = optionalText()
        let moment = optionalMoment()
        return text.map { CardDate(text: $0, moment: moment) }
    }
}
