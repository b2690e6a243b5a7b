import Testing

@testable import Store

@Suite struct SchemaTests {
    private func connection(_ folder: TemporaryFolder) throws -> Connection {
        try Connection(path: folder.path + "/some.sqlite", mode: .readWrite)
    }

    private func description(_ connection: Connection) throws -> [String] {
        try connection.rows("SELECT name || ':' || coalesce(sql, '') FROM sqlite_schema ORDER BY 1")
        { (row) throws(StoreError) in row.text() }
    }

    @Test func numbersItsStepsFromOneWithoutGaps() {
        for schema in [Schema.main, .measurements] {
            #expect(schema.migrations.map(\.version) == Array(1...schema.version))
        }
    }

    @Test(arguments: 0..<Schema.main.version)
    func leadsFromEachVersionToTheSameSchema(_ version: Int) throws {
        let (folder, other) = (try TemporaryFolder(), try TemporaryFolder())
        let old = try connection(folder)
        try Schema.main.migrate(old, upTo: version)
        #expect(try Schema.main.check(old) == version)
        try Schema.main.migrate(old)
        let new = try connection(other)
        try Schema.main.migrate(new)
        #expect(try description(old) == description(new))
        #expect(try old.integrityProblems() == [])
        #expect(try Schema.main.check(old) == Schema.main.version)
    }

    @Test func keepsWhatOlderVersionsHold() throws {
        let folder = try TemporaryFolder()
        let old = try connection(folder)
        try Schema.main.migrate(old, upTo: 1)
        try old.run(
            """
            INSERT INTO project (uuid, name, description, created, revision)
            VALUES (?, 'kept', '', 0, 1)
            """, [UInt8](repeating: 7, count: 16))
        try Schema.main.migrate(old)
        #expect(try old.integer("SELECT count(*) FROM project WHERE name = 'kept'") == 1)
    }

    @Test func leavesAFailedStepUndone() throws {
        let folder = try TemporaryFolder()
        let database = try connection(folder)
        let schema = Schema(
            applicationID: 7,
            migrations: [
                Migration(1, "CREATE TABLE a (x);"),
                Migration(2, "CREATE TABLE b (x); CREATE TABLE a (x);"),
            ])
        #expect(throws: StoreError.self) { try schema.migrate(database) }
        #expect(try schema.check(database) == 1)
        #expect(try description(database) == ["a:CREATE TABLE a (x)"])
        #expect(!database.isInTransaction)
    }

    @Test func refusesANewerDatabaseAndLeavesItAlone() async throws {
        let test = try await TestStore()
        await test.store.close()
        let path = test.folder.path + "/main.sqlite"
        let newer = Schema.main.version + 1
        try Connection(path: path, mode: .readWrite).execute("PRAGMA user_version = \(newer)")
        let expected = StoreError.newerDatabase(
            path: path, found: newer, supported: Schema.main.version)
        await #expect(throws: expected) { _ = try await test.reopen() }
        #expect(expected.description.contains("newer version of Commline"))
        let database = try Connection(path: path, mode: .readWrite)
        #expect(try database.integer("PRAGMA user_version") == Int64(newer))
    }

    @Test func refusesTheDatabaseOfAnotherProgram() async throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/main.sqlite"
        try Connection(path: path, mode: .readWrite).execute("CREATE TABLE theirs (x)")
        await #expect(throws: StoreError.foreignDatabase(path: path)) {
            _ = try await Store.open(StoreConfiguration(path: folder.path))
        }
        #expect(try !Folder.names(in: folder.path).contains("secret.key"))
    }

    @Test func refusesAFileThatIsNoDatabase() async throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/main.sqlite"
        try TemporaryFolder.write(Array(repeating: 65, count: 5_000), to: path)
        do {
            _ = try await Store.open(StoreConfiguration(path: folder.path))
            Issue.record("it was opened")
        } catch .database(let failure) {
            #expect(failure.kind == .corrupt)
        }
        #expect(try TemporaryFolder.read(path) == Array(repeating: 65, count: 5_000))
    }
}
