extension Schema {
    /// Events, states and commands.
    static let recordTables = """
        CREATE TABLE event (
            id INTEGER PRIMARY KEY,
            device INTEGER NOT NULL REFERENCES device_key (id) ON DELETE CASCADE,
            project INTEGER NOT NULL,
            child TEXT NOT NULL,
            journal TEXT NOT NULL,
            type TEXT NOT NULL,
            time INTEGER NOT NULL,
            time_offset INTEGER NOT NULL,
            time_flags INTEGER NOT NULL,
            code INTEGER NOT NULL,
            has_index INTEGER NOT NULL,
            number INTEGER NOT NULL,
            parameters TEXT,
            received INTEGER NOT NULL,
            received_offset INTEGER NOT NULL,
            UNIQUE (device, time, journal, child, code, has_index, number)
        );

        CREATE TABLE state (
            id INTEGER PRIMARY KEY,
            device INTEGER NOT NULL REFERENCES device_key (id) ON DELETE CASCADE,
            project INTEGER NOT NULL,
            archive TEXT NOT NULL,
            type TEXT NOT NULL,
            child TEXT NOT NULL,
            value TEXT NOT NULL,
            time INTEGER NOT NULL,
            time_offset INTEGER NOT NULL,
            time_flags INTEGER NOT NULL,
            received INTEGER NOT NULL,
            received_offset INTEGER NOT NULL,
            confirmed INTEGER NOT NULL
        );
        CREATE INDEX state_key ON state (device, archive, type, child, time);

        CREATE TABLE command (
            id INTEGER PRIMARY KEY,
            uuid BLOB NOT NULL UNIQUE,
            project INTEGER NOT NULL REFERENCES project (id) ON DELETE CASCADE,
            device INTEGER NOT NULL REFERENCES device_key (id),
            task BLOB,
            item INTEGER,
            function TEXT NOT NULL,
            parameters TEXT,
            comment TEXT NOT NULL,
            user BLOB,
            initiator TEXT NOT NULL,
            state TEXT NOT NULL,
            result TEXT,
            created INTEGER NOT NULL,
            started INTEGER,
            finished INTEGER,
            stages TEXT NOT NULL,
            revision INTEGER NOT NULL
        );
        CREATE INDEX command_project ON command (project);
        CREATE INDEX command_device ON command (device);
        CREATE INDEX command_task ON command (task) WHERE task IS NOT NULL;
        """
}
