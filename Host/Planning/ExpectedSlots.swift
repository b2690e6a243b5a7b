import Values

/// Where values of an archive are expected: stretches of time that hold one nominal end each.
package enum ExpectedSlots {
    /// More than this are not planned one by one.
    package static let most = 100_000

    /// Lists the slots of a period whose values can be there.
    ///
    /// Where the device's calendar is known, a slot begins at a nominal end and reaches to the next
    /// one. Where nobody has told it, the period is cut backwards into stretches of one interval's
    /// length: each holds one end, wherever the device stands.
    ///
    /// - Parameters:
    ///   - period: How often the archive gets a value.
    ///   - range: Over nominal ends, from inclusive, to exclusive, milliseconds since 1970 UTC.
    ///   - zone: The device's time zone; nil where nobody has told it.
    ///   - due: The newest end whose value may have been delivered, inclusive.
    /// - Returns: Slots in ascending order, without gaps; nil where there are too many of them.
    package static func list(
        _ period: ArchivePeriod, in range: Range<Int64>, zone: TimeZoneRules?, due: Int64
    ) -> [Range<Int64>]? {
        let range = range.clamped(to: plausible)
        let end = min(range.upperBound, due < plausible.upperBound ? due + 1 : .max)
        guard range.lowerBound < end else { return [] }
        guard (end - range.lowerBound) / period.milliseconds < Int64(most) else { return nil }
        guard let zone else { return anywhere(period, range.lowerBound..<end) }
        let ends = IntervalEnds.list(
            period, in: range.lowerBound..<end, zone: zone, limit: most + 1)
        guard ends.count <= most, let last = ends.last else { return ends.isEmpty ? [] : nil }
        let after = IntervalEnds.list(
            period, in: last + 1..<last + 1 + 2 * period.milliseconds, zone: zone, limit: 1)
        let bounds = ends.dropFirst() + [after.first ?? last + period.milliseconds]
        return zip(ends, bounds).map { $0..<$1 }
    }

    /// 1970 up to 2200, as the store takes times of meters.
    private static let plausible: Range<Int64> = 0..<7_258_118_400_000

    private static let hour: Int64 = 3_600_000

    private static func anywhere(
        _ period: ArchivePeriod, _ range: Range<Int64>
    ) -> [Range<Int64>] {
        if period == .month { return months(range) }
        var slots: [Range<Int64>] = []
        var end = range.upperBound
        while end - range.lowerBound >= 2 * period.milliseconds {
            slots.append(end - period.milliseconds..<end)
            end -= period.milliseconds
        }
        // What is left over is no interval of its own: the oldest slot takes it in.
        slots.append(range.lowerBound..<end)
        return slots.reversed()
    }

    /// The turns of the months, as the farthest clocks east and west show them.
    private static func months(_ range: Range<Int64>) -> [Range<Int64>] {
        let wide = range.lowerBound - 14 * hour..<range.upperBound + 14 * hour
        return IntervalEnds.list(.month, in: wide, zone: .utc).compactMap { turn in
            let slot =
                max(
                    turn - 14 * hour, range.lowerBound)..<max(
                    min(turn + 12 * hour + 1, range.upperBound), range.lowerBound)
            return slot.isEmpty ? nil : slot
        }
    }
}
