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
            // By series, because what one has too many makes up for nothing in another.
            var found = [Int](repeating: 0, count: query.kinds.count * cells)
            for walk in walks { try walk.count(device, into: &found) }
            for (place, count) in found.enumerated() {
                counts[index][place % cells] += min(count, query.moments[place % cells])
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
    /// The places of the wanted quantities and tags, by their numbers in the file.
    private let places: [Int64: Int]
    private let kinds: [Int64]

    init(_ database: MeasurementDatabase, _ query: ReceivedQuery) throws(StoreError) {
        self.database = database
        bounds = query.bounds
        var places: [Int64: Int] = [:]
        for (place, kind) in query.kinds.enumerated() {
            for number in try database.kindNumbers({ $0 == kind }) { places[number] = place }
        }
        self.places = places
        kinds = places.keys.sorted()
    }

    /// Adds what a device has: series by series its cells.
    func count(_ device: UUID, into found: inout [Int]) throws(StoreError) {
        guard !kinds.isEmpty,
            let subject = try database.number(of: .init(device: device, child: ""))
        else { return }
        let cells = bounds.count - 1
        var counts = found
        var cell = 0
        try database.walk(
            subject: subject, kinds: kinds, from: bounds[0] + 1, through: bounds[cells]
        ) { (mark) throws(StoreError) in
            guard let place = places[mark.kind], try database.shape(mark.shape).kind != .absent
            else { return }
            // Mostly the same cell as before, or the next one.
            if mark.milliseconds <= bounds[cell] { cell = 0 }
            while mark.milliseconds > bounds[cell + 1] { cell += 1 }
            counts[place * cells + cell] += 1
        }
        found = counts
    }
}
