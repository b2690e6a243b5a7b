import Reactor

/// Why the store did not do what it was asked to do.
///
/// Nothing of the failed call is kept: each call is a transaction of its own, or a savepoint in a
/// shared one. Only a batch's measurements may be on disk already, where repeating it changes nothing.
/// Bound values never enter an error, because some of them are secrets.
package enum StoreError: Error, Hashable, Sendable {
    /// No such row, or no longer.
    case notFound(Entity)
    /// The row was edited since the caller read it; `current` is the revision that it has now.
    case revisionMismatch(Entity, current: Int64)
    /// Another row has the same identifier, name or other unique value.
    case alreadyExists(Entity, field: String)
    /// Something else refers to the row, so that it cannot be deleted.
    case inUse(Entity, by: Entity?)
    /// An argument that makes no sense; `field` names it, `message` tells why.
    case invalid(field: String, message: String)
    /// A run or a task cannot go from the one state to the other.
    case illegalTransition(Entity, from: String, to: String)
    /// The database was written by a newer version of the product.
    case newerDatabase(path: String, found: Int, supported: Int)
    /// The file is a database of some other program.
    case foreignDatabase(path: String)
    /// The database holds sealed settings and their key file is not there.
    case keyMissing(path: String)
    /// The key file is there, but the settings were sealed with another key.
    case keyMismatch(path: String)
    /// The key file is not one: wrong size or open to other users.
    case keyUnusable(path: String, message: String)
    /// A stored secret does not open; the row was damaged or copied from another database.
    case unsealable(Entity)
    /// Another host works on this data directory.
    case locked(path: String)
    /// A system call on a file of the store failed; `errno` is its reason.
    case file(path: String, operation: String, errno: Int32)
    /// SQLite reported a failure.
    case database(DatabaseFailure)
    /// A stored value is not what its column promises.
    case malformed(String)
    /// The libraries that the store needs for sealing are missing or failed.
    case crypto(String)
    /// Something is there already, where something new was to be made; it is left alone.
    case alreadyThere(path: String)
    /// A backup is not whole, not of this product, or not what it was.
    case unusableBackup(path: String, message: String)
    /// The store is closed or closing.
    case closed
}

/// What SQLite said about a failed call.
package struct DatabaseFailure: Hashable, Sendable {
    /// What a caller can do about it.
    package enum Kind: Hashable, Sendable {
        /// The file system is full: free space, then try again.
        case full
        /// Another process kept the database locked for too long.
        case busy
        /// Reading or writing the file failed.
        case inputOutput
        /// The file is damaged or no database at all.
        case corrupt
        /// The question took so long that the log could not grow further: ask for less at once.
        case interrupted
        /// A constraint of the schema was violated.
        case constraint
        /// Anything else: a defect or an exhausted resource.
        case other
    }

    package var kind: Kind
    /// SQLite's extended result code.
    package var code: Int32
    /// SQLite's own words; they name tables and columns, never values.
    package var message: String

    package init(kind: Kind, code: Int32, message: String) {
        self.kind = kind
        self.code = code
        self.message = message
    }
}

extension StoreError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .notFound(let entity):
            "there is no such \(entity.rawValue)"
        case .revisionMismatch(let entity, let current):
            "the \(entity.rawValue) was changed by someone else and is now at revision \(current)"
        case .alreadyExists(let entity, let field):
            "another \(entity.rawValue) has the same \(field)"
        case .inUse(let entity, let user):
            if let user {
                "the \(entity.rawValue) is used by a \(user.rawValue)"
            } else {
                "the \(entity.rawValue) is in use"
            }
        case .invalid(let field, let message):
            "\(field): \(message)"
        case .illegalTransition(let entity, let from, let to):
            "a \(entity.rawValue) cannot go from \(from) to \(to)"
        case .newerDatabase(let path, let found, let supported):
            "\(path) was written by a newer version of Commline (schema \(found), this version "
                + "knows \(supported)): start that version, or restore a backup"
        case .foreignDatabase(let path):
            "\(path) is a database of another program: choose another data directory"
        case .keyMissing(let path):
            "the key file \(path) is missing and the database holds settings sealed with it: "
                + "restore the file from a backup"
        case .keyMismatch(let path):
            "the key file \(path) is not the one that the settings in the database were sealed "
                + "with: restore the right file from a backup"
        case .keyUnusable(let path, let message):
            "the key file \(path) cannot be used: \(message)"
        case .unsealable(let entity):
            "the sealed settings of a \(entity.rawValue) do not open: the row is damaged"
        case .locked(let path):
            "another Commline host works on \(path): stop it, or choose another data directory"
        case .file(let path, let operation, let errno):
            "\(operation) of \(path) failed: \(SystemError(operation, code: errno).reason) (errno \(errno))"
        case .database(let failure):
            failure.description
        case .malformed(let what):
            "a stored value is not what it should be: \(what)"
        case .crypto(let message):
            "settings cannot be sealed or opened: \(message)"
        case .alreadyThere(let path):
            "\(path) is there already: name a new folder, nothing is ever overwritten"
        case .unusableBackup(let path, let message):
            "the backup \(path) cannot be used: \(message)"
        case .closed:
            "the store is closed"
        }
    }
}

extension DatabaseFailure: CustomStringConvertible {
    package var description: String {
        let advice =
            switch kind {
            case .full: "the disk is full, free some space"
            case .busy: "another process keeps the database locked"
            case .inputOutput: "reading or writing the database file failed, check the disk"
            case .corrupt: "the database file is damaged, restore a backup"
            case .interrupted: "the question took too long, ask for less at once"
            case .constraint: "a rule of the database was violated"
            case .other: "the database refused"
            }
        return "\(advice) (SQLite \(code): \(message))"
    }
}
