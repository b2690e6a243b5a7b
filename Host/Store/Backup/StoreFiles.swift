import Glibc

/// The files of a data directory by what they are, for those who look at it from outside.
package struct StoreFiles: Sendable {
    /// What a file is.
    package enum Role: String, Hashable, Sendable {
        case main, measurements, trace, key
        /// A database's log or its index: part of the database beside it.
        case log
        /// The lock of a running host.
        case lock
        /// Nothing of ours, or what an interrupted step left.
        case unknown
    }

    package struct File: Hashable, Sendable {
        /// Below the data directory, as `measurements/END_OF_DAY/2026-11.sqlite`.
        package var path: String
        package var role: Role
        package var bytes: Int64
    }

    /// In the order of their paths.
    package private(set) var files: [File] = []

    /// Lists a data directory.
    package init(in folder: String) throws(StoreError) {
        for name in try Folder.names(in: folder) {
            switch name {
            case "measurements":
                for archive in try Folder.names(in: "\(folder)/measurements") {
                    try add(folder, "measurements/\(archive)") { name in
                        Self.role(ofMeasurements: name, archive)
                    }
                }
            case "trace":
                try add(folder, "trace") { TraceSegmentName($0) == nil ? .unknown : .trace }
            case Store.backupFolder: continue
            case "main.sqlite": add(folder, name, .main)
            case "main.sqlite-wal", "main.sqlite-shm": add(folder, name, .log)
            case "secret.key": add(folder, name, .key)
            case "lock": add(folder, name, .lock)
            default: add(folder, name, .unknown)
            }
        }
        files.sort { $0.path < $1.path }
    }

    private static func role(ofMeasurements name: String, _ archive: String) -> Role {
        for suffix in ["-wal", "-shm"] where name.hasSuffix(suffix) {
            let database = String(name.dropLast(suffix.count))
            return MeasurementMonth(archive: archive, fileName: database) == nil ? .unknown : .log
        }
        return MeasurementMonth(archive: archive, fileName: name) == nil ? .unknown : .measurements
    }

    private mutating func add(
        _ folder: String, _ below: String, _ role: (String) -> Role
    ) throws(StoreError) {
        for name in try Folder.names(in: "\(folder)/\(below)") {
            add(folder, "\(below)/\(name)", role(name))
        }
    }

    private mutating func add(_ folder: String, _ path: String, _ role: Role) {
        var status = stat()
        guard lstat("\(folder)/\(path)", &status) == 0 else { return }
        files.append(File(path: path, role: role, bytes: Int64(status.st_size)))
    }

    /// The files of one role.
    package func all(_ role: Role) -> [File] { files.filter { $0.role == role } }

    /// Counts the bytes of all measurement files of a data directory.
    package static func bytes(ofMeasurementsIn folder: String) throws(StoreError) -> Int64 {
        try StoreFiles(in: folder).files.reduce(0) { sum, file in
            file.path.hasPrefix("measurements/") ? sum + file.bytes : sum
        }
    }
}
