import Glibc

extension MeasurementFiles {
    /// Opens the files that were not closed in order, which replays their logs and finds the
    /// corrections that the audit does not know yet.
    func recover() throws(StoreError) {
        for archive in try Folder.names(in: folder) {
            for name in try Folder.names(in: "\(folder)/\(archive)") where name.hasSuffix("-wal") {
                let file = String(name.dropLast(4))
                guard let month = MeasurementMonth(archive: archive, fileName: file) else {
                    continue
                }
                _ = try database(month)
            }
        }
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
