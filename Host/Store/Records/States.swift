import Values

/// Which states of a device a caller wants.
package struct StateQuery: Hashable, Sendable {
    package var device: UUID
    /// Nil for all.
    package var archive: String?
    /// Nil for all.
    package var type: String?
    /// Nil for the device and all behind it; empty for the device itself.
    package var child: String?

    package init(
        device: UUID, archive: String? = nil, type: String? = nil, child: String? = nil
    ) {
        self.device = device
        self.archive = archive
        self.type = type
        self.child = child
    }
}

extension Snapshot {
    private static let stateColumns = """
        s.archive, s.type, s.child, s.value, s.time, s.time_offset, s.time_flags, s.received,
            s.received_offset, s.confirmed
        """

    /// Reads the newest row of each state of a device.
    package func currentStates(_ query: StateQuery) throws(StoreError) -> [DeviceState] {
        let device = try key(.device, query.device)
        var found: [DeviceState] = []
        var last: StateKey?
        // One step through the index a state, however many rows of it there are.
        while let next = try nextState(device: device, after: last) {
            last = next
            guard query.wants(next) else { continue }
            let one = StateQuery(
                device: query.device, archive: next.archive, type: next.type, child: next.child)
            found += try states(one, from: .min, to: .max, limit: 1)
        }
        return found
    }

    private func nextState(device: Int64, after last: StateKey?) throws(StoreError) -> StateKey? {
        try database.first(
            """
            SELECT archive, type, child FROM state
            WHERE device = ? AND (archive, type, child) > (?, ?, ?)
            ORDER BY archive, type, child LIMIT 1
            """, device, last?.archive ?? "", last?.type ?? "", last?.child ?? ""
        ) { (row) throws(StoreError) in
            StateKey(archive: row.text(), type: row.text(), child: row.text())
        }
    }

    /// Reads the rows of one state in a period, the newest first: one row a change.
    ///
    /// - Parameters:
    ///   - query: The device and the state.
    ///   - from: Inclusive, milliseconds since 1970 UTC.
    ///   - to: Exclusive.
    ///   - limit: The largest number of rows.
    /// - Returns: The rows.
    /// - Throws: `.notFound` for an unknown device.
    package func states(
        _ query: StateQuery, from: Int64, to: Int64, limit: Int = 1_000
    ) throws(StoreError) -> [DeviceState] {
        guard (1...largestPage).contains(limit) else {
            throw .invalid(field: "limit", message: "1 to \(largestPage)")
        }
        var filter = "s.device = ? AND s.time >= ? AND s.time < ?"
        var arguments: [any Bindable] = [try key(.device, query.device), from, to]
        for (column, value) in [
            ("archive", query.archive), ("type", query.type), ("child", query.child),
        ] {
            if let value {
                filter += " AND s.\(column) = ?"
                arguments.append(value)
            }
        }
        return try database.rows(
            """
            SELECT \(Self.stateColumns) FROM state s WHERE \(filter)
            ORDER BY s.time DESC, s.id DESC LIMIT ?
            """, arguments: arguments + [limit]
        ) { (row) throws(StoreError) in
            let archive = row.text()
            let type = row.text()
            let child = row.text()
            let value = try row.json()
            let time = row.timestamp()
            let record = StateRecord(
                archive: archive, type: type, child: child, value: value, time: time,
                received: row.receipt())
            return DeviceState(device: query.device, record: record, confirmed: row.moment())
        }
    }
}

/// What tells the states of a device apart.
private struct StateKey {
    var archive: String
    var type: String
    var child: String
}

extension StateQuery {
    fileprivate func wants(_ key: StateKey) -> Bool {
        (archive ?? key.archive) == key.archive && (type ?? key.type) == key.type
            && (child ?? key.child) == key.child
    }
}
