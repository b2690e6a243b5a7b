extension Schema {
    /// What each attempt to reach a device leaves behind, and what questions about stored data need.
    ///
    /// `device_contact` has a row for each device, so that lists can be sorted by it; `place` repeats
    /// the device's, which never changes. `reachability` lies hour by hour: an hour's attempts are
    /// written side by side, and what is beyond its retention is one stretch.
    static let contactTables = """
        CREATE TABLE device_contact (
            device INTEGER PRIMARY KEY REFERENCES device (id) ON DELETE CASCADE,
            project INTEGER NOT NULL,
            place INTEGER NOT NULL,
            last_success INTEGER NOT NULL DEFAULT 0,
            last_attempt INTEGER NOT NULL DEFAULT 0,
            last_code INTEGER NOT NULL DEFAULT 0,
            failures INTEGER NOT NULL DEFAULT 0
        );
        INSERT INTO device_contact (device, project, place) SELECT id, project, place FROM device;
        CREATE INDEX device_contact_success ON device_contact (project, last_success, place);
        CREATE TRIGGER device_inserted AFTER INSERT ON device BEGIN
            INSERT INTO device_contact (device, project, place)
                VALUES (NEW.id, NEW.project, NEW.place);
        END;

        CREATE TABLE reachability (
            hour INTEGER NOT NULL,
            device INTEGER NOT NULL,
            tried INTEGER NOT NULL,
            succeeded INTEGER NOT NULL,
            PRIMARY KEY (hour, device)
        ) WITHOUT ROWID;

        CREATE INDEX event_journal ON event (device, journal, time);

        ALTER TABLE command ADD COLUMN launch TEXT NOT NULL DEFAULT 'undefined';
        """
}
