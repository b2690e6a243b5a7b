extension Schema {
    /// Jobs, what they are aimed at, when they were switched, and the occurrences that runs stand for.
    static let jobTables = """
        CREATE TABLE job (
            id INTEGER PRIMARY KEY,
            uuid BLOB NOT NULL UNIQUE,
            project INTEGER NOT NULL REFERENCES project (id) ON DELETE CASCADE,
            name TEXT NOT NULL,
            contents TEXT NOT NULL,
            priority INTEGER NOT NULL,
            retries INTEGER NOT NULL,
            retry_delay INTEGER NOT NULL,
            is_endless INTEGER NOT NULL,
            schedule TEXT,
            missed TEXT NOT NULL,
            is_enabled INTEGER NOT NULL,
            switched_on INTEGER,
            switched_off INTEGER,
            switched_by BLOB,
            user BLOB,
            -- The newest occurrence of the schedule that is done with.
            handled INTEGER,
            created INTEGER NOT NULL,
            revision INTEGER NOT NULL
        );
        CREATE INDEX job_project ON job (project);
        CREATE UNIQUE INDEX job_name ON job (project, name);
        CREATE INDEX job_enabled ON job (id) WHERE is_enabled;

        CREATE TABLE job_device (
            job INTEGER NOT NULL REFERENCES job (id) ON DELETE CASCADE,
            place INTEGER NOT NULL,
            device INTEGER NOT NULL REFERENCES device (id) ON DELETE CASCADE,
            PRIMARY KEY (job, device)
        ) WITHOUT ROWID;
        CREATE INDEX job_device_device ON job_device (device);

        CREATE TABLE job_group (
            job INTEGER NOT NULL REFERENCES job (id) ON DELETE CASCADE,
            place INTEGER NOT NULL,
            device_group INTEGER NOT NULL REFERENCES device_group (id) ON DELETE CASCADE,
            PRIMARY KEY (job, device_group)
        ) WITHOUT ROWID;
        CREATE INDEX job_group_group ON job_group (device_group);

        CREATE TABLE job_switch (
            id INTEGER PRIMARY KEY,
            job INTEGER NOT NULL REFERENCES job (id) ON DELETE CASCADE,
            at INTEGER NOT NULL,
            user BLOB,
            is_on INTEGER NOT NULL
        );
        CREATE INDEX job_switch_job ON job_switch (job);

        ALTER TABLE run ADD COLUMN occurrence INTEGER;
        CREATE UNIQUE INDEX run_occurrence ON run (job, occurrence) WHERE occurrence IS NOT NULL;
        CREATE INDEX run_of_job_open ON run (job) WHERE job IS NOT NULL AND state <> 'done';
        CREATE INDEX run_one_off ON run (project) WHERE job IS NULL;
        """
}
