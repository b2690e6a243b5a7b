extension Schema {
    /// Groups, devices, channels, protocols, lines and archives.
    static let configurationTables = """
        CREATE TABLE device_group (
            id INTEGER PRIMARY KEY,
            uuid BLOB NOT NULL UNIQUE,
            project INTEGER NOT NULL REFERENCES project (id) ON DELETE CASCADE,
            parent INTEGER REFERENCES device_group (id),
            name TEXT NOT NULL,
            description TEXT NOT NULL,
            is_default INTEGER NOT NULL,
            created INTEGER NOT NULL,
            revision INTEGER NOT NULL
        );
        CREATE UNIQUE INDEX device_group_name
            ON device_group (project, coalesce(parent, 0), name);
        CREATE UNIQUE INDEX device_group_default ON device_group (project) WHERE is_default;
        CREATE INDEX device_group_by_name ON device_group (project, name);
        CREATE INDEX device_group_parent ON device_group (parent);

        -- Outlives the device: its records refer to this key, and an import under the same
        -- identifier finds them again.
        CREATE TABLE device_key (
            id INTEGER PRIMARY KEY,
            uuid BLOB NOT NULL UNIQUE,
            project INTEGER NOT NULL REFERENCES project (id) ON DELETE CASCADE
        );
        CREATE INDEX device_key_project ON device_key (project);

        CREATE TABLE device (
            id INTEGER PRIMARY KEY REFERENCES device_key (id) ON DELETE CASCADE,
            project INTEGER NOT NULL REFERENCES project (id) ON DELETE CASCADE,
            place INTEGER NOT NULL,
            serial TEXT NOT NULL,
            type TEXT NOT NULL,
            class TEXT NOT NULL,
            status TEXT NOT NULL,
            enabled INTEGER NOT NULL,
            source TEXT NOT NULL,
            plug_text TEXT, plug_at INTEGER,
            manufactured_text TEXT, manufactured_at INTEGER,
            commissioned_text TEXT, commissioned_at INTEGER,
            verified_text TEXT, verified_at INTEGER,
            next_verification_text TEXT, next_verification_at INTEGER,
            latitude REAL,
            longitude REAL,
            altitude REAL,
            act TEXT NOT NULL,
            reserve TEXT NOT NULL,
            attributes BLOB,
            device_group INTEGER REFERENCES device_group (id),
            parent INTEGER REFERENCES device (id),
            time_zone TEXT,
            added INTEGER NOT NULL,
            revision INTEGER NOT NULL
        );
        CREATE UNIQUE INDEX device_place ON device (project, place);
        CREATE INDEX device_serial ON device (project, serial, place);
        CREATE INDEX device_type ON device (project, type, place);
        CREATE INDEX device_status ON device (project, status, place);
        CREATE INDEX device_of_group ON device (device_group, place);
        CREATE INDEX device_parent ON device (parent);

        CREATE TABLE channel (
            id INTEGER PRIMARY KEY,
            uuid BLOB NOT NULL UNIQUE,
            project INTEGER NOT NULL REFERENCES project (id) ON DELETE CASCADE,
            name TEXT NOT NULL,
            type TEXT NOT NULL,
            is_exclusive INTEGER NOT NULL,
            settings BLOB NOT NULL,
            created INTEGER NOT NULL,
            revision INTEGER NOT NULL
        );
        CREATE INDEX channel_project ON channel (project);
        CREATE INDEX channel_name ON channel (project, name);
        CREATE INDEX channel_type ON channel (project, type);

        CREATE TABLE protocol (
            id INTEGER PRIMARY KEY,
            uuid BLOB NOT NULL UNIQUE,
            project INTEGER NOT NULL REFERENCES project (id) ON DELETE CASCADE,
            name TEXT NOT NULL,
            type TEXT NOT NULL,
            settings BLOB NOT NULL,
            created INTEGER NOT NULL,
            revision INTEGER NOT NULL
        );
        CREATE INDEX protocol_project ON protocol (project);
        CREATE INDEX protocol_name ON protocol (project, name);
        CREATE INDEX protocol_type ON protocol (project, type);

        CREATE TABLE commline (
            id INTEGER PRIMARY KEY,
            uuid BLOB NOT NULL UNIQUE,
            project INTEGER NOT NULL REFERENCES project (id) ON DELETE CASCADE,
            device INTEGER NOT NULL REFERENCES device (id) ON DELETE CASCADE,
            channel INTEGER NOT NULL REFERENCES channel (id),
            protocol INTEGER NOT NULL REFERENCES protocol (id),
            device_lib TEXT NOT NULL,
            protocol_map TEXT NOT NULL,
            enabled INTEGER NOT NULL,
            address TEXT NOT NULL,
            priority INTEGER NOT NULL,
            attempts INTEGER NOT NULL,
            created INTEGER NOT NULL,
            revision INTEGER NOT NULL
        );
        CREATE INDEX commline_project ON commline (project);
        CREATE INDEX commline_device ON commline (device);
        CREATE INDEX commline_channel ON commline (channel);
        CREATE INDEX commline_protocol ON commline (protocol);

        CREATE TABLE archive (
            id TEXT PRIMARY KEY,
            place INTEGER NOT NULL,
            name_ru TEXT NOT NULL,
            name_en TEXT NOT NULL,
            active INTEGER NOT NULL,
            retention INTEGER NOT NULL,
            keep_forever INTEGER NOT NULL,
            revision INTEGER NOT NULL
        ) WITHOUT ROWID;

        CREATE TABLE device_memory (
            device INTEGER NOT NULL REFERENCES device_key (id) ON DELETE CASCADE,
            key TEXT NOT NULL,
            value BLOB NOT NULL,
            PRIMARY KEY (device, key)
        ) WITHOUT ROWID;

        CREATE TABLE device_counter (
            device INTEGER NOT NULL REFERENCES device_key (id) ON DELETE CASCADE,
            name TEXT NOT NULL,
            next INTEGER NOT NULL,
            PRIMARY KEY (device, name)
        ) WITHOUT ROWID;
        """
}
