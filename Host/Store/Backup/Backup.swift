import CSQLite
import Glibc

/// Copies a data directory while the host works on it, or while it rests.
///
/// The main database is copied first and the measurements after it: a host commits in the other order, so
/// that the copy is what a power cut leaves, and replaying what it lacks changes nothing. Each database is
/// copied from one view of it; neither writers nor readers wait.
package enum Backup {
    /// What goes into a backup besides the databases.
    package struct Options: Hashable, Sendable {
        /// The key of the sealed settings.
        ///
        /// With it the backup restores by itself, and whoever has the backup has the devices' passwords.
        package var includesKey: Bool
        /// The extended journal.
        package var includesTrace: Bool
        /// Bytes of the disk that it leaves free: it must not be the reason why collection pauses.
        var reserveBytes: Int64 = 256 << 20

        package init(includesKey: Bool = false, includesTrace: Bool = false) {
            self.includesKey = includesKey
            self.includesTrace = includesTrace
        }
    }

    /// Makes a backup; this blocks for as long as copying takes.
    ///
    /// - Parameters:
    ///   - data: The data directory.
    ///   - target: A folder that does not exist. It has its name once it is whole.
    ///   - options: What goes into it.
    ///   - now: The host's time.
    /// - Returns: What it holds.
    /// - Throws: `.alreadyThere`, or why it could not be made; nothing is left then.
    package static func make(
        of data: String, to target: String, _ options: Options = Options(),
        now: Moment = Moment.now()
    ) throws(StoreError) -> BackupManifest {
        guard FileIdentity(target) == nil else { throw .alreadyThere(path: target) }
        let source = DataDirectory(path: data)
        guard FileIdentity(source.database) != nil else {
            throw .file(path: source.database, operation: "opening", errno: ENOENT)
        }
        try checkSpace(for: data, at: Folder.parent(of: target), options)
        return try Folder.makeWhole(target, as: target + ".part") { (part) throws(StoreError) in
            try fill(part, from: source, options, now)
        }
    }

    /// Refuses a backup that would not fit.
    private static func checkSpace(
        for data: String, at place: String, _ options: Options
    ) throws(StoreError) {
        let needed = try StoreFiles(in: data).files.reduce(options.reserveBytes) { sum, file in
            file.role == .trace && !options.includesTrace ? sum : sum + file.bytes
        }
        guard let free = StoreHealth(folder: place, reserve: 0).freeBytes, free < needed else {
            return
        }
        throw .noRoom(path: place, needed: needed, free: free)
    }

    private static func fill(
        _ part: String, from source: DataDirectory, _ options: Options, _ now: Moment
    ) throws(StoreError) -> BackupManifest {
        var manifest = BackupManifest(made: now, includesKey: options.includesKey)
        func note(_ path: String) throws(StoreError) {
            manifest.files.append((path, try FileCopy.seal("\(part)/\(path)")))
        }
        try copyDatabase("main.sqlite", from: source.path, to: part)
        try note("main.sqlite")
        let files = try StoreFiles(in: source.path)
        try Folder.make("\(part)/measurements")
        for file in files.all(.measurements) {
            try Folder.make(Folder.parent(of: "\(part)/\(file.path)"))
            // Retention may delete a file at any moment; then it is no part of the backup either.
            guard FileIdentity("\(source.path)/\(file.path)") != nil else { continue }
            try copyDatabase(file.path, from: source.path, to: part)
            try note(file.path)
        }
        var others = files.all(.plugin)
        if options.includesKey { others += files.all(.key) }
        if options.includesTrace { others += files.all(.trace) }
        for file in others {
            try Folder.makeParents(of: file.path, in: part)
            let seal = try FileCopy.copy(
                "\(source.path)/\(file.path)", to: "\(part)/\(file.path)")
            manifest.files.append((file.path, seal))
        }
        try FileCopy.write(
            Array(manifest.text.utf8), toNew: "\(part)/\(BackupManifest.fileName)")
        try Folder.synchroniseAll(part)
        return manifest
    }

    /// Copies one database as it is at this moment into a single file.
    private static func copyDatabase(
        _ path: String, from folder: String, to target: String
    ) throws(StoreError) {
        let source = try Connection(path: "\(folder)/\(path)", mode: .readOnly)
        try Folder.makeFile("\(target)/\(path)")
        let copy = try Connection(path: "\(target)/\(path)", mode: .readWrite)
        try copy.execute("PRAGMA synchronous = OFF")
        // One view for the whole copy: without it a writer would make it begin anew each time.
        try source.execute("BEGIN")
        _ = try source.integer("SELECT count(*) FROM sqlite_schema")
        guard let backup = sqlite3_backup_init(copy.handle, "main", source.handle, "main") else {
            throw copy.failure(sqlite3_errcode(copy.handle))
        }
        var code = SQLITE_OK
        while code == SQLITE_OK { code = sqlite3_backup_step(backup, 8_192) }
        sqlite3_backup_finish(backup)
        guard code == SQLITE_DONE else { throw copy.failure(code) }
        try source.execute("COMMIT")
        // A log beside it would be a second file; the store makes it one again when it opens it.
        try copy.execute("PRAGMA journal_mode = DELETE")
    }
}

extension Store {
    /// Makes a backup below the data directory while the host works.
    ///
    /// - Parameters:
    ///   - name: The folder's name below `backups`.
    ///   - options: What goes into it.
    /// - Returns: What it holds.
    /// - Throws: `.alreadyThere` for a name that is taken.
    package func backUp(
        as name: String, _ options: Backup.Options = Backup.Options()
    ) async throws(StoreError) -> BackupManifest {
        let (path, now) = (path, now)
        return try await Self.onOwnThread("store-backup") { () throws(StoreError) in
            let folder = "\(path)/\(Store.backupFolder)"
            try Folder.make(folder)
            return try Backup.make(of: path, to: "\(folder)/\(name)", options, now: now)
        }
    }

    /// Lists the whole backups below the data directory, the newest first.
    package func backups() throws(StoreError) -> [(name: String, manifest: BackupManifest)] {
        let folder = "\(path)/\(Store.backupFolder)"
        var found: [(name: String, manifest: BackupManifest)] = []
        for name in try Folder.names(in: folder) where !name.hasSuffix(".part") {
            guard let manifest = try? BackupManifest(of: "\(folder)/\(name)") else { continue }
            found.append((name, manifest))
        }
        return found.sorted { $0.manifest.made > $1.manifest.made }
    }
}
