extension Schema {
    /// A file of measurements: one archive, one month.
    ///
    /// A row of `chunk` holds consecutive measurements of one subject in all their quantities, packed
    /// by ``ChunkWriter``; its key is `subject << 32 | time of the first`, so that a device's month lies
    /// together and is found without an index. In `correction` a series is `subject << 14 | kind`,
    /// `time` counts milliseconds from the middle of the month, and `received` from the row's own time.
    ///
    /// Files of version 1 had a row a value.
    static let measurements = Schema(
        applicationID: 0x434D_4C4D,  // "CMLM"
        migrations: [
            Migration(
                1,
                """
                CREATE TABLE subject (
                    id INTEGER PRIMARY KEY,
                    device BLOB NOT NULL,
                    child TEXT NOT NULL,
                    project BLOB NOT NULL,
                    UNIQUE (device, child)
                );

                CREATE TABLE kind (
                    id INTEGER PRIMARY KEY,
                    quantity TEXT NOT NULL,
                    tag TEXT NOT NULL,
                    UNIQUE (quantity, tag)
                );

                CREATE TABLE shape (
                    id INTEGER PRIMARY KEY,
                    kind INTEGER NOT NULL,
                    exponent INTEGER NOT NULL,
                    status INTEGER NOT NULL,
                    time_offset INTEGER NOT NULL,
                    time_flags INTEGER NOT NULL,
                    stamp_delta INTEGER,
                    stamp_offset INTEGER NOT NULL,
                    stamp_flags INTEGER NOT NULL,
                    received_offset INTEGER NOT NULL,
                    corrected INTEGER NOT NULL
                );

                CREATE TABLE value (
                    series INTEGER NOT NULL,
                    time INTEGER NOT NULL,
                    shape INTEGER NOT NULL,
                    number,
                    received INTEGER NOT NULL,
                    PRIMARY KEY (series, time)
                ) WITHOUT ROWID;

                -- Displaced values. `audited` tells whether the audit in the main database has it:
                -- the two are committed one after the other.
                CREATE TABLE correction (
                    id INTEGER PRIMARY KEY,
                    uuid BLOB NOT NULL UNIQUE,
                    series INTEGER NOT NULL,
                    time INTEGER NOT NULL,
                    shape INTEGER NOT NULL,
                    number,
                    received INTEGER NOT NULL,
                    at INTEGER NOT NULL,
                    audited INTEGER NOT NULL
                );
                CREATE INDEX correction_key ON correction (series, time);
                CREATE INDEX correction_audit ON correction (audited) WHERE NOT audited;
                """),
            Migration(
                2,
                """
                CREATE TABLE chunk (
                    id INTEGER PRIMARY KEY,
                    entries BLOB NOT NULL
                );
                """, rework: packValues),
        ])

    /// Moves the rows of a file of version 1 into chunks.
    @Sendable private static func packValues(_ connection: Connection) throws(StoreError) {
        var chunk = Chunk()
        var owner: Int64 = 0
        func flush() throws(StoreError) {
            try MeasurementDatabase.store(chunk, subject: owner, in: connection)
            chunk = Chunk()
        }
        let bits = MeasurementDatabase.kindBits
        let old = try Statement(
            """
            SELECT series, time, shape, number, received FROM value
            ORDER BY series >> \(bits), time, series
            """, on: connection)
        while try old.step() {
            var row = Row(old)
            let (subject, kind) = MeasurementDatabase.parts(ofSeries: row.integer())
            // From the middle of the month to its base.
            let time = row.integer() &+ (1 << 31)
            guard let packed = UInt32(exactly: time) else { throw .malformed("an old measurement") }
            let shape = Int32(truncatingIfNeeded: row.integer())
            var text: String?
            var number: Int64 = 0
            if row.isText { text = row.text() } else { number = row.integer() }
            let isLong = chunk.entries.count >= Chunk.mostEntries * 2
            if subject != owner || isLong && chunk.entries.last?.time != packed { try flush() }
            owner = subject
            chunk.append(
                PackedEntry(
                    time: packed, kind: kind, shape: shape, number: number,
                    received: row.integer() &+ time),
                text: text)
        }
        try flush()
        old.reset()
        try connection.execute("DROP TABLE value")
    }
}
