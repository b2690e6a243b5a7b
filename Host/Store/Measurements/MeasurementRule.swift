import Values

/// What to do with a measurement whose key is there already.
enum MeasurementVerdict: Hashable {
    /// Nothing: it says what is known.
    case unchanged
    /// Nothing: the known value comes from a better source, or the new one is none.
    case outranked
    /// The new row replaces the old one and nothing of the old one is kept.
    case update
    /// The new row is shown and the old one is kept beside it.
    case correction

    /// Applies the rules for a key that is written again.
    ///
    /// - Parameters:
    ///   - old: The stored row.
    ///   - new: The row that came.
    init(old: MeasurementRow, new: MeasurementRow) {
        let rank = MeasurementSource(new.shape.status)
        let oldRank = MeasurementSource(old.shape.status)
        switch (old.value, new.value) {
        case (let known?, let value?) where known.isSameReading(as: value):
            // A reading by a lesser source confirms the number, but not how it was got.
            self = new.shape.status == old.shape.status || rank < oldRank ? .unchanged : .update
        case (nil, nil):
            self = new.shape.status == old.shape.status || rank < oldRank ? .unchanged : .update
        case (_?, nil):
            self = .outranked
        case (nil, _?):
            self = .update
        case (_?, _?):
            if rank < oldRank {
                self = .outranked
            } else {
                self = old.shape.status.contains(.incomplete) ? .update : .correction
            }
        }
    }
}
