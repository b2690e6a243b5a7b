/// A start every so many minutes, hours, days or months, counted from the start of the enclosing
/// period.
///
/// Source: ceCloud 2.3.15.3.2. Minutes are counted within the hour, hours within the day, days
/// within the month, months within the year; the starts are where the count is a multiple. Every 7
/// minutes is :07, :14 … :56 and then :07 again; every 3 hours is 03:00, 06:00 … 21:00 and 24:00, which
/// is midnight; every 5 days is 00:00 of the days 05, 10 … 30; every 3 months is 00:00 of 1 March,
/// 1 June and so on. Where the last count does not end with the period, the next period begins anew.
package struct Interval: Hashable, Sendable {
    /// What is counted.
    package enum Unit: String, Hashable, Sendable, CaseIterable {
        case minutes, hours, days, months

        /// The largest count: the whole enclosing period.
        package var most: Int {
            switch self {
            case .minutes: 60
            case .hours: 24
            case .days: 31
            case .months: 12
            }
        }
    }

    /// A shift of all starts.
    package struct Offset: Hashable, Sendable {
        /// How many units later, from 0.
        package let count: Int
        /// Not larger than the interval's.
        package let unit: Unit

        /// Makes a shift; see ``Interval/init(_:_:offset:)`` for its limits.
        package init(_ count: Int, _ unit: Unit) {
            self.count = count
            self.unit = unit
        }
    }

    /// How many units, 1 to the unit's most.
    package let count: Int
    /// The unit.
    package let unit: Unit
    /// How much later than the count says.
    package let offset: Offset?

    /// Makes an interval.
    ///
    /// - Parameters:
    ///   - count: 1 to the unit's most.
    ///   - unit: What is counted.
    ///   - offset: Shorter than the enclosing period, in no larger unit. Nil is returned for a count or
    ///     an offset outside of its limits.
    package init?(_ count: Int, _ unit: Unit, offset: Offset? = nil) {
        guard (1...unit.most).contains(count) else { return nil }
        if let offset, !Self.allows(offset, for: unit) { return nil }
        self.count = count
        self.unit = unit
        self.offset = offset
    }

    /// The largest offset of an interval: just below its enclosing period, of which the shortest
    /// month has 28 days.
    ///
    /// - Parameters:
    ///   - unit: Of the offset.
    ///   - interval: The unit of the interval.
    /// - Returns: Nil where such an offset makes no sense.
    package static func largestOffset(in unit: Unit, for interval: Unit) -> Int? {
        switch (interval, unit) {
        case (.minutes, .minutes): 59
        case (.hours, .minutes): 24 * 60 - 1
        case (.hours, .hours): 23
        case (.days, .minutes), (.months, .minutes): 28 * 24 * 60 - 1
        case (.days, .hours), (.months, .hours): 28 * 24 - 1
        case (.days, .days), (.months, .days): 27
        case (.months, .months): 11
        default: nil
        }
    }

    private static func allows(_ offset: Offset, for unit: Unit) -> Bool {
        guard let most = largestOffset(in: offset.unit, for: unit) else { return false }
        return (0...most).contains(offset.count)
    }

    /// The counts at which there is a start, as 7, 14 and 21.
    var multiples: [Int] { Array(stride(from: count, through: unit.most, by: count)) }

    /// The offset in minutes; 0 where it is in months.
    var offsetMinutes: Int {
        guard let offset else { return 0 }
        return switch offset.unit {
        case .minutes: offset.count
        case .hours: offset.count * 60
        case .days: offset.count * 1440
        case .months: 0
        }
    }
}
