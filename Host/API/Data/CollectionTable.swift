import Dispatching
import Planning
import Store
import Values

/// Collection statistics: devices × days, each cell received ÷ expected.
struct CollectionTable: Sendable {
    /// A device with what was received in each column.
    struct Row: Sendable {
        var device: DeviceOutline
        /// Which of the calendars is the device's.
        var calendar: Int
        var received: [Int32]
    }

    /// The sums of a group, or of all.
    struct Sum: Sendable {
        var group: UUID?
        /// Empty for devices without a group.
        var name: String
        var devices: Int
        var cells: [CollectionShare]

        /// The whole period.
        var average: CollectionShare {
            cells.reduce(into: CollectionShare()) { $0 += $1 }
        }
    }

    let calculated: Moment
    let columns: [String]
    /// What is expected of a device in each column, by calendar.
    let expected: [[Int]]
    let rows: [Row]
    /// In the order of their names; devices without a group come first.
    let groups: [Sum]
    let total: Sum

    /// The cells of a device.
    func cells(of row: Row) -> [CollectionShare] {
        zip(row.received, expected[row.calendar]).map {
            CollectionShare(ofDevice: Int($0), of: $1)
        }
    }
}

extension CollectionTable {
    /// Devices that are counted in one view of the store: a reader serves others in between.
    private static let stretch = 200

    /// Counts everything.
    ///
    /// - Parameters:
    ///   - query: Of what.
    ///   - store: What to read from.
    /// - Throws: `.notFound` for a device or a group that is not in the project.
    init(_ query: CollectionQuery, from store: Store) async throws(StoreError) {
        let now = store.now
        let (devices, names) = try await store.read { (snapshot) throws(StoreError) in
            _ = try snapshot.archive(query.archive)
            return (
                try query.selection.find(snapshot),
                try snapshot.groupNames(in: query.selection.project)
            )
        }
        let days = query.columns()
        var calendars = Calendars(query: query, days: days, now: now.milliseconds)
        var rows: [Row] = []
        rows.reserveCapacity(devices.count)
        for device in devices {
            rows.append(
                Row(device: device, calendar: calendars.index(of: device), received: []))
        }
        for start in stride(from: 0, to: rows.count, by: Self.stretch) {
            let part = start..<min(start + Self.stretch, rows.count)
            let asked = rows[part].map { ($0.device.id, $0.calendar) }
            let known = calendars.known
            let counts = try await store.read { (snapshot) throws(StoreError) in
                try Self.counts(asked, query, known, snapshot)
            }
            for (index, received) in zip(part, counts) { rows[index].received = received }
        }
        self.init(
            calculated: now, columns: days.map(query.title), names: names, rows: rows,
            expected: calendars.known.map { calendar in
                calendar.moments.map { $0 * query.quantities.count * query.tags.count }
            })
    }

    /// Sums the rows up.
    init(
        calculated: Moment, columns: [String], names: [UUID: String], rows: [Row],
        expected: [[Int]]
    ) {
        self.calculated = calculated
        self.columns = columns
        self.expected = expected
        self.rows = rows
        let empty = [CollectionShare](repeating: CollectionShare(), count: columns.count)
        var total = Sum(group: nil, name: "", devices: rows.count, cells: empty)
        var groups: [UUID?: Sum] = [:]
        for row in rows {
            let group = row.device.group
            var sum =
                groups[group]
                ?? Sum(
                    group: group, name: group.flatMap { names[$0] } ?? "", devices: 0, cells: empty)
            sum.devices += 1
            for (index, received) in row.received.enumerated() {
                let share = CollectionShare(
                    ofDevice: Int(received), of: expected[row.calendar][index])
                sum.cells[index] += share
                total.cells[index] += share
            }
            groups[group] = sum
        }
        self.total = total
        self.groups = groups.values.sorted {
            ($0.name, $0.group?.description ?? "") < ($1.name, $1.group?.description ?? "")
        }
    }

    private static func counts(
        _ devices: [(UUID, Int)], _ query: CollectionQuery, _ calendars: [Calendars.Known],
        _ snapshot: Snapshot
    ) throws(StoreError) -> [[Int32]] {
        var counts = [[Int32]](repeating: [], count: devices.count)
        for (number, calendar) in calendars.enumerated() {
            let own = devices.indices.filter { devices[$0].1 == number }
            guard !own.isEmpty else { continue }
            let found = try snapshot.receivedCounts(
                ReceivedQuery(
                    devices: own.map { devices[$0].0 }, archive: query.archive,
                    quantities: query.quantities, tags: query.tags, bounds: calendar.bounds,
                    moments: calendar.moments))
            for (index, cells) in zip(own, found) {
                counts[index] = cells.map { Int32(clamping: $0) }
            }
        }
        return counts
    }
}

/// The columns as instants, once for each time zone.
private struct Calendars {
    struct Known: Sendable {
        /// The bounds of the columns.
        var bounds: [Int64]
        /// How many moments each column has whose time has come.
        var moments: [Int]
    }

    let query: CollectionQuery
    let days: [CivilTime]
    let now: Int64
    private(set) var known: [Known] = []
    private var numbers: [String: Int] = [:]

    init(query: CollectionQuery, days: [CivilTime], now: Int64) {
        self.query = query
        self.days = days
        self.now = now
    }

    mutating func index(of device: DeviceOutline) -> Int {
        let name = device.timeZone ?? ""
        if let number = numbers[name] { return number }
        let zone = device.timeZone.flatMap(TimeZones.find) ?? TimeZones.host
        let calendar = LocalCalendar(zone)
        var bounds = days.map { calendar.start(ofDay: $0) }
        if let last = days.last { bounds.append(calendar.start(ofDay: query.after(last))) }
        let moments = zip(bounds, bounds.dropFirst()).map { after, through in
            // An interval is known by its end: the first bound belongs to the column before.
            after < through
                ? IntervalEnds.list(
                    query.period, in: after + 1..<max(min(through, now), after) + 1, zone: zone
                ).count : 0
        }
        known.append(Known(bounds: bounds, moments: moments))
        numbers[name] = known.count - 1
        return known.count - 1
    }
}

extension Snapshot {
    /// The names of a project's groups.
    fileprivate func groupNames(in project: UUID) throws(StoreError) -> [UUID: String] {
        var names: [UUID: String] = [:]
        var cursor: Cursor?
        repeat {
            let page = try groups(in: project, ListQuery(limit: 10_000, cursor: cursor))
            for group in page.items { names[group.id] = group.name }
            cursor = page.next
        } while cursor != nil
        return names
    }
}
