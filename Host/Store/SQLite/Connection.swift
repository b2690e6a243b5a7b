import CSQLite

/// One open SQLite database.
///
/// Not sendable: it belongs to the thread of the actor that opened it. Statements are prepared once
/// and kept; every value is bound, never written into the text.
final class Connection {
    /// What the connection may do.
    enum Mode {
        case readWrite
        case readOnly
    }

    let handle: OpaquePointer
    let path: String
    /// Pages in the write-ahead log after the last commit of this connection.
    var walPages: Int32 = 0
    /// How long the log was when it was moved last.
    var movedAt: Int32 = 0
    private var prepared: [String: Statement] = [:]

    /// More distinct texts than this come only from ever new filters; the cache starts anew then.
    private static let statementLimit = 300
    /// Milliseconds to wait for a lock, which only another process can hold for long.
    static let busyTimeout: Int32 = 10_000

    /// Opens a database, and makes an empty one if there is none and `mode` allows it.
    init(path: String, mode: Mode) throws(StoreError) {
        var opened: OpaquePointer?
        let access =
            switch mode {
            case .readWrite: SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
            case .readOnly: SQLITE_OPEN_READONLY
            }
        // One thread uses the connection, so SQLite's own mutexes are not needed.
        let code = sqlite3_open_v2(
            path, &opened, access | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, nil)
        guard code == SQLITE_OK, let opened else {
            let message = opened.map { String(cString: sqlite3_errmsg($0)) } ?? "out of memory"
            sqlite3_close_v2(opened)
            throw .database(DatabaseFailure(code: code, message: "\(path): \(message)"))
        }
        handle = opened
        self.path = path
        sqlite3_busy_timeout(handle, Self.busyTimeout)
    }

    deinit {
        prepared.removeAll()
        sqlite3_close_v2(handle)
    }

    /// Runs statements that take no arguments and whose rows nobody wants.
    func execute(_ sql: String) throws(StoreError) {
        let code = sqlite3_exec(handle, sql, nil, nil, nil)
        guard code == SQLITE_OK else { throw failure(code) }
    }

    /// Runs a prepared statement that takes no arguments.
    func perform(_ sql: String) throws(StoreError) {
        let statement = try statement(sql)
        defer { statement.reset() }
        _ = try statement.step()
    }

    /// Returns the prepared statement for a text.
    func statement(_ sql: String) throws(StoreError) -> Statement {
        if let statement = prepared[sql] { return statement }
        if prepared.count >= Self.statementLimit { prepared.removeAll(keepingCapacity: true) }
        let statement = try Statement(sql, on: self)
        prepared[sql] = statement
        return statement
    }

    /// Runs one statement to its end.
    ///
    /// - Returns: How many rows it changed.
    @discardableResult
    func run(_ sql: String, _ arguments: any Bindable...) throws(StoreError) -> Int {
        try run(sql, arguments: arguments)
    }

    @discardableResult
    func run(_ sql: String, arguments: [any Bindable]) throws(StoreError) -> Int {
        let statement = try statement(sql)
        defer { statement.reset() }
        try statement.bind(arguments)
        while try statement.step() {}
        return Int(sqlite3_changes64(handle))
    }

    /// Reads all rows that a query finds.
    func rows<T>(
        _ sql: String, _ arguments: any Bindable...,
        as decode: (inout Row) throws(StoreError) -> T
    ) throws(StoreError) -> [T] {
        try rows(sql, arguments: arguments, as: decode)
    }

    func rows<T>(
        _ sql: String, arguments: [any Bindable],
        as decode: (inout Row) throws(StoreError) -> T
    ) throws(StoreError) -> [T] {
        let statement = try statement(sql)
        defer { statement.reset() }
        try statement.bind(arguments)
        var found: [T] = []
        while try statement.step() {
            var row = Row(statement)
            found.append(try decode(&row))
        }
        return found
    }

    /// Reads the first row that a query finds, or nil.
    func first<T>(
        _ sql: String, _ arguments: any Bindable...,
        as decode: (inout Row) throws(StoreError) -> T
    ) throws(StoreError) -> T? {
        let statement = try statement(sql)
        defer { statement.reset() }
        try statement.bind(arguments)
        guard try statement.step() else { return nil }
        var row = Row(statement)
        return try decode(&row)
    }

    /// Reads one integer, or nil when no row is found.
    func integer(_ sql: String, _ arguments: any Bindable...) throws(StoreError) -> Int64? {
        let statement = try statement(sql)
        defer { statement.reset() }
        try statement.bind(arguments)
        guard try statement.step() else { return nil }
        var row = Row(statement)
        return row.integer()
    }

    /// The integer key of the row that was inserted last.
    var lastInsertedKey: Int64 {
        sqlite3_last_insert_rowid(handle)
    }

    /// The texts of the statements that were prepared so far; for tests of their plans.
    var preparedTexts: [String] { Array(prepared.keys) }

    /// Tells whether a transaction is open; some failures end it without being asked.
    var isInTransaction: Bool {
        sqlite3_get_autocommit(handle) == 0
    }

    /// Translates SQLite's last failure on this connection.
    func failure(_ code: Int32) -> StoreError {
        StoreError(sqlite: code, message: String(cString: sqlite3_errmsg(handle)))
    }
}
