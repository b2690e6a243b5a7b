import CSQLite
import JSON
import Values

/// The columns of the current row, read from left to right.
///
/// Valid until the statement's next step. Reading in the order of the `SELECT` keeps column numbers
/// out of the code.
struct Row {
    private let statement: OpaquePointer
    private var column: Int32 = 0

    init(_ statement: Statement) {
        self.statement = statement.handle
    }

    /// Tells whether the next column is NULL, without passing it.
    var isNull: Bool {
        sqlite3_column_type(statement, column) == SQLITE_NULL
    }

    /// Tells whether the next column holds text, without passing it.
    var isText: Bool {
        sqlite3_column_type(statement, column) == SQLITE_TEXT
    }

    mutating func skip() {
        column += 1
    }

    mutating func integer() -> Int64 {
        defer { column += 1 }
        return sqlite3_column_int64(statement, column)
    }

    mutating func optionalInteger() -> Int64? {
        if isNull {
            column += 1
            return nil
        }
        return integer()
    }

    mutating func int() -> Int {
        Int(integer())
    }

    mutating func bool() -> Bool {
        integer() != 0
    }

    mutating func optionalReal() -> Double? {
        defer { column += 1 }
        return isNull ? nil : sqlite3_column_double(statement, column)
    }

    mutating func text() -> String {
        defer { column += 1 }
        guard let pointer = sqlite3_column_text(statement, column) else { return "" }
        let count = Int(sqlite3_column_bytes(statement, column))
        return String(
            decoding: UnsafeBufferPointer(start: pointer, count: count), as: UTF8.self)
    }

    mutating func optionalText() -> String? {
        if isNull {
            column += 1
            return nil
        }
        return text()
    }

    mutating func bytes() -> [UInt8] {
        defer { column += 1 }
        guard let pointer = sqlite3_column_blob(statement, column) else { return [] }
        let count = Int(sqlite3_column_bytes(statement, column))
        return [UInt8](UnsafeRawBufferPointer(start: pointer, count: count))
    }

    /// Lends the bytes of the next column; they are gone with the statement's next step.
    mutating func borrowBytes<T>(
        _ body: (UnsafeRawBufferPointer) throws(StoreError) -> T
    ) throws(StoreError) -> T {
        defer { column += 1 }
        let pointer = sqlite3_column_blob(statement, column)
        let count = Int(sqlite3_column_bytes(statement, column))
        return try body(UnsafeRawBufferPointer(start: pointer, count: pointer == nil ? 0 : count))
    }

    mutating func optionalBytes() -> [UInt8]? {
        if isNull {
            column += 1
            return nil
        }
        return bytes()
    }
}
