import Values

/// That a subject has a measurement, without the measurement: all that counting needs.
struct MeasurementMark {
    /// The number of the quantity and tag in the file.
    var kind: Int64
    /// Milliseconds since 1970 UTC.
    var milliseconds: Int64
    /// The number of the shape in the file.
    var shape: Int64
}

extension MeasurementDatabase {
    /// The numbers of the quantities and tags that a caller wants, also those that another connection
    /// has added.
    func kindNumbers(
        _ isWanted: (MeasurementKind) -> Bool
    ) throws(StoreError) -> [Int64] {
        if let newest = try connection.integer("SELECT id FROM kind ORDER BY id DESC LIMIT 1") {
            _ = try kind(ofSeries: newest)
        }
        return kinds.filter { isWanted($0.value) }.keys.sorted()
    }

    /// Goes through what a subject has, each quantity and tag in order of time.
    ///
    /// - Parameters:
    ///   - subject: The subject's number.
    ///   - kinds: The quantities and tags, by their numbers.
    ///   - from: Inclusive, milliseconds since 1970 UTC.
    ///   - through: Inclusive.
    ///   - body: Takes each mark.
    /// - Throws: `.malformed` for a damaged file, and what `body` throws.
    func walk(
        subject: Int64, kinds: [Int64], from: Int64, through: Int64,
        _ body: (MeasurementMark) throws(StoreError) -> Void
    ) throws(StoreError) {
        let statement = try connection.statement(
            "SELECT time, shape FROM value WHERE series = ? AND time BETWEEN ? AND ? ORDER BY time")
        defer { statement.reset() }
        let origin = month.origin
        let plausible = RecordTime.plausible
        for kind in kinds {
            statement.reset()
            try statement.bind(subject << Self.kindBits | kind, at: 1)
            try statement.bind(max(from, plausible.lowerBound) - origin, at: 2)
            try statement.bind(min(through, plausible.upperBound) - origin, at: 3)
            while try statement.step() {
                var row = Row(statement)
                let (time, overflow) = row.integer().addingReportingOverflow(origin)
                guard !overflow else { throw .malformed("the time of a measurement") }
                try body(MeasurementMark(kind: kind, milliseconds: time, shape: row.integer()))
            }
        }
    }
}
