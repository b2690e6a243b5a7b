import JSON
import Values

/// Reads the JSON of a schedule and gathers all that is wrong with it.
struct ScheduleReading {
    private let json: JSONValue
    private(set) var faults: [ScheduleFault] = []

    init(_ json: JSONValue) {
        self.json = json
    }

    mutating func recurrence() -> Recurrence? {
        let named = Schedule.kinds.filter { json[$0] != nil && json[$0] != .null }
        guard let kind = named.first, named.count == 1, let value = json[kind] else {
            let kinds = Schedule.kinds.joined(separator: ", ")
            return fault(
                [], "Задайте ровно одно из: \(kinds).", "Give exactly one of \(kinds).")
        }
        switch kind {
        case "every": return interval(value).map(Recurrence.every)
        case "daily": return times(value, kind).map { .daily(times: $0) }
        case "weekly":
            let weekdays = weekdays(value)
            guard let times = times(value, kind), let weekdays else { return nil }
            return .weekly(weekdays: weekdays, times: times)
        case "monthly":
            let days = days(value)
            guard let times = times(value, kind), let days else { return nil }
            return .monthly(days: days, times: times)
        default: return cron(value).map(Recurrence.cron)
        }
    }

    mutating func zone(_ find: (String) -> TimeZoneRules?) -> TimeZoneRules? {
        if let name = json["timeZone"]?.string, let zone = find(name) { return zone }
        return fault(
            ["timeZone"],
            "Ожидается смещение (UTC+03:00) или часовой пояс IANA (Europe/Moscow).",
            "Expected an offset (UTC+03:00) or an IANA time zone (Europe/Moscow).")
    }

    mutating func number(_ name: String, _ range: ClosedRange<Int>) -> Int? {
        guard let value = json[name], value != .null else { return nil }
        return number(value, range, at: [name])
    }

    /// Refuses a jitter by which the window could close before the start.
    mutating func compare(jitter: Int, window: Int) {
        guard jitter >= window * 60 else { return }
        faults.append(
            ScheduleFault(
                ["jitterSeconds"], "Разброс должен быть меньше окна запуска.",
                "The jitter must be shorter than the window."))
    }

    private mutating func interval(_ value: JSONValue) -> Interval? {
        let units = Interval.Unit.allCases.map(\.rawValue)
        guard let unit = value["unit"]?.string.flatMap(Interval.Unit.init) else {
            return fault(["every", "unit"], allowed: units)
        }
        let count = number(value["count"] ?? .null, 1...unit.most, at: ["every", "count"])
        var offset: Interval.Offset?
        if let given = value["offset"], given != .null {
            offset = self.offset(given, of: unit)
            if offset == nil { return nil }
        }
        return count.flatMap { Interval($0, unit, offset: offset) }
    }

    private mutating func offset(_ value: JSONValue, of interval: Interval.Unit)
        -> Interval.Offset?
    {
        let place = ["every", "offset"]
        let units = Interval.Unit.allCases.filter {
            Interval.largestOffset(in: $0, for: interval) != nil
        }
        guard let unit = value["unit"]?.string.flatMap(Interval.Unit.init), units.contains(unit),
            let most = Interval.largestOffset(in: unit, for: interval)
        else { return fault(place + ["unit"], allowed: units.map(\.rawValue)) }
        return number(value["count"] ?? .null, 0...most, at: place + ["count"])
            .map { Interval.Offset($0, unit) }
    }

    private mutating func times(_ value: JSONValue, _ kind: String) -> [TimeOfDay]? {
        let texts = value["times"]?.array ?? []
        let times = texts.compactMap { $0.string.flatMap { TimeOfDay($0) } }
        guard !times.isEmpty, times.count == texts.count, times.count <= 1440 else {
            return fault(
                [kind, "times"], "Ожидаются времена вида 01:00, хотя бы одно.",
                "Expected times such as 01:00, at least one.")
        }
        return Set(times).sorted()
    }

    private mutating func weekdays(_ value: JSONValue) -> [Int]? {
        let texts = value["weekdays"]?.array ?? []
        let numbers = texts.compactMap { text in
            text.string.flatMap { Schedule.weekdays.firstIndex(of: $0) }.map { $0 + 1 }
        }
        guard !numbers.isEmpty, numbers.count == texts.count else {
            return fault(["weekly", "weekdays"], allowed: Schedule.weekdays)
        }
        return Set(numbers).sorted()
    }

    private mutating func days(_ value: JSONValue) -> [Int]? {
        let given = value["days"]?.array ?? []
        let days = given.compactMap(\.int).filter { (1...31) ~= $0 }
        guard !days.isEmpty, days.count == given.count else {
            return fault(
                ["monthly", "days"], "Ожидаются дни месяца от 1 до 31, хотя бы один.",
                "Expected days of the month, 1 to 31, at least one.")
        }
        return Set(days).sorted()
    }

    private mutating func cron(_ value: JSONValue) -> CronExpression? {
        guard let text = value.string else {
            return fault(["cron"], "Ожидается текст.", "Expected text.")
        }
        do throws(CronFault) {
            return try CronExpression(text)
        } catch {
            faults.append(error.fault)
            return nil
        }
    }

    private mutating func number(
        _ value: JSONValue, _ range: ClosedRange<Int>, at place: [String]
    ) -> Int? {
        if let number = value.int, range ~= number { return number }
        return fault(
            place,
            "Ожидается целое число от \(range.lowerBound) до \(range.upperBound).",
            "Expected a whole number from \(range.lowerBound) to \(range.upperBound).")
    }

    private mutating func fault<T>(_ place: [String], allowed: [String]) -> T? {
        let names = allowed.joined(separator: ", ")
        return fault(place, "Допустимые значения: \(names).", "Allowed values: \(names).")
    }

    private mutating func fault<T>(
        _ place: [String], _ russian: String, _ english: String
    ) -> T? {
        faults.append(ScheduleFault(place, russian, english))
        return nil
    }
}
