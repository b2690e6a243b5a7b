import JSON
import Values

/// The time zone of a device, as a list of offsets: what turns its clock into UTC and back.
public struct DeviceClock: Hashable, Sendable {
    /// One stretch of time with one offset.
    public struct Span: Hashable, Sendable {
        /// Where it begins, in milliseconds since 1970 UTC.
        public let from: Int64
        /// How far local time is ahead of UTC, in minutes.
        public let offsetMinutes: Int

        /// Makes a span.
        ///
        /// - Parameters:
        ///   - from: Where it begins, in milliseconds since 1970 UTC.
        ///   - offsetMinutes: How far local time is ahead of UTC, in minutes.
        public init(from: Int64, offsetMinutes: Int) {
            self.from = from
            self.offsetMinutes = offsetMinutes
        }
    }

    /// The zone's name, such as `Europe/Moscow`; may be empty.
    public let name: String
    /// The spans in order; the first also holds for all time before it.
    public let spans: [Span]

    /// Makes a clock.
    ///
    /// - Parameters:
    ///   - name: The zone's name; may be empty.
    ///   - spans: The spans, in any order; none means UTC.
    public init(name: String = "", spans: [Span] = []) {
        self.name = name
        self.spans = spans.sorted { $0.from < $1.from }
    }

    /// Reads `{ "name", "offsets": [[fromMs, minutes], …] }`.
    init(_ fields: Fields?) throws(RequestError) {
        guard let fields else {
            self.init()
            return
        }
        var spans: [Span] = []
        for value in try fields.array("offsets") {
            guard let pair = value.array, pair.count == 2,
                case .number(let from) = pair[0], case .number(let minutes) = pair[1],
                let from = from.int64, let minutes = minutes.int64.flatMap(Int.init(exactly:)),
                (-1439...1439).contains(minutes)
            else { throw fields.error("offsets", "is no list of [milliseconds, minutes]") }
            spans.append(Span(from: from, offsetMinutes: minutes))
        }
        self.init(name: try fields.optionalText("name") ?? "", spans: spans)
    }

    /// The offset at a moment.
    ///
    /// - Parameter milliseconds: The moment, in milliseconds since 1970 UTC.
    /// - Returns: How far local time is ahead of UTC, in minutes.
    public func offsetMinutes(atUTC milliseconds: Int64) -> Int {
        let span = spans.last { $0.from <= milliseconds } ?? spans.first
        return span?.offsetMinutes ?? 0
    }

    /// The local time at a moment.
    ///
    /// - Parameter milliseconds: The moment, in milliseconds since 1970 UTC.
    /// - Returns: What the device's clock shows.
    public func civil(atUTC milliseconds: Int64) -> CivilTime {
        CivilTime(
            millisecondsUTC: milliseconds, offsetMinutes: offsetMinutes(atUTC: milliseconds))
    }

    /// The moment at which the device's clock shows this.
    ///
    /// In the hour that happens twice when the clocks go back, `summerTime` decides; without it the
    /// first of the two is meant. In the hour that does not happen, the clock is taken for one that
    /// was not put forward yet.
    ///
    /// - Parameters:
    ///   - civil: What the clock shows.
    ///   - summerTime: Whether the device says that it is summer time; nil where it says nothing.
    ///   - flags: What else is known about the time; `known` is always added.
    /// - Returns: The moment. Its offset comes from the zone and counts as not told by the device.
    public func timestamp(
        _ civil: CivilTime, summerTime: Bool? = nil, flags: TimeFlags = []
    ) -> Timestamp {
        let candidates = candidates(civil)
        let span: Int
        switch summerTime {
        case true?: span = candidates.max() ?? 0
        case false?: span = candidates.min() ?? 0
        case nil: span = candidates.first ?? 0
        }
        var flags = flags.union(.known)
        if summerTime == true { flags.insert(.summerTime) }
        return Timestamp(civil, offsetMinutes: span, flags: flags)
    }

    /// The offsets under which the clock shows this, in the order of the moments; never empty.
    private func candidates(_ civil: CivilTime) -> [Int] {
        var offsets: [Int] = []
        for (index, span) in spans.enumerated() {
            let moment = civil.toMillisecondsUTC(offsetMinutes: span.offsetMinutes)
            let begin = index == 0 ? Int64.min : span.from
            let end = index + 1 < spans.count ? spans[index + 1].from : Int64.max
            if moment >= begin, moment < end { offsets.append(span.offsetMinutes) }
        }
        return offsets.isEmpty ? [gapOffset(civil)] : offsets
    }

    /// The offset before the gap that holds this time.
    private func gapOffset(_ civil: CivilTime) -> Int {
        for (earlier, later) in zip(spans, spans.dropFirst()) {
            let old = civil.toMillisecondsUTC(offsetMinutes: earlier.offsetMinutes)
            let new = civil.toMillisecondsUTC(offsetMinutes: later.offsetMinutes)
            if old >= later.from, new < later.from { return earlier.offsetMinutes }
        }
        return spans.first?.offsetMinutes ?? 0
    }
}
