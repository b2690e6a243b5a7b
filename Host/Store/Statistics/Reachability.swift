import Values

/// The heat map of connections: hour by hour how often devices were tried and reached.
package enum Reachability {
    /// Milliseconds of an hour.
    package static let hour: Int64 = 3_600_000

    /// The attempts of one hour.
    package struct Cell: Hashable, Sendable {
        /// Sessions that were tried.
        package var tried: Int
        /// Sessions that came about.
        package var succeeded: Int

        package init(tried: Int = 0, succeeded: Int = 0) {
            self.tried = tried
            self.succeeded = succeeded
        }

        /// Adds the attempts of another cell.
        package static func += (left: inout Cell, right: Cell) {
            left.tried += right.tried
            left.succeeded += right.succeeded
        }
    }

    /// The attempts of a group's devices in one column.
    package struct GroupCell: Hashable, Sendable {
        package var cell = Cell()
        /// Devices that were tried.
        package var devices = 0
        /// Devices that were reached at least once.
        package var reached = 0

        package init() {}
    }

    /// A group's attempts in one column.
    package struct GroupEntry: Hashable, Sendable {
        /// Nil for devices without a group.
        package var group: UUID?
        package var column: Int64
        package var cell: GroupCell
    }
}

extension Snapshot {
    /// Reads the attempts of some devices.
    ///
    /// - Parameters:
    ///   - devices: The devices of a page: each hour of each is a step through the index.
    ///   - hours: Hours since 1970 UTC.
    /// - Returns: For each device, in the order given, the hours in which it was tried.
    /// - Throws: A failure of the database.
    package func reachability(
        of devices: [UUID], hours: Range<Int64>
    ) throws(StoreError) -> [[Int64: Reachability.Cell]] {
        var found: [[Int64: Reachability.Cell]] = []
        for device in devices {
            guard let key = try optionalKey(.device, device) else {
                found.append([:])
                continue
            }
            var cells: [Int64: Reachability.Cell] = [:]
            let statement = try database.statement(
                "SELECT tried, succeeded FROM reachability WHERE hour = ? AND device = ?")
            for hour in hours {
                try statement.bind(hour, at: 1)
                try statement.bind(key, at: 2)
                if try statement.step() {
                    var row = Row(statement)
                    cells[hour] = .init(tried: row.int(), succeeded: row.int())
                }
                statement.reset()
            }
            found.append(cells)
        }
        return found
    }

    /// Sums the attempts of a project's groups, each by itself, column by column.
    ///
    /// - Parameters:
    ///   - project: The project.
    ///   - hours: Hours since 1970 UTC that lie in whole columns.
    ///   - width: The hours of a column.
    ///   - start: The hour with which the first column begins.
    /// - Returns: The cells in which anything was tried.
    /// - Throws: A failure of the database.
    package func reachabilityOfGroups(
        in project: UUID, hours: Range<Int64>, width: Int64, from start: Int64
    ) throws(StoreError) -> [Reachability.GroupEntry] {
        try database.rows(
            """
            SELECT (SELECT uuid FROM device_group WHERE id = part.device_group), part.place,
                sum(part.tried), sum(part.succeeded), count(*), sum(part.succeeded > 0)
            FROM (
                SELECT d.device_group, (r.hour - ?4) / ?5 AS place, sum(r.tried) AS tried,
                    sum(r.succeeded) AS succeeded
                FROM reachability r CROSS JOIN device d ON d.id = r.device
                WHERE r.hour >= ?2 AND r.hour < ?3 AND d.project = ?1
                GROUP BY r.device, place) AS part
            GROUP BY part.device_group, part.place
            """, try key(.project, project), hours.lowerBound, hours.upperBound, start, width
        ) { (row) throws(StoreError) in
            let group = try row.optionalUUID()
            let column = row.integer()
            var cell = Reachability.GroupCell()
            cell.cell = .init(tried: row.int(), succeeded: row.int())
            cell.devices = row.int()
            cell.reached = row.int()
            return Reachability.GroupEntry(group: group, column: column, cell: cell)
        }
    }
}

extension Transaction {
    /// Deletes attempts of hours before one, a stretch at a time so that no writer waits for long.
    ///
    /// - Parameters:
    ///   - hour: Hours since 1970 UTC.
    ///   - limit: The most rows of one call.
    /// - Returns: How many were deleted; fewer than the limit means that none is left.
    /// - Throws: A failure of the database.
    package func trimReachability(
        before hour: Int64, limit: Int = 5_000
    ) throws(StoreError) -> Int {
        let end = try database.first(
            "SELECT hour, device FROM reachability WHERE hour < ? LIMIT 1 OFFSET ?", hour, limit
        ) { (row) throws(StoreError) in (hour: row.integer(), device: row.integer()) }
        guard let end else {
            return try database.run("DELETE FROM reachability WHERE hour < ?", hour)
        }
        return try database.run(
            "DELETE FROM reachability WHERE (hour, device) < (?, ?)", end.hour, end.device)
    }
}
