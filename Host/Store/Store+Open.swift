import Reactor
import Values

/// What the writer's thread makes at the start.
struct StoreParts: Sendable {
    var writer: Writer
    var vault: Vault
    var ids: IDSource
    var signal: ChangeSignal
    var lock: DataLock
    var health: StoreHealth
    var reads: LongReads
}

extension Store {
    /// Opens a data directory, and makes it if there is none.
    ///
    /// Brings an older database to this version, makes the project `Default` and the archives in a
    /// new one, and mends what a killed host left behind.
    ///
    /// - Throws: `.locked` when another host works on it; `.newerDatabase`, `.foreignDatabase`,
    ///   `.keyMissing`, `.keyMismatch` or `.keyUnusable` before anything is changed.
    package static func open(
        _ configuration: StoreConfiguration
    ) async throws(StoreError) -> Store {
        var threads: [ThreadExecutor] = []
        do throws(StoreError) {
            return try await open(configuration, &threads)
        } catch {
            for thread in threads { await thread.stop() }
            throw error
        }
    }

    /// Opens the parts; `threads` gets the threads that were started, to be ended after a failure.
    private static func open(
        _ configuration: StoreConfiguration, _ threads: inout [ThreadExecutor]
    ) async throws(StoreError) -> Store {
        let directory = DataDirectory(path: configuration.path)
        let executor = try thread("store-writer", &threads)
        let parts = try await perform(on: executor) { () throws(StoreError) in
            try prepare(directory, configuration, executor: executor)
        }
        var readers: [Reader] = []
        for number in 0..<max(1, configuration.readers) {
            let executor = try thread("store-read-\(number)", &threads)
            let (vault, reads) = (parts.vault, parts.reads)
            readers.append(
                try await perform(on: executor) { () throws(StoreError) in
                    try openReader(directory, executor: executor, vault: vault, watch: reads)
                })
        }
        let traces = TraceLog(
            executor: try thread("store-trace", &threads), folder: directory.traces,
            writer: parts.writer, limits: configuration.traceLimits, clock: configuration.clock)
        let cut = try await traces.recover()
        return Store(
            path: directory.path, parts: parts, readers: readers, traces: traces,
            cutTraceBytes: cut, configuration: configuration)
    }

    private static func thread(
        _ name: String, _ threads: inout [ThreadExecutor]
    ) throws(StoreError) -> ThreadExecutor {
        do throws(SystemError) {
            let thread = try ThreadExecutor(name: name)
            threads.append(thread)
            return thread
        } catch {
            throw .file(path: name, operation: "starting a thread", errno: error.code)
        }
    }

    /// Runs `body` on an executor's thread, because opening files blocks.
    private static func perform<T: Sendable>(
        on executor: ThreadExecutor, _ body: @escaping @Sendable () throws(StoreError) -> T
    ) async throws(StoreError) -> T {
        let result: Result<T, StoreError> = await withCheckedContinuation { continuation in
            executor.execute {
                do throws(StoreError) {
                    continuation.resume(returning: .success(try body()))
                } catch {
                    continuation.resume(returning: .failure(error))
                }
            }
        }
        return try result.get()
    }

    private static func prepare(
        _ directory: DataDirectory, _ configuration: StoreConfiguration,
        executor: ThreadExecutor
    ) throws(StoreError) -> StoreParts {
        try directory.prepare()
        let lock = try DataLock(directory.lock)
        try Folder.makeFile(directory.database)
        let database = try Connection(path: directory.database, mode: .readWrite)
        try Schema.main.check(database)
        let vault = try openVault(directory, database)
        try database.prepareForWriting()
        try database.defineTextFunctions()
        try Schema.main.migrate(database)
        let ids = IDSource()
        let files = MeasurementFiles(
            folder: directory.measurements, mode: .readWrite, capacity: 16)
        let health = StoreHealth(folder: directory.path, reserve: configuration.reserveBytes)
        let reads = LongReads(patience: configuration.readPatience)
        let group = GroupCommit(
            database: database, files: files, vault: vault, traceFolder: directory.traces, ids: ids,
            health: health, reads: reads)
        try begin(group.transaction(configuration.clock()))
        try files.recover()
        let signal = ChangeSignal()
        let writer = Writer(
            executor: executor, group: group, signal: signal, clock: configuration.clock)
        return StoreParts(
            writer: writer, vault: vault, ids: ids, signal: signal, lock: lock, health: health,
            reads: reads)
    }

    private static func openReader(
        _ directory: DataDirectory, executor: ThreadExecutor, vault: Vault, watch: LongReads
    ) throws(StoreError) -> Reader {
        let database = try Connection(path: directory.database, mode: .readOnly)
        try database.prepareForReading()
        try database.defineTextFunctions()
        let files = MeasurementFiles(
            folder: directory.measurements, mode: .readOnly, capacity: 32)
        return Reader(
            executor: executor, database: database, vault: vault, files: files,
            traceFolder: directory.traces, watch: watch)
    }

    /// Finds the key for the sealed columns, and makes one for a new database.
    private static func openVault(
        _ directory: DataDirectory, _ database: Connection
    ) throws(StoreError) -> Vault {
        let probe = try keyProbe(database)
        let key: [UInt8]
        if let stored = try KeyFile.read(directory.keyFile) {
            key = stored
        } else if probe == nil {
            key = try KeyFile.create(directory.keyFile)
        } else {
            throw .keyMissing(path: directory.keyFile)
        }
        let vault = try Vault(key: key)
        if let probe, try vault.open(probe, binding: Self.probeBinding) == nil {
            throw .keyMismatch(path: directory.keyFile)
        }
        return vault
    }

    private static let probeBinding = "host:key"

    /// Tries whether the key beside a database opens what is sealed in it.
    ///
    /// - Throws: `.keyMissing`, `.keyMismatch` or `.keyUnusable`.
    static func tryKey(_ directory: DataDirectory, _ database: Connection) throws(StoreError) {
        guard let probe = try keyProbe(database) else { return }
        guard let key = try KeyFile.read(directory.keyFile) else {
            throw .keyMissing(path: directory.keyFile)
        }
        if try Vault(key: key).open(probe, binding: probeBinding) == nil {
            throw .keyMismatch(path: directory.keyFile)
        }
    }

    /// Runs `body` on a thread that is there for it alone.
    static func onOwnThread<T: Sendable>(
        _ name: String, _ body: @escaping @Sendable () throws(StoreError) -> T
    ) async throws(StoreError) -> T {
        var threads: [ThreadExecutor] = []
        let executor = try thread(name, &threads)
        do throws(StoreError) {
            let value = try await perform(on: executor, body)
            await executor.stop()
            return value
        } catch {
            await executor.stop()
            throw error
        }
    }

    /// Reads what tells whether a key is the right one; nil in a new database.
    private static func keyProbe(_ database: Connection) throws(StoreError) -> [UInt8]? {
        let tables = try database.integer(
            "SELECT count(*) FROM sqlite_schema WHERE name = 'host'")
        guard tables == 1 else { return nil }
        return try database.first("SELECT value FROM host WHERE key = 'key'") {
            (row) throws(StoreError) in row.bytes()
        }
    }

    /// Writes what every database holds.
    private static func begin(_ transaction: Transaction) throws(StoreError) {
        let database = transaction.database
        try database.execute("BEGIN IMMEDIATE")
        do throws(StoreError) {
            if try keyProbe(database) == nil {
                try database.run(
                    "INSERT INTO host VALUES ('key', ?)",
                    try transaction.vault.seal([], binding: probeBinding))
            }
            try transaction.insertInitialArchives()
            if try database.integer("SELECT 1 FROM project LIMIT 1") == nil,
                try transaction.newestChange() == 0
            {
                try transaction.insert(
                    Project(
                        id: transaction.newID(), name: Project.defaultName,
                        created: transaction.now))
            }
            try transaction.trimChanges(keeping: Transaction.keptChanges)
            try database.execute("COMMIT")
        } catch {
            if database.isInTransaction { try database.execute("ROLLBACK") }
            throw error
        }
    }
}
