import Glibc

extension MeasurementFiles {
    /// Opens the files that were not closed in order, which replays their logs and finds the
    /// corrections that the audit does not know yet, and those of an older form, which brings them to
    /// this one before anybody reads them.
    func recover() throws(StoreError) {
        for archive in try Folder.names(in: folder) {
            let names = Set(try Folder.names(in: "\(folder)/\(archive)"))
            for name in names.sorted() {
                guard let month = MeasurementMonth(archive: archive, fileName: name),
                    names.contains(name + "-wal") || Self.isOld("\(folder)/\(month.path)")
                else { continue }
                _ = try database(month)
            }
        }
    }

    /// Tells from a file's first page, without opening it as a database, whether its form is old.
    private static func isOld(_ path: String) -> Bool {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        // SQLite's file format, section 1.3: the user version, four bytes at 60, big-endian.
        var bytes = [UInt8](repeating: 0, count: 4)
        guard pread(descriptor, &bytes, 4, 60) == 4 else { return false }
        let version = bytes.reduce(0) { $0 << 8 | Int($1) }
        return (1..<Schema.measurements.version).contains(version)
    }

    /// Deletes the files of an archive that lie wholly before an instant.
    ///
    /// - Returns: How many there were.
    func delete(archive: String, before instant: Int64) throws(StoreError) -> Int {
        guard instant > 0 else { return 0 }
        let kept = MeasurementMonth(archive: archive, holding: instant)
        var count = 0
        for name in try Folder.names(in: "\(folder)/\(archive)") {
            guard let month = MeasurementMonth(archive: archive, fileName: name), month < kept
            else { continue }
            forget(month)
            let path = "\(folder)/\(month.path)"
            // The log goes first: a log without its file would be taken for that of a new one.
            for suffix in ["-wal", "-shm", ""] { unlink(path + suffix) }
            count += 1
        }
        return count
    }
}
