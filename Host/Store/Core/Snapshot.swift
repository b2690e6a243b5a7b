import Values

/// A consistent view of the main database, good for the length of one call of `Store.read`.
///
/// Its methods are the store's questions; they are synchronous because they run on a reader's thread.
package class Snapshot {
    let database: Connection
    let vault: Vault
    let measurementFiles: MeasurementFiles
    let traceFolder: String

    init(
        database: Connection, vault: Vault, measurementFiles: MeasurementFiles, traceFolder: String
    ) {
        self.database = database
        self.vault = vault
        self.measurementFiles = measurementFiles
        self.traceFolder = traceFolder
    }

    /// Finds the integer key of a row.
    ///
    /// - Throws: `.notFound` when there is none.
    func key(_ entity: Entity, _ id: UUID) throws(StoreError) -> Int64 {
        guard let key = try optionalKey(entity, id) else { throw .notFound(entity) }
        return key
    }

    /// Finds the integer key of a row that may be unknown.
    func optionalKey(_ entity: Entity, _ id: UUID) throws(StoreError) -> Int64? {
        try database.integer("SELECT id FROM \(entity.keyTable) WHERE uuid = ?", id)
    }

    /// Finds the integer key of a row that must be in one project.
    func key(_ entity: Entity, _ id: UUID, in project: Int64) throws(StoreError) -> Int64 {
        let found = try database.integer(
            "SELECT id FROM \(entity.keyTable) WHERE uuid = ? AND project = ?", id, project)
        guard let found else { throw .notFound(entity) }
        return found
    }

    /// Finds the integer key of a device that exists, not only of its records.
    func deviceKey(_ id: UUID) throws(StoreError) -> Int64 {
        let found = try database.integer(
            "SELECT d.id FROM device_key k JOIN device d ON d.id = k.id WHERE k.uuid = ?", id)
        guard let found else { throw .notFound(.device) }
        return found
    }

    /// Finds the integer key of a device that exists in one project.
    func deviceKey(_ id: UUID, in project: Int64) throws(StoreError) -> Int64 {
        let found = try database.integer(
            """
            SELECT d.id FROM device_key k JOIN device d ON d.id = k.id
            WHERE k.uuid = ? AND d.project = ?
            """, id, project)
        guard let found else { throw .notFound(.device) }
        return found
    }
}

extension Entity {
    /// The table that holds the entity's `uuid`.
    var keyTable: String {
        switch self {
        case .session: "login_session"
        case .token: "api_token"
        case .group: "device_group"
        case .device: "device_key"
        default: rawValue
        }
    }
}
