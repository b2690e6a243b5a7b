import Values

/// How many values of which devices are to be counted.
package struct ReceivedQuery: Hashable, Sendable {
    package var devices: [UUID]
    package var archive: String
    package var quantities: [String]
    /// Empty text for values without a tag.
    package var tags: [String]
    /// The bounds of the cells in ascending order, milliseconds since 1970 UTC: a cell holds what lies
    /// after its first bound and up to its second one, because an interval is known by its end.
    package var bounds: [Int64]
    /// How many moments a series has in each cell; what is more is not counted.
    package var moments: [Int]

    package init(
        devices: [UUID], archive: String, quantities: [String], tags: [String], bounds: [Int64],
        moments: [Int]
    ) {
        self.devices = devices
        self.archive = archive
        self.quantities = quantities
        self.tags = tags
        self.bounds = bounds
        self.moments = moments
    }
}

extension Snapshot {
    /// Counts the values that devices have, cell by cell, without reading them.
    ///
    /// A value that the device says to be absent is none. What is behind a device is not counted.
    ///
    /// - Parameter query: Devices, series and cells.
    /// - Returns: For each device of the query, in its order, the counts of its cells.
    /// - Throws: `.invalid` for what is no archive.
    package func receivedCounts(_ query: ReceivedQuery) throws(StoreError) -> [[Int]] {
        let cells = max(query.bounds.count - 1, 0)
        var counts = [[Int]](
            repeating: [Int](repeating: 0, count: cells), count: query.devices.count)
        guard cells > 0, let first = query.bounds.first, let last = query.bounds.last else {
            return counts
        }
        let months = try measurementFiles.months(
            of: query.archive, from: first + 1, through: last)
        var walks: [CountingWalk] = []
        for month in months {
            guard let database = try measurementFiles.database(month) else { continue }
            walks.append(try CountingWalk(database, query))
        }
        for (index, device) in query.devices.enumerated() {
            for kind in query.kinds {
                var found = [Int](repeating: 0, count: cells)
                for walk in walks { try walk.count(device, kind, into: &found) }
                for cell in found.indices {
                    counts[index][cell] += min(found[cell], query.moments[cell])
                }
            }
        }
        return counts
    }
}

extension ReceivedQuery {
    /// Every quantity with every tag.
    fileprivate var kinds: [MeasurementKind] {
        quantities.flatMap { quantity in
            tags.map { MeasurementKind(quantity: quantity, tag: $0) }
        }
    }
}

/// Counts in one file.
private struct CountingWalk {
    private let database: MeasurementDatabase
    private let bounds: [Int64]
    /// Whether the shape of each value has to be looked at.
    private let hasAbsent: Bool
    /// Cells with so many moments are counted by the database itself: one question for each costs
    /// less than a step for each value.
    private let isDense: Bool

    init(_ database: MeasurementDatabase, _ query: ReceivedQuery) throws(StoreError) {
        self.database = database
        bounds = query.bounds
        hasAbsent = try database.hasAbsentShapes()
        isDense = (query.moments.max() ?? 0) >= 8
    }

    func count(
        _ device: UUID, _ kind: MeasurementKind, into cells: inout [Int]
    ) throws(StoreError) {
        guard let subject = try database.number(of: .init(device: device, child: "")),
            let series = database.knownSeries(ofSubject: subject, kind)
        else { return }
        if isDense, !hasAbsent {
            for cell in cells.indices {
                cells[cell] += try database.count(
                    series: series, after: bounds[cell], through: bounds[cell + 1])
            }
            return
        }
        var cell = 0
        var counted = cells
        try database.walk(
            series: series, from: bounds[0] + 1, through: bounds[bounds.count - 1]
        ) { (time, shape) throws(StoreError) in
            if hasAbsent, try database.shape(shape).kind == .absent { return }
            while time > bounds[cell + 1] { cell += 1 }
            counted[cell] += 1
        }
        cells = counted
    }
}
