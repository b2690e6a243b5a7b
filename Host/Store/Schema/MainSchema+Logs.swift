extension Schema {
    /// The change log, the audit and the index of the extended journal.
    static let logTables = """
        CREATE TABLE change (
            sequence INTEGER PRIMARY KEY AUTOINCREMENT,
            project BLOB,
            entity TEXT NOT NULL,
            uuid BLOB NOT NULL,
            action TEXT NOT NULL,
            at INTEGER NOT NULL,
            data TEXT
        );

        CREATE TABLE audit (
            id INTEGER PRIMARY KEY,
            uuid BLOB NOT NULL UNIQUE,
            category TEXT NOT NULL,
            project BLOB,
            user BLOB,
            actor TEXT NOT NULL,
            address TEXT NOT NULL,
            symbol TEXT NOT NULL,
            parameters TEXT,
            at INTEGER NOT NULL
        );
        CREATE INDEX audit_category ON audit (category);

        -- Where a task's blocks of the extended journal lie; made anew from the segments if lost.
        CREATE TABLE trace_block (
            task BLOB NOT NULL,
            segment TEXT NOT NULL,
            position INTEGER NOT NULL,
            length INTEGER NOT NULL,
            PRIMARY KEY (task, segment, position)
        ) WITHOUT ROWID;
        CREATE INDEX trace_block_segment ON trace_block (segment, position);
        """
}
