extension Schema {
    /// The main database: configuration, runs, events, states, commands and the logs.
    ///
    /// Integer keys stay in here. Outside, rows are known by `uuid`, 16 bytes. Times are milliseconds
    /// since 1970 UTC.
    static let main = Schema(
        applicationID: 0x434D_4C31,  // "CML1"
        migrations: [
            Migration(1, accessTables),
            Migration(2, configurationTables),
            Migration(3, executionTables),
            Migration(4, recordTables),
            Migration(5, logTables),
        ])

    private static let accessTables = """
        CREATE TABLE host (
            key TEXT PRIMARY KEY,
            value BLOB NOT NULL
        ) WITHOUT ROWID;

        CREATE TABLE setting (
            key TEXT PRIMARY KEY,
            value TEXT NOT NULL,
            revision INTEGER NOT NULL
        ) WITHOUT ROWID;

        CREATE TABLE project (
            id INTEGER PRIMARY KEY,
            uuid BLOB NOT NULL UNIQUE,
            name TEXT NOT NULL UNIQUE,
            description TEXT NOT NULL,
            created INTEGER NOT NULL,
            revision INTEGER NOT NULL
        );

        CREATE TABLE role (
            id INTEGER PRIMARY KEY,
            uuid BLOB NOT NULL UNIQUE,
            name TEXT NOT NULL UNIQUE,
            description TEXT NOT NULL,
            built_in INTEGER NOT NULL,
            revision INTEGER NOT NULL
        );

        CREATE TABLE role_permission (
            role INTEGER NOT NULL REFERENCES role (id) ON DELETE CASCADE,
            permission TEXT NOT NULL,
            PRIMARY KEY (role, permission)
        ) WITHOUT ROWID;

        CREATE TABLE user (
            id INTEGER PRIMARY KEY,
            uuid BLOB NOT NULL UNIQUE,
            name TEXT NOT NULL,
            name_folded TEXT NOT NULL UNIQUE,
            display_name TEXT NOT NULL,
            email TEXT,
            email_folded TEXT UNIQUE,
            phone TEXT UNIQUE,
            enabled INTEGER NOT NULL,
            built_in INTEGER NOT NULL,
            must_change_password INTEGER NOT NULL,
            created INTEGER NOT NULL,
            last_login INTEGER,
            revision INTEGER NOT NULL
        );

        -- The newest row is the password in force; the others may not be used again.
        CREATE TABLE user_password (
            id INTEGER PRIMARY KEY,
            user INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE,
            hash TEXT NOT NULL,
            set_at INTEGER NOT NULL
        );
        CREATE INDEX user_password_user ON user_password (user, id);

        CREATE TABLE user_role (
            user INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE,
            role INTEGER NOT NULL REFERENCES role (id),
            PRIMARY KEY (user, role)
        ) WITHOUT ROWID;
        CREATE INDEX user_role_role ON user_role (role);

        CREATE TABLE project_member (
            user INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE,
            project INTEGER NOT NULL REFERENCES project (id) ON DELETE CASCADE,
            PRIMARY KEY (user, project)
        ) WITHOUT ROWID;
        CREATE INDEX project_member_project ON project_member (project);

        CREATE TABLE login_session (
            id INTEGER PRIMARY KEY,
            uuid BLOB NOT NULL UNIQUE,
            user INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE,
            token_hash BLOB NOT NULL UNIQUE,
            address TEXT NOT NULL,
            user_agent TEXT NOT NULL,
            created INTEGER NOT NULL,
            last_seen INTEGER NOT NULL,
            expires INTEGER NOT NULL
        );
        CREATE INDEX login_session_user ON login_session (user, id);
        CREATE INDEX login_session_expires ON login_session (expires);

        CREATE TABLE api_token (
            id INTEGER PRIMARY KEY,
            uuid BLOB NOT NULL UNIQUE,
            user INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE,
            name TEXT NOT NULL,
            token_hash BLOB NOT NULL UNIQUE,
            created INTEGER NOT NULL,
            last_used INTEGER,
            expires INTEGER
        );
        CREATE INDEX api_token_user ON api_token (user, id);
        """

    private static let configurationTables = """
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

    private static let executionTables = """
        CREATE TABLE run (
            id INTEGER PRIMARY KEY,
            uuid BLOB NOT NULL UNIQUE,
            project INTEGER NOT NULL REFERENCES project (id) ON DELETE CASCADE,
            job BLOB,
            name TEXT NOT NULL,
            initiator TEXT NOT NULL,
            user BLOB,
            priority INTEGER NOT NULL,
            state TEXT NOT NULL,
            result TEXT,
            created INTEGER NOT NULL,
            started INTEGER,
            finished INTEGER,
            revision INTEGER NOT NULL,
            context TEXT NOT NULL
        );
        CREATE INDEX run_project ON run (project);
        CREATE INDEX run_state ON run (project, state);
        CREATE INDEX run_name ON run (project, name);
        CREATE INDEX run_job ON run (job) WHERE job IS NOT NULL;
        CREATE INDEX run_unfinished ON run (id) WHERE state <> 'done';

        CREATE TABLE task (
            id INTEGER PRIMARY KEY,
            uuid BLOB NOT NULL UNIQUE,
            run INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,
            project INTEGER NOT NULL REFERENCES project (id) ON DELETE CASCADE,
            device INTEGER NOT NULL REFERENCES device_key (id),
            serial TEXT NOT NULL,
            type TEXT NOT NULL,
            state TEXT NOT NULL,
            result TEXT,
            attempts INTEGER NOT NULL,
            progress_done INTEGER NOT NULL,
            progress_total INTEGER NOT NULL,
            started INTEGER,
            finished INTEGER,
            notes TEXT,
            items TEXT,
            commline BLOB,
            revision INTEGER NOT NULL
        );
        CREATE INDEX task_run ON task (run);
        CREATE INDEX task_state ON task (run, state);
        CREATE INDEX task_result ON task (run, result);
        CREATE INDEX task_serial ON task (run, serial);
        CREATE INDEX task_device ON task (device);
        CREATE INDEX task_project ON task (project);
        CREATE INDEX task_unfinished ON task (run) WHERE state <> 'done';

        -- How many tasks of a run are in each state or ended with each result. The triggers keep it
        -- equal to the tasks, so that a list of runs does not count them again.
        CREATE TABLE run_tally (
            run INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,
            bucket TEXT NOT NULL,
            count INTEGER NOT NULL,
            PRIMARY KEY (run, bucket)
        ) WITHOUT ROWID;
        CREATE TRIGGER task_inserted AFTER INSERT ON task BEGIN
            INSERT INTO run_tally VALUES (NEW.run, coalesce(NEW.result, NEW.state), 1)
                ON CONFLICT (run, bucket) DO UPDATE SET count = count + 1;
        END;
        CREATE TRIGGER task_moved AFTER UPDATE OF state, result ON task
        WHEN coalesce(NEW.result, NEW.state) <> coalesce(OLD.result, OLD.state) BEGIN
            UPDATE run_tally SET count = count - 1
                WHERE run = OLD.run AND bucket = coalesce(OLD.result, OLD.state);
            INSERT INTO run_tally VALUES (NEW.run, coalesce(NEW.result, NEW.state), 1)
                ON CONFLICT (run, bucket) DO UPDATE SET count = count + 1;
        END;

        CREATE TABLE outcome (
            task INTEGER NOT NULL REFERENCES task (id) ON DELETE CASCADE,
            item INTEGER NOT NULL,
            stage INTEGER NOT NULL,
            code INTEGER NOT NULL,
            detail INTEGER NOT NULL,
            message TEXT,
            at INTEGER NOT NULL,
            PRIMARY KEY (task, item, stage)
        ) WITHOUT ROWID;

        CREATE TABLE journal_line (
            id INTEGER PRIMARY KEY,
            task INTEGER NOT NULL REFERENCES task (id) ON DELETE CASCADE,
            at INTEGER NOT NULL,
            level INTEGER NOT NULL,
            message TEXT NOT NULL
        );
        CREATE INDEX journal_line_task ON journal_line (task);
        """

    private static let recordTables = """
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

    private static let logTables = """
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
