import Glibc

/// The measurement files that a thread has open; the one used longest ago is closed for a new one.
final class MeasurementFiles {
    let folder: String
    private let mode: Connection.Mode
    private let capacity: Int
    private var loaded: [MeasurementMonth: MeasurementDatabase] = [:]
    private var uses: UInt64 = 0
    /// Corrections that are in the files and perhaps not in the audit: the next transaction sees to it.
    var unaudited: [CorrectionNote] = []

    init(folder: String, mode: Connection.Mode, capacity: Int) {
        self.folder = folder
        self.mode = mode
        self.capacity = capacity
    }

    /// Opens the file of a month, or takes the open one.
    ///
    /// - Returns: Nil when there is none; a writer makes it instead.
    func database(_ month: MeasurementMonth) throws(StoreError) -> MeasurementDatabase? {
        uses += 1
        if let database = loaded[month] {
            if mode == .readWrite || database.file == FileIdentity("\(folder)/\(month.path)") {
                database.lastUse = uses
                return database
            }
            // Retention deleted the file; there may be a new one of the same name.
            forget(month)
        }
        guard let database = try load(month) else { return nil }
        makeRoom()
        database.lastUse = uses
        loaded[month] = database
        return database
    }

    /// Lists the months of an archive that have a file and overlap a period.
    func months(
        of archive: String, from: Int64, through: Int64
    ) throws(StoreError) -> [MeasurementMonth] {
        try checkArchiveSymbol(archive)
        let plausible = RecordTime.plausible
        guard from <= through, through >= plausible.lowerBound, from < plausible.upperBound else {
            return []
        }
        let first = MeasurementMonth(archive: archive, holding: max(from, plausible.lowerBound))
        let last = MeasurementMonth(
            archive: archive, holding: min(through, plausible.upperBound - 1))
        return try Folder.names(in: "\(folder)/\(archive)").compactMap { name in
            MeasurementMonth(archive: archive, fileName: name)
        }.filter { (first...last).contains($0) }.sorted()
    }

    /// Lets go of everything; the writer moves the logs into the files before.
    func closeAll() {
        for database in loaded.values { letGo(database) }
        loaded = [:]
    }

    /// Lets go of a file that is about to be deleted.
    func forget(_ month: MeasurementMonth) {
        loaded[month] = nil
    }

    private func load(_ month: MeasurementMonth) throws(StoreError) -> MeasurementDatabase? {
        let path = "\(folder)/\(month.path)"
        switch mode {
        case .readOnly:
            guard access(path, F_OK) == 0 else { return nil }
            let connection = try Connection(path: path, mode: .readOnly)
            // A file that is only just being made has nothing to read.
            guard try Schema.measurements.check(connection) > 0 else { return nil }
            return try MeasurementDatabase(
                month: month, connection: connection, file: FileIdentity(path))
        case .readWrite:
            try Folder.make("\(folder)/\(month.archive)")
            try Folder.makeFile(path)
            let connection = try Connection(path: path, mode: .readWrite)
            try connection.prepareForWriting()
            try Schema.measurements.migrate(connection)
            let database = try MeasurementDatabase(
                month: month, connection: connection, file: FileIdentity(path))
            let notes = try database.unauditedCorrections()
            database.hasUnaudited = !notes.isEmpty
            unaudited += notes
            return database
        }
    }

    /// Closes the file used longest ago that no transaction holds.
    private func makeRoom() {
        guard loaded.count >= capacity else { return }
        let idle = loaded.values.filter { !$0.connection.isInTransaction }
        guard let oldest = idle.min(by: { $0.lastUse < $1.lastUse }) else { return }
        loaded[oldest.month] = nil
        letGo(oldest)
    }

    /// A file is closed as soon as nobody reads from it any more.
    private func letGo(_ database: MeasurementDatabase) {
        if mode == .readWrite { database.connection.checkpoint() }
    }
}

/// Refuses what could not be the symbol of an archive, because it becomes the name of a folder.
func checkArchiveSymbol(_ symbol: String) throws(StoreError) {
    let isSymbol = symbol.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
            UInt8(ascii: "_"):
            true
        default:
            false
        }
    }
    guard isSymbol, (1...64).contains(symbol.utf8.count) else {
        throw .invalid(field: "archive", message: "not the symbol of an archive")
    }
}
