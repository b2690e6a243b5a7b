import Values

extension Snapshot {
    /// Reads one page of a list.
    ///
    /// The place of the next page is the last row's sort value and integer key, sealed, so that rows
    /// which come and go meanwhile neither repeat nor hide others.
    func page<Field: QueryField, Element>(
        _ query: Query<Field>, from source: ListSource, column: (Field) -> ListColumn,
        as decode: (inout Row) throws(StoreError) -> Element
    ) throws(StoreError) -> Page<Element> {
        guard (1...largestPage).contains(query.limit) else {
            throw .invalid(field: "limit", message: "1 to \(largestPage)")
        }
        var statement = ListStatement(source)
        for condition in query.conditions {
            try statement.add(condition, on: column(condition.field))
        }
        var total: Int?
        if query.wantsTotal {
            total = Int(try count(statement, in: source))
        }
        let sort = try sortColumn(query, column)
        let binding =
            "\(Field.self)|\(query.conditions)|\(query.sort?.rawValue ?? "")|"
            + "\(query.descending)|\(source.tables)"
        if let cursor = query.cursor {
            let place = try ListPlace(cursor, binding: binding, vault: vault)
            let sign = query.descending ? "<" : ">"
            if let sort {
                statement.add("(\(sort), \(source.key)) \(sign) (?, ?)", [place.value, place.key])
            } else {
                statement.add("\(source.key) \(sign) ?", [place.key])
            }
        }
        let direction = query.descending ? " DESC" : ""
        let order =
            sort.map { "\($0)\(direction), \(source.key)\(direction)" }
            ?? "\(source.key)\(direction)"
        let sql = """
            SELECT \(source.key), \(sort ?? "NULL"), \(source.columns) FROM \(source.tables)
            WHERE \(statement.filter) ORDER BY \(order) LIMIT \(query.limit + 1)
            """
        var places: [ListPlace] = []
        var items = try database.rows(sql, arguments: statement.arguments) {
            (row) throws(StoreError) in
            places.append(ListPlace(&row))
            return try decode(&row)
        }
        var next: Cursor?
        if items.count > query.limit {
            items.removeLast()
            next = try places[query.limit - 1].cursor(binding: binding, vault: vault)
        }
        return Page(items: items, next: next, total: total)
    }

    private func count(
        _ statement: ListStatement, in source: ListSource
    ) throws(StoreError) -> Int64 {
        let counts = try database.rows(
            "SELECT count(*) FROM \(source.tables) WHERE \(statement.filter)",
            arguments: statement.arguments
        ) { (row) throws(StoreError) in row.integer() }
        return counts.first ?? 0
    }

    private func sortColumn<Field: QueryField>(
        _ query: Query<Field>, _ column: (Field) -> ListColumn
    ) throws(StoreError) -> String? {
        guard let sort = query.sort else { return nil }
        guard sort.isSortable else {
            throw .invalid(field: "sort", message: "the list cannot be sorted by \(sort.rawValue)")
        }
        return column(sort).name
    }
}

/// Where a page of a list ended.
struct ListPlace {
    /// The integer key of the last row.
    var key: Int64
    /// The last row's value of the field that the list is sorted by; empty for none.
    var value: String

    init(key: Int64, value: String) {
        self.key = key
        self.value = value
    }

    /// Reads the first two columns of a list.
    init(_ row: inout Row) {
        key = row.integer()
        value = row.optionalText() ?? ""
    }

    /// Opens a cursor.
    ///
    /// - Parameters:
    ///   - cursor: The caller's.
    ///   - binding: The text of the query: a cursor serves only the query that it came from.
    ///   - vault: What sealed it.
    /// - Throws: `.invalid` for a cursor of another query.
    init(_ cursor: Cursor, binding: String, vault: Vault) throws(StoreError) {
        let bytes = try vault.open(cursor, binding: binding)
        guard bytes.count >= 8 else { throw .invalid(field: "cursor", message: "not one of ours") }
        key = Int64(bitPattern: bytes[..<8].reduce(0) { $0 << 8 | UInt64($1) })
        value = String(decoding: bytes[8...], as: UTF8.self)
    }

    func cursor(binding: String, vault: Vault) throws(StoreError) -> Cursor {
        let head = (0..<8).map { UInt8(truncatingIfNeeded: key >> (56 - $0 * 8)) }
        return try vault.cursor(head + Array(value.utf8), binding: binding)
    }
}
