import Values

/// Which events of a device a caller wants.
package struct EventQuery: Hashable, Sendable {
    package var device: UUID
    /// Inclusive, milliseconds since 1970 UTC.
    package var from: Int64
    /// Exclusive, milliseconds since 1970 UTC.
    package var to: Int64
    /// Empty for all.
    package var journals: [String]
    /// Nil for the device and all behind it; empty for the device itself.
    package var child: String?
    package var descending: Bool
    package var limit: Int
    package var cursor: Cursor?

    package init(
        device: UUID, from: Int64, to: Int64, journals: [String] = [], child: String? = nil,
        descending: Bool = false, limit: Int = 1_000, cursor: Cursor? = nil
    ) {
        self.device = device
        self.from = from
        self.to = to
        self.journals = journals
        self.child = child
        self.descending = descending
        self.limit = limit
        self.cursor = cursor
    }
}

extension Snapshot {
    /// Reads one page of a device's events in order of time.
    package func events(_ query: EventQuery) throws(StoreError) -> Page<Event> {
        guard (1...largestPage).contains(query.limit) else {
            throw .invalid(field: "limit", message: "1 to \(largestPage)")
        }
        var statement = ListStatement(
            ListSource(
                columns: "", tables: "event e",
                scope: "e.device = ? AND e.time >= ? AND e.time < ?",
                arguments: [try key(.device, query.device), query.from, query.to], key: "e.id"))
        if !query.journals.isEmpty {
            let marks = query.journals.map { _ in "?" }.joined(separator: ", ")
            statement.add("e.journal IN (\(marks))", query.journals)
        }
        if let child = query.child { statement.add("e.child = ?", [child]) }
        let binding =
            "event|\(query.device)|\(query.from)|\(query.to)|\(query.journals)|"
            + "\(query.child ?? "*")|\(query.descending)"
        if let cursor = query.cursor {
            let place = try ListPlace(cursor, binding: binding, vault: vault)
            guard let time = Int64(place.value) else {
                throw .invalid(field: "cursor", message: "not one of ours")
            }
            statement.add(
                "(e.time, e.id) \(query.descending ? "<" : ">") (?, ?)", [time, place.key])
        }
        let direction = query.descending ? " DESC" : ""
        let sql = """
            SELECT e.id, e.time, e.time_offset, e.time_flags, e.journal, e.type, e.code, e.child,
                e.parameters, e.has_index, e.number, e.received, e.received_offset
            FROM event e WHERE \(statement.filter)
            ORDER BY e.time\(direction), e.id\(direction) LIMIT \(query.limit + 1)
            """
        var places: [ListPlace] = []
        var items = try database.rows(sql, arguments: statement.arguments) {
            (row) throws(StoreError) in
            let key = row.integer()
            let record = try Self.event(&row)
            places.append(
                ListPlace(key: key, value: String(record.time?.milliseconds ?? 0)))
            return Event(device: query.device, record: record)
        }
        var next: Cursor?
        if items.count > query.limit {
            items.removeLast()
            next = try places[query.limit - 1].cursor(binding: binding, vault: vault)
        }
        return Page(items: items, next: next)
    }

    private static func event(_ row: inout Row) throws(StoreError) -> EventRecord {
        let time = row.timestamp()
        let journal = row.text()
        let type = row.text()
        let code = UInt32(truncatingIfNeeded: row.integer())
        let child = row.text()
        let parameters = try row.json()
        let hasIndex = row.bool()
        let number = row.integer()
        return EventRecord(
            journal: journal, type: type, code: code, child: child, parameters: parameters,
            time: time, index: hasIndex ? UInt64(bitPattern: number) : nil,
            ordinal: hasIndex ? 0 : Int(number), received: row.receipt())
    }
}

extension Row {
    /// Reads milliseconds, offset and flags.
    mutating func timestamp() -> Timestamp {
        Timestamp(
            milliseconds: integer(), offsetMinutes: int(),
            flags: TimeFlags(rawValue: UInt32(truncatingIfNeeded: integer())))
    }

    /// Reads milliseconds and offset of a receipt.
    mutating func receipt() -> Timestamp {
        Timestamp(milliseconds: integer(), offsetMinutes: int())
    }
}
