extension Schema {
    /// Runs, tasks and their journals.
    static let executionTables = """
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
}
