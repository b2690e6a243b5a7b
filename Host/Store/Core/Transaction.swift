import JSON
import Values

/// The view of one caller who changes the main database, good for the length of `Store.write`.
///
/// All its changes are kept, or none: a thrown error undoes them, and those of other callers whose
/// changes are committed at the same time stay. What it reads includes its own changes.
package final class Transaction: Snapshot {
    /// The host's time, the same for all changes of the transaction.
    package let now: Moment
    private let ids: IDSource
    /// Whether listeners of the change log have something to read after the commit.
    private(set) var hasChanges = false

    init(
        database: Connection, vault: Vault, measurementFiles: MeasurementFiles, traceFolder: String,
        ids: IDSource, now: Moment
    ) {
        self.ids = ids
        self.now = now
        super.init(
            database: database, vault: vault, measurementFiles: measurementFiles,
            traceFolder: traceFolder)
    }

    /// Makes an identifier for a new row: a UUID of version 7, above all that were made before.
    package func newID() -> UUID { ids.next(now) }

    /// Writes an entry of the change log.
    func record(
        _ action: ChangeAction, _ entity: Entity, _ id: UUID, project: UUID?,
        data: JSONValue = .null
    ) throws(StoreError) {
        try database.run(
            """
            INSERT INTO change (project, entity, uuid, action, at, data) VALUES (?, ?, ?, ?, ?, ?)
            """, project, entity.rawValue, id, action.rawValue, now, data.stored)
        hasChanges = true
    }

    /// Finds a row that is about to be edited.
    ///
    /// - Parameters:
    ///   - entity: What it is.
    ///   - id: Which one.
    ///   - expected: The revision that the caller has read; nil when it does not care.
    /// - Returns: The row's integer key.
    /// - Throws: `.notFound`, or `.revisionMismatch` when somebody else was faster.
    func editableKey(
        _ entity: Entity, _ id: UUID, expecting expected: Int64?
    ) throws(StoreError) -> Int64 {
        let sql =
            entity == .device
            ? """
            SELECT d.id, d.revision FROM device_key k JOIN device d ON d.id = k.id WHERE k.uuid = ?
            """
            : "SELECT id, revision FROM \(entity.keyTable) WHERE uuid = ?"
        let found = try database.first(sql, id) { (row) throws(StoreError) in
            (key: row.integer(), revision: row.integer())
        }
        guard let found else { throw .notFound(entity) }
        if let expected, expected != found.revision {
            throw .revisionMismatch(entity, current: found.revision)
        }
        return found.key
    }

    /// Deletes one row by its integer key.
    ///
    /// `user` is what can refer to the row, for the message when something does.
    func deleteRow(
        _ table: String, key: Int64, entity: Entity, usedBy user: Entity?
    ) throws(StoreError) {
        do throws(StoreError) {
            try database.run("DELETE FROM \(table) WHERE id = ?", key)
        } catch {
            throw error.isForeignKeyViolation ? .inUse(entity, by: user) : error
        }
    }
}
