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

    /// Goes through what a subject has in order of time.
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
        var isWanted = [Bool](repeating: false, count: Int(kinds.max() ?? -1) + 1)
        for kind in kinds { isWanted[Int(kind)] = true }
        let base = month.base
        try visit(subject: subject, from: time(from), through: time(through)) {
            (entry, _) throws(StoreError) in
            let kind = Int(entry.kind)
            if kind < isWanted.count, isWanted[kind] {
                try body(
                    MeasurementMark(
                        kind: Int64(entry.kind), milliseconds: base + Int64(entry.time),
                        shape: Int64(entry.shape)))
            }
            return true
        }
    }
}
