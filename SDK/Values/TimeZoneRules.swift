/// When a time zone's clocks were and will be how far ahead of UTC.
///
/// A zone is a fixed offset or one of the IANA database, whose rules hold for all of the future.
/// Offsets are whole minutes; the odd seconds of local mean times before 1920 are rounded.
public struct TimeZoneRules: Hashable, Sendable {
    /// A change of a zone's clocks.
    public struct Transition: Hashable, Sendable {
        /// When, in milliseconds since 1970-01-01 UTC.
        public let milliseconds: Int64
        /// How far the clocks were ahead of UTC before, in minutes.
        public let offsetBefore: Int
        /// How far they are ahead of UTC from then on, in minutes.
        public let offsetAfter: Int
        /// Whether it is summer time from then on.
        public let isSummerTime: Bool

        /// Makes a change of a zone's clocks.
        ///
        /// - Parameters:
        ///   - milliseconds: When, since 1970-01-01 UTC.
        ///   - offsetBefore: How far the clocks were ahead of UTC before, in minutes.
        ///   - offsetAfter: How far they are ahead of UTC from then on, in minutes.
        ///   - isSummerTime: Whether it is summer time from then on.
        public init(
            milliseconds: Int64, offsetBefore: Int, offsetAfter: Int, isSummerTime: Bool
        ) {
            self.milliseconds = milliseconds
            self.offsetBefore = offsetBefore
            self.offsetAfter = offsetAfter
            self.isSummerTime = isSummerTime
        }
    }

    /// A kind of time that a zone's clocks show.
    struct LocalType: Hashable, Sendable {
        let offsetSeconds: Int
        let isSummerTime: Bool

        /// Rounded to the nearest minute.
        var offsetMinutes: Int {
            let seconds = offsetSeconds + 30
            return seconds >= 0 ? seconds / 60 : (seconds - 59) / 60
        }
    }

    /// A change as the file has it.
    struct Change: Hashable, Sendable {
        /// Since 1970-01-01 UTC.
        let seconds: Int64
        let type: LocalType
    }

    /// The zone's name, or its offset such as `+03:00`.
    public let name: String
    private let first: LocalType
    /// In ascending order.
    private let changes: [Change]
    /// For times after the last change, where the rules go on.
    private let rule: RecurringRule?

    /// UTC.
    public static let utc = TimeZoneRules(
        name: "UTC", first: LocalType(offsetSeconds: 0, isSummerTime: false), changes: [], rule: nil
    )

    init(name: String, first: LocalType, changes: [Change], rule: RecurringRule?) {
        self.name = name
        self.first = first
        self.changes = changes
        self.rule = rule
    }

    /// Makes a zone whose clocks never change.
    ///
    /// - Parameter fixedOffsetMinutes: How far the clocks are ahead of UTC; nil is returned for a
    ///   day or more.
    public init?(fixedOffsetMinutes: Int) {
        let limit = Timestamp.largestOffsetMinutes
        guard (-limit...limit).contains(fixedOffsetMinutes) else { return nil }
        var writer = TimeText()
        writer.offset(minutes: fixedOffsetMinutes)
        self.init(
            name: writer.text,
            first: LocalType(offsetSeconds: fixedOffsetMinutes * 60, isSummerTime: false),
            changes: [], rule: nil)
    }
}

// MARK: - From UTC to the zone's clocks

extension TimeZoneRules {
    /// How far the zone's clocks are ahead of UTC.
    ///
    /// - Parameter milliseconds: Since 1970-01-01 UTC.
    /// - Returns: Minutes.
    public func offset(atUTC milliseconds: Int64) -> Int {
        type(atUTC: milliseconds).offsetMinutes
    }

    /// Whether it is summer time.
    ///
    /// - Parameter milliseconds: Since 1970-01-01 UTC.
    /// - Returns: True where the zone's rules say so.
    public func isSummerTime(atUTC milliseconds: Int64) -> Bool {
        type(atUTC: milliseconds).isSummerTime
    }

    /// The timestamp of an instant with the zone's offset at it.
    ///
    /// - Parameter milliseconds: Since 1970-01-01 UTC.
    /// - Returns: A timestamp whose time is known and whose offset is that of the zone.
    public func timestamp(atUTC milliseconds: Int64) -> Timestamp {
        let type = type(atUTC: milliseconds)
        return Timestamp(
            milliseconds: milliseconds, offsetMinutes: type.offsetMinutes,
            flags: type.isSummerTime ? [.known, .summerTime] : [.known])
    }

    private func type(atUTC milliseconds: Int64) -> LocalType {
        type(atSecond: Self.seconds(milliseconds))
    }

    private func type(atSecond seconds: Int64) -> LocalType {
        guard let last = changes.last else { return rule?.type(at: seconds) ?? first }
        if seconds >= last.seconds { return rule?.type(at: seconds) ?? last.type }
        let index = firstChange(after: seconds)
        return index == 0 ? first : changes[index - 1].type
    }

    /// The place of the first change after a time, or the number of changes.
    private func firstChange(after seconds: Int64) -> Int {
        var (low, high) = (0, changes.count)
        while low < high {
            let middle = (low + high) / 2
            if changes[middle].seconds <= seconds { low = middle + 1 } else { high = middle }
        }
        return low
    }

    private static func seconds(_ milliseconds: Int64) -> Int64 {
        let (quotient, remainder) = milliseconds.quotientAndRemainder(dividingBy: 1000)
        return remainder < 0 ? quotient - 1 : quotient
    }
}

// MARK: - Transitions

extension TimeZoneRules {
    /// How many transitions are told at most; recurring rules would give them without end.
    public static let mostTransitions = 1000

    /// The changes of the zone's clocks in a period.
    ///
    /// - Parameters:
    ///   - start: The period's start in milliseconds since 1970-01-01 UTC, inclusive.
    ///   - end: The period's end, exclusive.
    /// - Returns: The changes in ascending order, ``mostTransitions`` at most.
    public func transitions(from start: Int64, to end: Int64) -> [Transition] {
        guard start < end else { return [] }
        // The first whole second in the period, and the last one.
        let low = -Self.seconds(-max(start, .min + 1))
        let high = Self.seconds(end - 1)
        var result: [Transition] = []
        var before = type(atSecond: low - 1)
        for change in changes(from: low, through: high) {
            defer { before = change.type }
            guard before != change.type, result.count < Self.mostTransitions else { continue }
            result.append(
                Transition(
                    milliseconds: change.seconds * 1000, offsetBefore: before.offsetMinutes,
                    offsetAfter: change.type.offsetMinutes,
                    isSummerTime: change.type.isSummerTime))
        }
        return result
    }

    /// The changes in a period, of which the last one counts where several are at one instant.
    private func changes(from low: Int64, through high: Int64) -> [Change] {
        var result = Array(changes[firstChange(after: low - 1)..<firstChange(after: high)])
        // Of the rule count the changes after the file's last one.
        let from = max(changes.last.map { $0.seconds + 1 } ?? .min, low)
        guard let rule, rule.changesYearly, from <= high else { return result }
        var year = Self.year(from) - 1
        let lastYear = Self.year(high) + 1
        while year <= lastYear, result.count <= 2 * Self.mostTransitions {
            for change in rule.changes(in: year) where (from...high).contains(change.seconds) {
                if result.last?.seconds == change.seconds { result.removeLast() }
                result.append(change)
            }
            year += 1
        }
        return result
    }

    private static func year(_ seconds: Int64) -> Int {
        let days = seconds / 86_400 - (seconds % 86_400 < 0 ? 1 : 0)
        return CivilTime.date(days: Int(days)).year
    }
}

extension TimeZoneRules: CustomStringConvertible {
    /// The zone's name, or its offset.
    public var description: String { name }
}
