import Values
import Wire

/// The columns of a profile as the meter captures them, with what their values mean.
struct ProfileTable: Sendable {
    let columns: [CaptureObject]
    /// The place of the clock.
    let clockColumn: Int

    /// Finds the clock; nil where the meter captures none, so that its rows belong to no time.
    init?(columns: [CaptureObject]) {
        let clock = columns.firstIndex {
            $0.reference == CaptureObject.clock.reference && $0.dataIndex == 0
        }
        guard let clock else { return nil }
        self.columns = columns
        clockColumn = clock
    }

    /// The place of a register's value; nil where the meter does not capture it.
    func column(of register: EnergyRegister) -> Int? {
        columns.firstIndex { $0.reference == register.value && $0.dataIndex == 0 }
    }

    /// Reads the columns of attribute 3; nil where an element is no column.
    static func columns(_ data: CosemData) -> [CaptureObject]? {
        guard let elements = data.elements else { return nil }
        let columns = elements.compactMap { CaptureObject($0) }
        return columns.count == elements.count ? columns : nil
    }
}

/// One row of a profile with its place in time.
struct ProfileRow: Sendable {
    /// The stamp as the meter gave it, or made of the one before where the meter left it out.
    let time: Timestamp
    /// The end of the interval, exclusive, in milliseconds UTC.
    let intervalEnd: Int64
    let values: [CosemData]
    let status: Status
}

/// Places the rows of a day profile in time.
struct DayRows: Sendable {
    /// What was wrong with a row.
    enum Flaw: Hashable, Sendable {
        /// It has another number of values than there are columns, or is no structure.
        case unreadable(row: Int)
        /// It has no stamp, and no row before it has one either.
        case noStamp(row: Int)
        /// Its stamp is no end of a day.
        case offTime(row: Int, stamp: String)
    }

    /// The rows by the end of their day.
    private(set) var rows: [Int64: ProfileRow] = [:]
    private(set) var flaws: [Flaw] = []

    private static let day: Int64 = 86_400_000

    /// Reads the elements of attribute 2.
    init(_ elements: [CosemData], table: ProfileTable, clock: MeterClock) {
        var previous: CosemDateTime?
        for (index, element) in elements.enumerated() {
            guard case .structure(let values) = element, values.count == table.columns.count else {
                flaws.append(.unreadable(row: index + 1))
                continue
            }
            let stamp: CosemDateTime
            switch values[table.clockColumn] {
            case .null:
                // Left out because it is the one before and a day.
                guard let next = previous.flatMap(Self.dayAfter) else {
                    flaws.append(.noStamp(row: index + 1))
                    continue
                }
                stamp = next
            case let data:
                guard let own = data.dateTime else {
                    flaws.append(.noStamp(row: index + 1))
                    continue
                }
                stamp = own
            }
            previous = stamp
            guard let time = clock.timestamp(of: stamp), let end = clock.dayEnd(of: stamp) else {
                flaws.append(.offTime(row: index + 1, stamp: stamp.text))
                continue
            }
            keep(time, end, values, stamp)
        }
    }

    /// Keeps the row that is nearest to the day's end, where there is more than one.
    private mutating func keep(
        _ time: Timestamp, _ end: Int64, _ values: [CosemData], _ stamp: CosemDateTime
    ) {
        if let other = rows[end],
            abs(other.time.milliseconds - end) <= abs(time.milliseconds - end)
        {
            return
        }
        let isDoubtful = time.flags.contains(.invalid)
        rows[end] = ProfileRow(
            time: time, intervalEnd: end, values: values,
            status: isDoubtful ? .clockInvalid : [])
    }

    /// The same wall time a day later.
    private static func dayAfter(_ stamp: CosemDateTime) -> CosemDateTime? {
        guard let wall = stamp.civil else { return nil }
        let next = CivilTime(millisecondsUTC: wall.toMillisecondsUTC() + day)
        return CosemDateTime(
            clock: next, deviation: stamp.deviation.flatMap { Int16(exactly: $0) },
            isSummer: stamp.status?.contains(.summerTime) ?? false)
    }
}

extension CosemDateTime {
    /// The time for people: what the wall shows, or the bytes where they are no complete time.
    var text: String { civil?.description ?? bytes.hex }
}
