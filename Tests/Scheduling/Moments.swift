import JSON
import Testing
import Values

@testable import Scheduling

/// Zones and instants as the tests write them.
enum Zone {
    static func named(_ name: String) throws -> TimeZoneRules { try TimeZoneRules(name) }
}

extension Schedule {
    /// Reads a schedule as the API takes it.
    init(reading json: JSONValue) throws {
        try self.init(json) { try? TimeZoneRules($0) }
    }

    static func cron(_ text: String, in zone: String = "UTC") throws -> Schedule {
        Schedule(.cron(try CronExpression(text)), in: try Zone.named(zone))
    }

    static func every(
        _ count: Int, _ unit: Interval.Unit, offset: Interval.Offset? = nil, in zone: String = "UTC"
    ) throws -> Schedule {
        Schedule(
            .every(try #require(Interval(count, unit, offset: offset))), in: try Zone.named(zone))
    }

    /// What the zone's clocks show at the occurrences of a period, such as `2026-03-29 03:00:00`.
    func shown(from: String, to: String) throws -> [String] {
        occurrences(in: try instant(from)..<(try instant(to))).map { occurrence in
            CivilTime(
                millisecondsUTC: occurrence, offsetMinutes: zone.offset(atUTC: occurrence)
            ).description
        }
    }
}

/// An instant as RFC 3339 writes it, in milliseconds UTC.
func instant(_ text: String) throws -> Int64 {
    try #require(Timestamp(rfc3339: text)).milliseconds
}
