/// One numbered step of a database's schema.
///
/// A released step is never edited: what changes later is a new step.
struct Migration: Sendable {
    /// The `user_version` after the step; steps are numbered from 1 without gaps.
    let version: Int
    /// The statements; the step and its number are committed together.
    let sql: String
    /// What statements cannot do, carried out after them in the same transaction; nil for nothing.
    let rework: (@Sendable (Connection) throws(StoreError) -> Void)?

    init(
        _ version: Int, _ sql: String,
        rework: (@Sendable (Connection) throws(StoreError) -> Void)? = nil
    ) {
        self.version = version
        self.sql = sql
        self.rework = rework
    }
}

/// The schema of one kind of database: what marks it, and the steps that lead to it.
struct Schema: Sendable {
    /// The `application_id` of the file: it tells our databases from other programs'.
    let applicationID: Int64
    let migrations: [Migration]

    var version: Int { migrations.last?.version ?? 0 }

    /// Brings a database to the newest version, one transaction a step.
    ///
    /// Tests make old databases with `limit`, the version to stop at.
    ///
    /// - Throws: `.newerDatabase` or `.foreignDatabase` before anything is written.
    func migrate(_ connection: Connection, upTo limit: Int? = nil) throws(StoreError) {
        let found = try check(connection)
        for migration in migrations where migration.version > found {
            if let limit, migration.version > limit { return }
            try connection.execute("BEGIN IMMEDIATE")
            do throws(StoreError) {
                try connection.execute(migration.sql)
                try migration.rework?(connection)
                try connection.execute("PRAGMA application_id = \(applicationID)")
                try connection.execute("PRAGMA user_version = \(migration.version)")
                try connection.execute("COMMIT")
            } catch {
                if connection.isInTransaction { try connection.execute("ROLLBACK") }
                throw error
            }
        }
    }

    /// Tells the version of a database.
    ///
    /// - Returns: 0 for an empty file.
    /// - Throws: `.newerDatabase` or `.foreignDatabase`.
    @discardableResult
    func check(_ connection: Connection) throws(StoreError) -> Int {
        // In one transaction, because another connection may be making the schema just now.
        let isAlone = !connection.isInTransaction
        if isAlone { try connection.execute("BEGIN") }
        defer {
            // Nothing was written: how it ends does not matter.
            if isAlone { try? connection.execute("COMMIT") }
        }
        let mark = try connection.integer("PRAGMA application_id") ?? 0
        let found = Int(try connection.integer("PRAGMA user_version") ?? 0)
        let tables = try connection.integer("SELECT count(*) FROM sqlite_schema") ?? 0
        if mark != applicationID && (mark != 0 || found != 0 || tables != 0) {
            throw .foreignDatabase(path: connection.path)
        }
        if found > version {
            throw .newerDatabase(path: connection.path, found: found, supported: version)
        }
        return found
    }
}
