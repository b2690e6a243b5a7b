import Values

// Walks along the index of one series that look at times and shapes and at no values.

extension MeasurementDatabase {
    /// Tells the number of a series, if the file may have values of it.
    func knownSeries(ofSubject subject: Int64, _ kind: MeasurementKind) -> Int64? {
        kinds.first { $0.value == kind }.map { subject << Self.kindBits | $0.key }
    }

    /// Goes through the moments of a series in order.
    ///
    /// - Parameters:
    ///   - series: The series.
    ///   - from: Inclusive, milliseconds since 1970 UTC.
    ///   - through: Inclusive.
    ///   - body: Takes each moment and the number of its shape.
    /// - Throws: `.malformed` for a damaged file, and what `body` throws.
    func walk(
        series: Int64, from: Int64, through: Int64,
        _ body: (Int64, Int64) throws(StoreError) -> Void
    ) throws(StoreError) {
        let statement = try connection.statement(
            "SELECT time, shape FROM value WHERE series = ? AND time BETWEEN ? AND ? ORDER BY time")
        defer { statement.reset() }
        let origin = month.origin
        try statement.bind(series, at: 1)
        let plausible = RecordTime.plausible
        try statement.bind(max(from, plausible.lowerBound) - origin, at: 2)
        try statement.bind(min(through, plausible.upperBound) - origin, at: 3)
        while try statement.step() {
            var row = Row(statement)
            let (time, overflow) = row.integer().addingReportingOverflow(origin)
            guard !overflow else { throw .malformed("the time of a measurement") }
            try body(time, row.integer())
        }
    }

    /// Counts the moments of a series.
    ///
    /// - Parameters:
    ///   - series: The series.
    ///   - after: Exclusive, milliseconds since 1970 UTC.
    ///   - through: Inclusive.
    /// - Returns: How many there are.
    /// - Throws: A failure of the database.
    func count(series: Int64, after: Int64, through: Int64) throws(StoreError) -> Int {
        let statement = try connection.statement(
            "SELECT count(*) FROM value WHERE series = ? AND time > ? AND time <= ?")
        defer { statement.reset() }
        try statement.bind(series, at: 1)
        try statement.bind(after - month.origin, at: 2)
        try statement.bind(through - month.origin, at: 3)
        guard try statement.step() else { return 0 }
        var row = Row(statement)
        return row.int()
    }

    /// Whether any shape of the file says that there is no value.
    func hasAbsentShapes() throws(StoreError) -> Bool {
        try connection.integer("SELECT 1 FROM shape WHERE kind = 0 LIMIT 1") != nil
    }
}
