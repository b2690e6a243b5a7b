import Glibc

/// Looks at a data directory from outside and says what is wrong with it and what to do; it changes nothing.
package enum Doctor {
    package struct Finding: Hashable, Sendable {
        package enum Severity: String, Hashable, Sendable, Comparable {
            case fine, warning, damage

            package static func < (left: Severity, right: Severity) -> Bool {
                left.rank < right.rank
            }

            private var rank: Int {
                switch self {
                case .fine: 0
                case .warning: 1
                case .damage: 2
                }
            }
        }

        package var severity: Severity
        /// The file, below the data directory; or what else it is about.
        package var subject: String
        package var message: String
        /// What to do; empty where nothing is to be done.
        package var advice: String
    }

    /// Examines a data directory; a running host is not disturbed.
    ///
    /// - Throws: Only when the directory cannot be listed.
    package static func examine(_ path: String) throws(StoreError) -> [Finding] {
        guard FileIdentity(path) != nil else {
            throw .file(path: path, operation: "opening", errno: ENOENT)
        }
        let directory = DataDirectory(path: path)
        let files = try StoreFiles(in: path)
        var findings: [Finding] = []
        findings.append(lock(directory))
        findings.append(contentsOf: main(directory, files))
        for file in files.all(.measurements) { findings.append(measurements(file, path)) }
        findings += orphans(files, path)
        findings += space(path, files)
        return findings
    }

    private static func lock(_ directory: DataDirectory) -> Finding {
        guard FileIdentity(directory.lock) != nil else {
            return Finding(
                severity: .fine, subject: "lock", message: "no host works on it", advice: "")
        }
        do throws(StoreError) {
            _ = try DataLock(directory.lock)
            return Finding(
                severity: .fine, subject: "lock", message: "no host works on it", advice: "")
        } catch {
            return Finding(
                severity: .fine, subject: "lock", message: "a host works on it now", advice: "")
        }
    }

    private static func main(_ directory: DataDirectory, _ files: StoreFiles) -> [Finding] {
        guard !files.all(.main).isEmpty else {
            return [
                Finding(
                    severity: .damage, subject: "main.sqlite", message: "it is missing",
                    advice: "restore a backup (commline restore), or name another data directory")
            ]
        }
        var findings: [Finding] = []
        do throws(StoreError) {
            let database = try Connection(path: directory.database, mode: .readOnly)
            try database.prepareForReading()
            findings.append(try examine(database, "main.sqlite", Schema.main))
            try Store.tryKey(directory, database)
            findings.append(
                Finding(
                    severity: .fine, subject: "secret.key", message: "opens the sealed settings",
                    advice: ""))
            findings += try archives(database, files)
        } catch {
            findings.append(failure(error, "main.sqlite"))
        }
        return findings
    }

    private static func measurements(_ file: StoreFiles.File, _ path: String) -> Finding {
        do throws(StoreError) {
            let database = try Connection(path: "\(path)/\(file.path)", mode: .readOnly)
            try database.prepareForReading()
            return try examine(database, file.path, Schema.measurements)
        } catch {
            return failure(error, file.path)
        }
    }

    private static func examine(
        _ database: Connection, _ name: String, _ schema: Schema
    ) throws(StoreError) -> Finding {
        let version = try schema.check(database)
        if let problem = try database.integrityProblems().first {
            return Finding(
                severity: .damage, subject: name, message: "damaged: \(problem)",
                advice: "stop the host, and restore a backup into a new data directory")
        }
        if version < schema.version {
            return Finding(
                severity: .fine, subject: name,
                message: "sound, schema \(version); the next start brings it to \(schema.version)",
                advice: "")
        }
        return Finding(
            severity: .fine, subject: name, message: "sound, schema \(version)", advice: "")
    }

    /// Finds folders of measurements that no archive owns: retention never looks into them.
    private static func archives(
        _ database: Connection, _ files: StoreFiles
    ) throws(StoreError) -> [Finding] {
        let known = Set(
            try database.rows("SELECT id FROM archive") { (row) throws(StoreError) in row.text() })
        let folders = Set(
            files.all(.measurements).compactMap { file in
                file.path.split(separator: "/").dropFirst().first.map { String($0) }
            })
        return folders.subtracting(known).sorted().map { folder in
            Finding(
                severity: .warning, subject: "measurements/\(folder)",
                message: "there is no such archive",
                advice: "nobody reads it and retention does not delete it: move it away")
        }
    }

    private static func orphans(_ files: StoreFiles, _ path: String) -> [Finding] {
        let names = Set(files.files.map(\.path))
        return files.files.compactMap { file in
            switch file.role {
            case .unknown:
                return Finding(
                    severity: .warning, subject: file.path, message: "no file of Commline's",
                    advice: "move it away if it is not yours")
            case .log where !names.contains(String(file.path.dropLast(4))):
                return Finding(
                    severity: .warning, subject: file.path,
                    message: "a log without its database",
                    advice: "move it away: a new database of that name would take it for its own")
            default: return nil
            }
        }
    }

    /// Less free space than this is told.
    private static let little: Int64 = 1 << 30

    private static func space(_ path: String, _ files: StoreFiles) -> [Finding] {
        guard let free = StoreHealth(folder: path, reserve: 0).freeBytes else { return [] }
        let used = files.files.reduce(0) { $0 + $1.bytes }
        let message = "\(free >> 20) MiB free, \(used >> 20) MiB used by the store"
        if free < little {
            return [
                Finding(
                    severity: .warning, subject: "disk", message: message,
                    advice: "free some space, or shorten the archives' retention")
            ]
        }
        return [Finding(severity: .fine, subject: "disk", message: message, advice: "")]
    }

    private static func failure(_ error: StoreError, _ subject: String) -> Finding {
        Finding(
            severity: .damage, subject: subject, message: error.description,
            advice: "see the message; a backup is restored with commline restore")
    }
}
