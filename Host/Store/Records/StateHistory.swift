import Values

extension Snapshot {
    /// Reads a page of a device's states in a period, the newest first: one row a change.
    ///
    /// - Parameters:
    ///   - query: The device and the states.
    ///   - from: Inclusive, milliseconds since 1970 UTC.
    ///   - to: Exclusive.
    ///   - limit: The most rows.
    ///   - cursor: Where the page before ended.
    /// - Returns: The page.
    /// - Throws: `.notFound` for an unknown device, `.invalid` for a cursor of another list.
    package func stateHistory(
        _ query: StateQuery, from: Int64, to: Int64, limit: Int, cursor: Cursor? = nil
    ) throws(StoreError) -> Page<DeviceState> {
        guard (1...largestPage).contains(limit) else {
            throw .invalid(field: "limit", message: "1 to \(largestPage)")
        }
        var statement = ListStatement(
            ListSource(
                columns: "", tables: "state s",
                scope: "s.device = ? AND s.time >= ? AND s.time < ?",
                arguments: [try key(.device, query.device), from, to], key: "s.id"))
        for (column, value) in [
            ("archive", query.archive), ("type", query.type), ("child", query.child),
        ] {
            if let value { statement.add("s.\(column) = ?", [value]) }
        }
        let binding =
            "state|\(query.device)|\(query.archive ?? "*")|\(query.type ?? "*")|"
            + "\(query.child ?? "*")|\(from)|\(to)"
        if let cursor {
            let place = try ListPlace(cursor, binding: binding, vault: vault)
            guard let time = Int64(place.value) else {
                throw .invalid(field: "cursor", message: "not one of ours")
            }
            statement.add("(s.time, s.id) < (?, ?)", [time, place.key])
        }
        var places: [ListPlace] = []
        var items = try database.rows(
            """
            SELECT s.id, s.archive, s.type, s.child, s.value, s.time, s.time_offset, s.time_flags,
                s.received, s.received_offset, s.confirmed
            FROM state s WHERE \(statement.filter)
            ORDER BY s.time DESC, s.id DESC LIMIT \(limit + 1)
            """, arguments: statement.arguments
        ) { (row) throws(StoreError) in
            let key = row.integer()
            let (archive, type, child) = (row.text(), row.text(), row.text())
            let value = try row.json()
            let time = row.timestamp()
            places.append(ListPlace(key: key, value: String(time.milliseconds)))
            let record = StateRecord(
                archive: archive, type: type, child: child, value: value, time: time,
                received: row.receipt())
            return DeviceState(device: query.device, record: record, confirmed: row.moment())
        }
        var next: Cursor?
        if items.count > limit {
            items.removeLast()
            next = try places[limit - 1].cursor(binding: binding, vault: vault)
        }
        return Page(items: items, next: next)
    }
}
