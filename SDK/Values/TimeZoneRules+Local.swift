// From what a zone's clocks show to UTC.

extension TimeZoneRules {
    /// The instants at which a zone's clocks show a time.
    public struct LocalMatch: Hashable, Sendable {
        /// How often the clocks show the time.
        public enum Kind: Hashable, Sendable {
            /// Once, as nearly always.
            case once
            /// Twice, because they were set back.
            case twice
            /// Never, because they were set forward over it.
            case never
        }

        /// How often the clocks show the time.
        public let kind: Kind
        /// The earlier instant, in milliseconds since 1970-01-01 UTC.
        ///
        /// Where the clocks never show the time, it is what the offset after the change makes of
        /// it, which lies before the change.
        public let earlier: Int64
        /// The later instant; the same as ``earlier`` where there is one only.
        ///
        /// Where the clocks never show the time, it is what the offset before the change makes of
        /// it, which lies after the change.
        public let later: Int64
    }

    /// Finds the instants at which the zone's clocks show a time.
    ///
    /// - Parameter civil: What the clocks show.
    /// - Returns: One or two instants.
    public func utc(ofLocal civil: CivilTime) -> LocalMatch {
        let local = civil.toMillisecondsUTC()
        // No zone is more than 26 hours from UTC, so every offset that may matter is in force
        // within.
        let reach: Int64 = 26 * 3_600_000
        let (low, lowOverflow) = local.subtractingReportingOverflow(reach)
        let (high, highOverflow) = local.addingReportingOverflow(reach)
        guard !lowOverflow, !highOverflow else {
            return LocalMatch(kind: .once, earlier: local, later: local)
        }
        let changes = transitions(from: low, to: high)
        var offsets = [offset(atUTC: low)]
        for change in changes where !offsets.contains(change.offsetAfter) {
            offsets.append(change.offsetAfter)
        }
        let instants = offsets.map { local - Int64($0) * 60_000 }
        let matches = zip(offsets, instants).filter { offset(atUTC: $1) == $0 }.map(\.1).sorted()
        if let earlier = matches.first, let later = matches.last {
            return LocalMatch(
                kind: earlier == later ? .once : .twice, earlier: earlier, later: later)
        }
        for change in changes {
            let skipped = change.milliseconds + Int64(change.offsetBefore) * 60_000
            let resumed = change.milliseconds + Int64(change.offsetAfter) * 60_000
            if skipped <= local, local < resumed {
                return LocalMatch(
                    kind: .never, earlier: local - Int64(change.offsetAfter) * 60_000,
                    later: local - Int64(change.offsetBefore) * 60_000)
            }
        }
        // Clocks leave a time out by a change only, so this zone has more changes within two days
        // than ``mostTransitions``.
        let instant = local - Int64(offset(atUTC: local)) * 60_000
        return LocalMatch(kind: .never, earlier: instant, later: instant)
    }

    /// Makes a timestamp of what a clock of this zone shows.
    ///
    /// - Parameters:
    ///   - civil: What the clock shows.
    ///   - isSummerTime: What the device says about it, or nil where it says nothing; it decides
    ///     where the clocks show the time twice.
    /// - Returns: The one instant; of two the one with the given summer time, else the earlier one;
    ///   of none the one that a clock shows which was not set forward.
    public func timestamp(ofLocal civil: CivilTime, isSummerTime: Bool? = nil) -> Timestamp {
        let match = utc(ofLocal: civil)
        switch match.kind {
        case .once:
            return timestamp(atUTC: match.earlier)
        case .never:
            return timestamp(atUTC: match.later)
        case .twice:
            let later = timestamp(atUTC: match.later)
            let isLater = isSummerTime.map { later.flags.contains(.summerTime) == $0 } ?? false
            let earlier = timestamp(atUTC: match.earlier)
            let isEarlier = isSummerTime.map { earlier.flags.contains(.summerTime) == $0 } ?? true
            return isLater && !isEarlier ? later : earlier
        }
    }
}
