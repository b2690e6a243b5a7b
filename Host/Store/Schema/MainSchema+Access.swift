extension Schema {
    /// Users, roles, projects and logins.
    static let accessTables = """
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
}
