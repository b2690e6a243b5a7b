import CSQLite

/// A prepared statement, owned by the connection that prepared it.
///
/// Not sendable: it lives on its connection's thread.
final class Statement {
    let handle: OpaquePointer
    private unowned let connection: Connection

    init(_ sql: String, on connection: Connection) throws(StoreError) {
        var prepared: OpaquePointer?
        let code = sqlite3_prepare_v3(
            connection.handle, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &prepared, nil)
        guard code == SQLITE_OK, let prepared else {
            throw connection.failure(code)
        }
        handle = prepared
        self.connection = connection
    }

    deinit {
        // The result repeats an earlier failure of the statement, which was reported then.
        _ = sqlite3_finalize(handle)
    }

    /// Binds the arguments in order, after the ones of the last execution were forgotten.
    func bind(_ arguments: [any Bindable]) throws(StoreError) {
        reset()
        for (index, argument) in arguments.enumerated() {
            let code = argument.bind(to: handle, at: Int32(index + 1))
            guard code == SQLITE_OK else { throw connection.failure(code) }
        }
    }

    /// Binds one integer; for loops that run once a row of a large batch.
    func bind(_ value: Int64, at index: Int32) throws(StoreError) {
        let code = sqlite3_bind_int64(handle, index, value)
        guard code == SQLITE_OK else { throw connection.failure(code) }
    }

    /// Binds one value of any kind.
    func bind(_ value: some Bindable, at index: Int32) throws(StoreError) {
        let code = value.bind(to: handle, at: index)
        guard code == SQLITE_OK else { throw connection.failure(code) }
    }

    /// Goes on to the next row.
    ///
    /// - Returns: False when there is none; the statement is reset then.
    func step() throws(StoreError) -> Bool {
        let code = sqlite3_step(handle)
        switch code {
        case SQLITE_ROW:
            return true
        case SQLITE_DONE:
            sqlite3_reset(handle)
            return false
        default:
            // The message is read before the reset, which would keep it, but not in every version.
            let error = connection.failure(code)
            sqlite3_reset(handle)
            throw error
        }
    }

    /// Ends the execution and forgets the arguments, which may be secrets.
    func reset() {
        sqlite3_reset(handle)
        sqlite3_clear_bindings(handle)
    }
}
