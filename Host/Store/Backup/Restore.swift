import Glibc

/// Makes a data directory from a backup.
package enum Restore {
    /// Restores into a folder that is not there, or empty; a live one is never touched.
    ///
    /// Every file is compared with its digest as it is copied, every database is checked whole, and the key
    /// is tried, before the folder gets its name.
    ///
    /// - Parameters:
    ///   - backup: The folder of the backup.
    ///   - target: The data directory to make.
    ///   - keyFile: The key of the sealed settings, for a backup without it.
    /// - Returns: What was restored.
    /// - Throws: `.alreadyThere`, `.unusableBackup`, `.keyMissing`, `.keyMismatch`, `.newerDatabase`.
    package static func carryOut(
        _ backup: String, to target: String, keyFile: String? = nil
    ) throws(StoreError) -> BackupManifest {
        let manifest = try BackupManifest(of: backup)
        if FileIdentity(target) != nil, try !Folder.names(in: target).isEmpty {
            throw .alreadyThere(path: target)
        }
        try Folder.makeWhole(target, as: target + ".restoring") { (part) throws(StoreError) in
            try fill(part, from: backup, manifest, keyFile)
        }
        return manifest
    }

    private static func fill(
        _ part: String, from backup: String, _ manifest: BackupManifest, _ keyFile: String?
    ) throws(StoreError) {
        let directory = DataDirectory(path: part)
        try directory.prepare()
        for (path, seal) in manifest.files {
            try Folder.makeParents(of: path, in: part)
            let found = try FileCopy.copy("\(backup)/\(path)", to: "\(part)/\(path)")
            guard found == seal else {
                throw .unusableBackup(path: backup, message: "\(path) is not what was backed up")
            }
        }
        if let keyFile, !manifest.includesKey {
            _ = try FileCopy.copy(keyFile, to: directory.keyFile)
        }
        let main = try Connection(path: directory.database, mode: .readWrite)
        try Schema.main.check(main)
        try Store.tryKey(directory, main)
        for file in try StoreFiles(in: part).files {
            switch file.role {
            case .main: try examine(main, file.path, backup)
            case .measurements:
                let database = try Connection(path: "\(part)/\(file.path)", mode: .readWrite)
                try Schema.measurements.check(database)
                try examine(database, file.path, backup)
            default: continue
            }
        }
        try Folder.synchroniseAll(part)
    }

    private static func examine(
        _ database: Connection, _ path: String, _ backup: String
    ) throws(StoreError) {
        guard let problem = try database.integrityProblems().first else { return }
        throw .unusableBackup(path: backup, message: "\(path) is damaged: \(problem)")
    }
}
