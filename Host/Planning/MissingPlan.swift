/// Which parts of a period are still to be asked for.
package enum MissingPlan {
    /// Holes with so few stored values between them are asked for at once.
    package static let usualGap = 2
    /// The most ranges that one item is asked for.
    package static let mostRanges = 8

    /// Compares what is expected with what is stored.
    ///
    /// - Parameters:
    ///   - slots: Where values are expected, in ascending order.
    ///   - stored: For each series that is wanted its stored moments in ascending order, without
    ///     those that are to be read again. Without a series everything is missing.
    ///   - gap: Two holes with at most so many complete slots between them become one range.
    ///   - limit: The most ranges, at least 1; where there are more, the nearest ones are joined.
    /// - Returns: Ranges in ascending order; empty where there is nothing to ask for.
    package static func ranges(
        slots: [Range<Int64>], stored: [[Int64]], gap: Int = usualGap, limit: Int = mostRanges
    ) -> [Range<Int64>] {
        var holes: [ClosedRange<Int>] = []
        for index in missing(slots, stored) {
            if let last = holes.last, index - last.upperBound - 1 <= gap {
                holes[holes.count - 1] = last.lowerBound...index
            } else {
                holes.append(index...index)
            }
        }
        join(&holes, upTo: max(limit, 1))
        return holes.map { slots[$0.lowerBound].lowerBound..<slots[$0.upperBound].upperBound }
    }

    /// The slots that a series has no moment in.
    private static func missing(_ slots: [Range<Int64>], _ stored: [[Int64]]) -> [Int] {
        guard !stored.isEmpty else { return Array(slots.indices) }
        var isMissing = [Bool](repeating: false, count: slots.count)
        for moments in stored {
            var next = 0
            for (index, slot) in slots.enumerated() {
                while next < moments.count, moments[next] < slot.lowerBound { next += 1 }
                if next == moments.count || moments[next] >= slot.upperBound {
                    isMissing[index] = true
                }
            }
        }
        return slots.indices.filter { isMissing[$0] }
    }

    /// Joins neighbours until there are few enough, those with the fewest slots between them first.
    private static func join(_ holes: inout [ClosedRange<Int>], upTo limit: Int) {
        guard holes.count > limit else { return }
        let gaps = holes.indices.dropFirst().map { index in
            (index, holes[index].lowerBound - holes[index - 1].upperBound)
        }
        // The widest gaps stay; of equal ones the newer.
        let kept = Set(
            gaps.sorted { ($0.1, $0.0) > ($1.1, $1.0) }.prefix(limit - 1).map(\.0))
        var joined: [ClosedRange<Int>] = []
        for (index, hole) in holes.enumerated() {
            if let last = joined.last, !kept.contains(index) {
                joined[joined.count - 1] = last.lowerBound...hole.upperBound
            } else {
                joined.append(hole)
            }
        }
        holes = joined
    }
}
