import JSON
import Values

extension Schedule {
    /// The members of which a schedule has exactly one.
    package static let kinds = ["every", "daily", "weekly", "monthly", "cron"]
    /// The names of the weekdays, Monday first.
    package static let weekdays = [
        "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday",
    ]

    /// The schedule as it is stored, and as the API shows it.
    package var json: JSONValue {
        var object = JSONObject()
        switch recurrence {
        case .every(let interval): object["every"] = interval.json
        case .daily(let times): object["daily"] = ["times": Self.json(times)]
        case .weekly(let weekdays, let times):
            let names = weekdays.map { JSONValue.string(Self.weekdays[($0 + 6) % 7]) }
            object["weekly"] = ["weekdays": .array(names), "times": Self.json(times)]
        case .monthly(let days, let times):
            object["monthly"] = [
                "days": .array(days.map { JSONValue($0) }), "times": Self.json(times),
            ]
        case .cron(let expression): object["cron"] = .string(expression.text)
        }
        object["timeZone"] = .string(zone.name)
        if jitterSeconds > 0 { object["jitterSeconds"] = JSONValue(jitterSeconds) }
        if let windowMinutes { object["windowMinutes"] = JSONValue(windowMinutes) }
        return .object(object)
    }

    private static func json(_ times: [TimeOfDay]) -> JSONValue {
        .array(times.map { .string($0.description) })
    }

    /// Reads a schedule.
    ///
    /// - Parameters:
    ///   - json: As `json` makes it.
    ///   - findZone: Finds a time zone by its name or offset.
    /// - Throws: Everything that is wrong with it.
    package init(
        _ json: JSONValue, findZone: (String) -> TimeZoneRules?
    ) throws(ScheduleFaults) {
        var reading = ScheduleReading(json)
        let recurrence = reading.recurrence()
        let zone = reading.zone(findZone)
        let jitter = reading.number("jitterSeconds", 0...Self.mostJitterSeconds)
        let window = reading.number("windowMinutes", 1...Self.mostWindowMinutes)
        if let jitter, let window { reading.compare(jitter: jitter, window: window) }
        guard reading.faults.isEmpty, let recurrence, let zone else {
            throw ScheduleFaults(faults: reading.faults)
        }
        self.init(recurrence, in: zone, jitterSeconds: jitter ?? 0, windowMinutes: window)
        // Whatever comes at all comes within the longest wait.
        guard next(after: 0) != nil else {
            throw ScheduleFaults(faults: [
                ScheduleFault(
                    [Self.kinds.first { json[$0] != nil } ?? "cron"],
                    "Такого дня не бывает: расписание никогда не сработает.",
                    "There is no such day: the schedule would never start anything.")
            ])
        }
    }
}

extension Interval {
    fileprivate var json: JSONValue {
        var object: JSONObject = ["count": JSONValue(count), "unit": .string(unit.rawValue)]
        if let offset {
            object["offset"] = [
                "count": JSONValue(offset.count), "unit": .string(offset.unit.rawValue),
            ]
        }
        return .object(object)
    }
}
