import Testing
import Values

@testable import Planning

@Suite struct MissingPlanTests {
    private static let day: Int64 = 86_400_000
    private static let start = at("2026-11-01T21:00:00Z")

    /// Ten days of Moscow.
    private func slots(due: Int64 = .max) throws -> [Range<Int64>] {
        try #require(
            ExpectedSlots.list(
                .day, in: Self.start..<Self.start + 10 * Self.day,
                zone: try TimeZoneRules("Europe/Moscow"), due: due))
    }

    private func moments(_ days: [Int]) -> [Int64] {
        days.map { Self.start + Int64($0) * Self.day }
    }

    struct Case: Sendable, CustomTestStringConvertible {
        var stored: [[Int]]
        var ranges: [Range<Int>]
        var limit = 8
        var testDescription: String { "\(stored) in \(limit)" }
    }

    @Test(arguments: [
        Case(stored: [], ranges: [0..<10]),
        Case(stored: [[]], ranges: [0..<10]),
        Case(stored: [Array(0..<10)], ranges: []),
        Case(stored: [Array(0..<7)], ranges: [7..<10]),
        // A hole that an earlier failure left, and the new days.
        Case(stored: [[0, 1, 3, 4, 5, 6]], ranges: [2..<3, 7..<10]),
        // What one series lacks is asked for, whatever the others have.
        Case(stored: [Array(0..<10), Array(0..<9)], ranges: [9..<10]),
        // Two complete days between two holes are read with them; three are not.
        Case(stored: [[0, 2, 3, 5, 6, 7, 8, 9]], ranges: [1..<5]),
        Case(stored: [[0, 2, 3, 4, 6, 7, 8, 9]], ranges: [1..<2, 5..<6]),
        // The nearest ranges are joined where there are too many.
        Case(stored: [[1, 2, 3, 5, 6, 7, 8]], ranges: [0..<5, 9..<10], limit: 2),
        Case(stored: [[1, 2, 3, 5, 6, 7, 8]], ranges: [0..<10], limit: 1),
    ])
    func asksForWhatIsMissing(_ one: Case) throws {
        let slots = try slots()
        let ranges = MissingPlan.ranges(
            slots: slots, stored: one.stored.map(moments), limit: one.limit)
        #expect(
            ranges
                == one.ranges.map {
                    Self.start + Int64($0.lowerBound) * Self.day..<Self.start + Int64($0.upperBound)
                        * Self.day
                })
    }

    @Test func doesNotAskForWhatCannotBeThereYet() throws {
        // Delivered up to six hours late: at 02:00 the end of the day before is the newest.
        let now = Self.start + 5 * Self.day + 5 * 3_600_000
        let plain = try slots(due: now)
        let late = try slots(due: now - 6 * 3_600_000)
        #expect(plain.count == 6)
        #expect(late == Array(plain.prefix(5)))
        #expect(try slots(due: Self.start - 1).isEmpty)
        #expect(try slots(due: Self.start).count == 1)
    }

    @Test func ignoresMomentsThatAreNoIntervalEnds() throws {
        let stored = [Self.start - 1, Self.start + 10 * Self.day]
        #expect(
            MissingPlan.ranges(slots: try slots(), stored: [stored])
                == [Self.start..<Self.start + 10 * Self.day])
    }

    /// Against a check slot by slot: every hole lies in a range, ranges are apart and few.
    @Test func coversEveryHoleAndNothingOutside() throws {
        var random = SplitMix(state: 7)
        let slots = try slots()
        for _ in 0..<2_000 {
            let series = (0..<Int.random(in: 1...3, using: &random)).map { _ in
                moments((0..<10).filter { _ in Bool.random(using: &random) })
            }
            let limit = Int.random(in: 1...4, using: &random)
            let ranges = MissingPlan.ranges(slots: slots, stored: series, gap: 0, limit: limit)
            #expect(ranges.count <= limit)
            for (left, right) in zip(ranges, ranges.dropFirst()) {
                #expect(left.upperBound < right.lowerBound)
            }
            let holes = slots.filter { slot in
                series.contains { !$0.contains(slot.lowerBound) }
            }
            for hole in holes {
                #expect(ranges.contains { $0.contains(hole.lowerBound) })
            }
            for range in ranges {
                #expect(holes.contains { $0.lowerBound == range.lowerBound })
                #expect(holes.contains { $0.upperBound == range.upperBound })
            }
        }
    }
}

@Suite struct UnknownCalendarTests {
    /// Wherever a device stands, each slot holds exactly one end of its clock.
    @Test(arguments: [ArchivePeriod.day, .minutes(30), .minutes(60)])
    func holdsOneEndASlot(_ period: ArchivePeriod) throws {
        let now = at("2026-11-21T10:17:00Z")
        let from = now - 5 * 86_400_000
        let slots = try #require(
            ExpectedSlots.list(period, in: from..<now + 3_600_000, zone: nil, due: now))
        for offset in [-720, -210, 0, 180, 330, 345, 840] {
            let zone = try #require(TimeZoneRules(fixedOffsetMinutes: offset))
            let ends = IntervalEnds.list(period, in: from..<now + 1, zone: zone)
            for slot in slots.dropFirst() {
                #expect(ends.count { slot.contains($0) } == 1, "\(offset) \(slot)")
            }
        }
    }

    @Test func holdsOneTurnOfTheMonth() throws {
        let range = at("2026-01-15T00:00:00Z")..<at("2026-05-15T00:00:00Z")
        let slots = try #require(
            ExpectedSlots.list(.month, in: range, zone: nil, due: .max))
        #expect(slots.count == 4)
        for offset in [-720, 0, 840] {
            let zone = try #require(TimeZoneRules(fixedOffsetMinutes: offset))
            let ends = IntervalEnds.list(.month, in: range, zone: zone)
            #expect(slots.map { slot in ends.count { slot.contains($0) } } == [1, 1, 1, 1])
        }
    }

    @Test func givesUpOnTooManySlots() {
        let century = 0..<at("2100-01-01T00:00:00Z")
        #expect(ExpectedSlots.list(.minutes(30), in: century, zone: .utc, due: .max) == nil)
        #expect(ExpectedSlots.list(.day, in: century, zone: .utc, due: .max)?.count == 47_482)
        #expect(ExpectedSlots.list(.day, in: .min ..< .max, zone: nil, due: .max) != nil)
    }
}

@Suite struct CollectionShareTests {
    @Test(arguments: [
        (2, 3, "66.6"), (1, 3, "33.3"), (3, 3, "100"), (0, 3, "0"), (1_999, 2_000, "99.9"),
        (1, 2, "50"), (11, 27, "40.7"), (5, 3, "100"), (1, 1_000, "0.1"),
    ])
    func cutsThePercentOff(_ received: Int, _ expected: Int, _ text: String) {
        #expect(CollectionShare(received: received, expected: expected).percent == text)
    }

    @Test func hasNoPercentOfNothing() {
        #expect(CollectionShare().percent == nil)
        #expect(CollectionShare(ofDevice: 0, of: 0).devices == 0)
    }

    @Test func countsDevicesOfWhichAllIsThere() {
        var sum = CollectionShare()
        for (received, expected) in [(3, 3), (2, 3), (0, 3), (0, 0)] {
            sum += CollectionShare(ofDevice: received, of: expected)
        }
        #expect(sum == CollectionShare(received: 5, expected: 9, complete: 1, devices: 3))
        #expect(sum.percent == "55.5")
    }
}

/// A small generator, so that a failure comes again.
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }
}
