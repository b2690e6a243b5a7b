import CSQLite

extension DatabaseFailure {
    /// Sorts SQLite's extended result code.
    init(code: Int32, message: String) {
        let kind: Kind =
            switch code & 0xFF {
            case SQLITE_FULL: .full
            case SQLITE_BUSY, SQLITE_LOCKED: .busy
            case SQLITE_IOERR, SQLITE_CANTOPEN, SQLITE_READONLY, SQLITE_PERM: .inputOutput
            case SQLITE_INTERRUPT: .interrupted
            case SQLITE_CORRUPT, SQLITE_NOTADB: .corrupt
            case SQLITE_CONSTRAINT: .constraint
            default: .other
            }
        self.init(kind: kind, code: code, message: message)
    }
}

extension StoreError {
    /// Translates a failed SQLite call.
    ///
    /// A violated unique rule becomes `.alreadyExists`: SQLite reports it only as text, in the fixed
    /// form `UNIQUE constraint failed: table.column, …`, so that it is read here and nowhere else.
    init(sqlite code: Int32, message: String) {
        // SQLITE_CONSTRAINT_UNIQUE and SQLITE_CONSTRAINT_PRIMARYKEY are macros over an expression,
        // which the importer does not bring over.
        let unique = SQLITE_CONSTRAINT | (8 << 8)
        let primaryKey = SQLITE_CONSTRAINT | (6 << 8)
        if code == unique || code == primaryKey, let (table, column) = Self.violated(message),
            let entity = Self.entities[table]
        {
            self = .alreadyExists(entity, field: column == "uuid" ? "id" : column)
        } else {
            self = .database(DatabaseFailure(code: code, message: message))
        }
    }

    /// Tells whether a delete was refused because something still refers to the row.
    var isForeignKeyViolation: Bool {
        if case .database(let failure) = self {
            return failure.code == SQLITE_CONSTRAINT | (3 << 8)
        }
        return false
    }

    private static let entities: [String: Entity] = [
        "project": .project, "user": .user, "role": .role, "login_session": .session,
        "api_token": .token, "device_group": .group, "device": .device, "device_key": .device,
        "channel": .channel, "protocol": .protocol, "commline": .commline, "job": .job, "run": .run,
        "task": .task, "command": .command,
    ]

    /// Finds the last `table.column` after the colon: the one that tells rows of a project apart.
    private static func violated(_ message: String) -> (table: String, column: String)? {
        guard let colon = message.lastIndex(of: ":"),
            let last = message[message.index(after: colon)...].split(separator: ",").last
        else { return nil }
        let parts = last.split(separator: ".").map { part in
            String(part.drop(while: { $0 == " " }))
        }
        return parts.count == 2 ? (parts[0], parts[1]) : nil
    }
}
