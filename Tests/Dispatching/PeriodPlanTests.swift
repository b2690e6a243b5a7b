import Testing
import Values

@testable import Dispatching

@Suite struct PeriodPlanTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var archive: String
        var depth: Int
        var zone: String?
        var now: String
        var from: String
        var to: String
        var testDescription: String { "\(archive) \(depth) \(zone ?? "anywhere") at \(now)" }
    }

    static let cases: [Case] = [
        // The end of 20 November in Moscow is 21:00 UTC of that day.
        Case(
            archive: "END_OF_DAY", depth: 1, zone: "Europe/Moscow", now: "2026-11-21T10:00:00Z",
            from: "2026-11-20T21:00:00Z", to: "2026-11-21T21:00:00Z"),
        Case(
            archive: "END_OF_DAY", depth: 3, zone: "+03:00", now: "2026-11-21T10:00:00Z",
            from: "2026-11-18T21:00:00Z", to: "2026-11-21T21:00:00Z"),
        Case(
            archive: "END_OF_MONTH", depth: 2, zone: "+03:00", now: "2026-01-21T10:00:00Z",
            from: "2025-11-30T21:00:00Z", to: "2026-01-31T21:00:00Z"),
        Case(
            archive: "PROFILE_30", depth: 1, zone: "+03:00", now: "2026-11-21T10:00:00Z",
            from: "2026-11-19T21:00:00Z", to: "2026-11-21T21:00:00Z"),
        // The day of the change to summer time has 23 hours.
        Case(
            archive: "END_OF_DAY", depth: 2, zone: "Europe/Berlin", now: "2026-03-30T10:00:00Z",
            from: "2026-03-28T23:00:00Z", to: "2026-03-30T22:00:00Z"),
        Case(
            archive: "END_OF_DAY", depth: 1, zone: nil, now: "2026-11-21T10:00:00Z",
            from: "2026-11-20T10:00:00Z", to: "2026-11-21T11:00:00Z"),
    ]

    @Test(arguments: cases)
    func coversTheIntervalsAskedFor(_ one: Case) throws {
        let zone = try one.zone.map { try #require(TimeZones.find($0)) }
        let now = try #require(Timestamp(rfc3339: one.now)).milliseconds
        let range = try #require(
            PeriodPlan.range(of: .depth(one.depth), archive: one.archive, now: now, zone: zone))
        #expect(range.from == Timestamp(rfc3339: one.from)?.milliseconds)
        #expect(range.to == Timestamp(rfc3339: one.to)?.milliseconds)
    }

    @Test func theLastDayHoldsOneMidnightOfAnyZone() throws {
        let now = try #require(Timestamp(rfc3339: "2026-11-21T10:17:00Z")).milliseconds
        let range = try #require(
            PeriodPlan.range(of: .depth(1), archive: "END_OF_DAY", now: now, zone: nil))
        for offset in stride(from: -12 * 60, through: 14 * 60, by: 30) {
            let midnights = (-3...3).map { day -> Int64 in
                let local = (now + Int64(offset) * 60_000) / 86_400_000 + Int64(day)
                return local * 86_400_000 - Int64(offset) * 60_000
            }
            let past = midnights.filter { $0 >= range.from && $0 <= now }
            #expect(past.count == 1, "offset \(offset)")
        }
    }
}
