extension Schema {
    /// A file of measurements: one archive, one month.
    ///
    /// `value` holds series × time and little else. A series is `subject << 14 | kind`, so that all
    /// series of a device lie together and no table of series is needed. `time` counts milliseconds
    /// from the middle of the month, `received` from the row's own time; both then take four bytes.
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
                """)
        ])
}
