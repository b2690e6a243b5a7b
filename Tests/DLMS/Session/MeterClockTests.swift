import DriverKit
import Testing
import Values
import Wire

@testable import DLMS

@Suite("Meter clock")
struct MeterClockTests {
    private static let moscow = DeviceClock(
        name: "Europe/Moscow", spans: [.init(from: 0, offsetMinutes: 180)])
    /// Berlin in 2026: summer time from 29 March 01:00 UTC to 25 October 01:00 UTC.
    private static let berlin = DeviceClock(
        name: "Europe/Berlin",
        spans: [
            .init(from: 0, offsetMinutes: 60), .init(from: 1_774_746_000_000, offsetMinutes: 120),
            .init(from: 1_792_890_000_000, offsetMinutes: 60),
        ])
    /// 2026-05-28 09:00 UTC.
    private let now: Int64 = 1_779_958_800_000

    private func stamp(
        _ civil: CivilTime, _ deviation: Int16?, isSummer: Bool = false
    ) -> CosemDateTime {
        CosemDateTime(clock: civil, deviation: deviation, isSummer: isSummer)
    }

    private func clock(
        wall offset: Int, deviation: Int16?, attribute: Int? = nil,
        sign: DeviationSign = .automatic, zone: DeviceClock = MeterClockTests.moscow
    ) throws -> MeterClock {
        let wall = CivilTime(millisecondsUTC: now, offsetMinutes: offset)
        return try #require(
            MeterClock(
                time: stamp(wall, deviation), zoneAttribute: attribute, sign: sign, zone: zone,
                hostMilliseconds: now))
    }

    @Test(
        "believes the deviation with the sign that agrees with the host's clock",
        arguments: [
            // What the wall shows, what the meter writes, what it means.
            (180, -180, .factor(-1), 180),
            (180, 180, .factor(1), 180),
            (420, 420, .factor(1), 420),  // Novosibirsk in the examples of the standard
            (420, -420, .factor(-1), 420),
            (181, -180, .factor(-1), 180),  // a minute fast
            (180, 0, .zone, 180),  // zero written whatever the zone
            (180, nil, .zone, 180),
            (0, 0, .factor(-1), 0),
        ] as [(Int, Int16?, MeterClock.Reading, Int)])
    func decides(
        wall: Int, deviation: Int16?, reading: MeterClock.Reading, offset: Int
    ) throws {
        let clock = try clock(wall: wall, deviation: deviation)
        #expect(clock.reading == reading)
        #expect(clock.offsetMinutes == offset)
    }

    @Test("takes the zone attribute where the time leaves its deviation open")
    func takesTheAttribute() throws {
        let clock = try clock(wall: 300, deviation: nil, attribute: -300)
        #expect(clock.reading == .factor(-1))
        #expect(clock.offsetMinutes == 300)
    }

    @Test("takes no nonsense for a zone", arguments: [Int.min, -841, 841, Int.max])
    func nonsense(attribute: Int) throws {
        let clock = try clock(wall: 180, deviation: nil, attribute: attribute)
        #expect(clock.reading == .zone)
        #expect(clock.offsetMinutes == 180)
    }

    @Test("does what the setting says")
    func obeysTheSetting() throws {
        #expect(try clock(wall: 180, deviation: 180, sign: .blueBook).offsetMinutes == -180)
        #expect(try clock(wall: 180, deviation: -180, sign: .gost).offsetMinutes == -180)
        #expect(try clock(wall: 180, deviation: 180, sign: .gost).offsetMinutes == 180)
    }

    @Test("of a meter that is hours wrong goes by the zone, and tells how wrong it is")
    func wrongClock() throws {
        let clock = try clock(wall: 180 - 600, deviation: -180)
        #expect(clock.offsetMinutes == 180)
        #expect(clock.aheadOfHost == .seconds(-36_000))
        let fast = try self.clock(wall: 183, deviation: -180)
        #expect(fast.aheadOfHost == .seconds(180))
    }

    @Test("gives stamps their own deviation, and the clock's where theirs is open or nonsense")
    func stamps() throws {
        let clock = try clock(wall: 180, deviation: -180)
        let wall = try #require(CivilTime(year: 2026, month: 1, day: 2, hour: 3))
        func offset(_ deviation: Int16?) -> Int? {
            clock.timestamp(of: stamp(wall, deviation))?.offsetMinutes
        }
        #expect(offset(-180) == 180)
        #expect(offset(-240) == 240)
        #expect(offset(nil) == 180)
        #expect(offset(600) == 180)
        let open = CosemDateTime(
            year: 2026, month: nil, day: 1, hour: 0, minute: 0, second: 0)
        #expect(clock.timestamp(of: open) == nil)
    }

    @Test("tells what is known about a time")
    func flags() throws {
        let clock = try clock(wall: 180, deviation: -180)
        let wall = try #require(CivilTime(year: 2026, month: 1, day: 2))
        let good = try #require(clock.timestamp(of: stamp(wall, -180)))
        #expect(good.flags == [.known, .offsetKnown])
        let doubtful = CosemDateTime(clock: wall, deviation: -180, status: [.doubtful])
        #expect(clock.timestamp(of: doubtful)?.flags == [.known, .offsetKnown, .invalid])
        let open = try #require(clock.timestamp(of: stamp(wall, nil)))
        #expect(open.flags == .known)
    }

    @Test(
        "knows which day a row closes",
        arguments: [
            ("2026-05-28", 0, 0, 0, 28), ("2026-05-27", 23, 59, 59, 28),
            ("2026-05-28", 1, 0, 0, 28),
            ("2026-05-27", 22, 0, 0, 28), ("2026-05-28", 2, 0, 0, 28),
        ] as [(String, Int, Int, Int, Int)])
    func dayEnds(date: String, hour: Int, minute: Int, second: Int, day: Int) throws {
        let clock = try clock(wall: 180, deviation: -180)
        let parts = date.split(separator: "-").compactMap { Int($0) }
        let wall = try #require(
            CivilTime(
                year: parts[0], month: parts[1], day: parts[2], hour: hour, minute: minute,
                second: second))
        let midnight = try #require(CivilTime(year: 2026, month: 5, day: day))
        #expect(
            clock.dayEnd(of: stamp(wall, -180))
                == midnight.toMillisecondsUTC(offsetMinutes: 180))
    }

    @Test("gives a row of any other time to no day")
    func noDayEnd() throws {
        let clock = try clock(wall: 180, deviation: -180)
        for (hour, minute) in [(2, 1), (12, 0), (21, 59)] {
            let wall = try #require(
                CivilTime(year: 2026, month: 5, day: 28, hour: hour, minute: minute))
            #expect(clock.dayEnd(of: stamp(wall, -180)) == nil)
        }
    }

    @Test("keeps days whole across the changes of summer time")
    func summerTime() throws {
        // The meter writes its deviation with summer time in it.
        let clock = try clock(wall: 120, deviation: -120, zone: Self.berlin)
        let winter = try #require(CivilTime(year: 2026, month: 3, day: 29))
        let summer = try #require(CivilTime(year: 2026, month: 3, day: 30))
        #expect(
            clock.dayEnd(of: stamp(winter, -60)) == winter.toMillisecondsUTC(offsetMinutes: 60))
        #expect(
            clock.dayEnd(of: stamp(summer, -120, isSummer: true))
                == summer.toMillisecondsUTC(offsetMinutes: 120))
        // A meter that never changes its clock stamps summer's midnights 23:00.
        let late = try #require(CivilTime(year: 2026, month: 6, day: 9, hour: 23))
        let midnight = try #require(CivilTime(year: 2026, month: 6, day: 10))
        #expect(
            clock.dayEnd(of: stamp(late, -60)) == midnight.toMillisecondsUTC(offsetMinutes: 120))
    }

    @Test("needs a complete time")
    func needsATime() {
        let open = CosemDateTime(
            year: 2026, month: 5, day: 28, hour: nil, minute: 0, second: 0)
        #expect(
            MeterClock(
                time: open, sign: .automatic, zone: Self.moscow, hostMilliseconds: now) == nil)
    }
}
