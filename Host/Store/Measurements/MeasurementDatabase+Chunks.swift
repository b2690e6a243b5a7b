import Values

/// A chunk as it lies in a file.
struct StoredChunk {
    /// The subject's number, and below it the time of the first entry.
    var id: Int64
    var chunk: Chunk
}

extension MeasurementDatabase {
    /// Bits of a chunk's key that tell the time of its first entry.
    private static let timeBits: Int64 = 32

    static func chunkID(_ subject: Int64, _ time: UInt32) -> Int64 {
        subject << timeBits | Int64(time)
    }

    static func start(of id: Int64) -> UInt32 {
        UInt32(truncatingIfNeeded: id)
    }

    /// Counts an instant from the month's base; what lies outside of the month is moved to its edge.
    func time(_ milliseconds: Int64) -> UInt32 {
        let (distance, overflow) = milliseconds.subtractingReportingOverflow(month.base)
        if overflow { return milliseconds < month.base ? 0 : .max }
        return UInt32(clamping: distance)
    }

    /// Goes through a subject's entries of a period in order of time, as long as `visit` wants more.
    ///
    /// `visit` gets the entry and the reader, which knows its text.
    func visit(
        subject: Int64, from: UInt32, through: UInt32,
        _ visit: (PackedEntry, inout ChunkReader) throws(StoreError) -> Bool
    ) throws(StoreError) {
        guard from <= through else { return }
        let statement = try connection.statement(
            """
            SELECT id, entries FROM chunk
            WHERE id >= coalesce((SELECT max(id) FROM chunk WHERE id BETWEEN ?1 AND ?2), ?2)
                AND id <= ?3 ORDER BY id
            """)
        defer { statement.reset() }
        try statement.bind(Self.chunkID(subject, 0), at: 1)
        try statement.bind(Self.chunkID(subject, from), at: 2)
        try statement.bind(Self.chunkID(subject, through), at: 3)
        while try statement.step() {
            var row = Row(statement)
            let start = Self.start(of: row.integer())
            let goesOn = try row.borrowBytes { (bytes) throws(StoreError) in
                var reader = try ChunkReader(bytes, start: start)
                while let entry = try reader.next() {
                    if entry.time < from { continue }
                    if entry.time > through { return false }
                    guard try visit(entry, &reader) else { return false }
                }
                return true
            }
            if !goesOn { return }
        }
    }

    /// Reads the chunk that begins at a time or last before it.
    func chunk(_ subject: Int64, at time: UInt32) throws(StoreError) -> StoredChunk? {
        try stored(
            "SELECT id, entries FROM chunk WHERE id BETWEEN ? AND ? ORDER BY id DESC LIMIT 1",
            Self.chunkID(subject, 0), Self.chunkID(subject, time))
    }

    /// Reads the first chunk that begins after a time.
    func chunk(_ subject: Int64, after time: UInt32) throws(StoreError) -> StoredChunk? {
        try stored(
            "SELECT id, entries FROM chunk WHERE id > ? AND id <= ? ORDER BY id LIMIT 1",
            Self.chunkID(subject, time), Self.chunkID(subject, .max))
    }

    /// Tells when the first chunk after a time begins.
    func chunkStart(_ subject: Int64, after time: UInt32) throws(StoreError) -> UInt32? {
        let statement = try connection.statement(
            "SELECT id FROM chunk WHERE id > ? AND id <= ? ORDER BY id LIMIT 1")
        defer { statement.reset() }
        try statement.bind(Self.chunkID(subject, time), at: 1)
        try statement.bind(Self.chunkID(subject, .max), at: 2)
        guard try statement.step() else { return nil }
        var row = Row(statement)
        return Self.start(of: row.integer())
    }

    private func stored(
        _ sql: String, _ low: Int64, _ high: Int64
    ) throws(StoreError) -> StoredChunk? {
        let statement = try connection.statement(sql)
        defer { statement.reset() }
        try statement.bind(low, at: 1)
        try statement.bind(high, at: 2)
        guard try statement.step() else { return nil }
        var row = Row(statement)
        let id = row.integer()
        let chunk = try row.borrowBytes { (bytes) throws(StoreError) in
            try Chunk(bytes, start: Self.start(of: id))
        }
        return StoredChunk(id: id, chunk: chunk)
    }

    /// Writes a subject's chunk, cut into parts where it has grown too long.
    ///
    /// It comes in place of the one with the key `old`, which is nil for none.
    func store(_ chunk: Chunk, subject: Int64, replacing old: Int64?) throws(StoreError) {
        if let old, let first = chunk.entries.first, old != Self.chunkID(subject, first.time) {
            try connection.run("DELETE FROM chunk WHERE id = ?", old)
        }
        try Self.store(chunk, subject: subject, in: connection)
    }

    static func store(
        _ chunk: Chunk, subject: Int64, in connection: Connection
    ) throws(StoreError) {
        if chunk.entries.isEmpty { return }
        let statement = try connection.statement("REPLACE INTO chunk (id, entries) VALUES (?, ?)")
        defer { statement.reset() }
        var begin = 0
        for end in chunk.cuts {
            try statement.bind(chunkID(subject, chunk.entries[begin].time), at: 1)
            try statement.bind(ChunkWriter.bytes(chunk, begin..<end), at: 2)
            _ = try statement.step()
            begin = end
        }
    }
}
