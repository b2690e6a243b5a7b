import DriverKit
import Testing
import Values

@Suite struct DeviceClockTests {
    /// Central Europe in 2024: summer time from 31 March 01:00 UTC to 27 October 01:00 UTC.
    private static let berlin = DeviceClock(
        name: "Europe/Berlin",
        spans: [
            .init(from: 1_729_990_800_000, offsetMinutes: 60),
            .init(from: 0, offsetMinutes: 60),
            .init(from: 1_711_846_800_000, offsetMinutes: 120),
        ])

    private static func utc(_ text: String, summer: Bool? = nil) throws -> String {
        let stamp = try #require(Timestamp(text + "Z"))
        return berlin.timestamp(stamp.civil, summerTime: summer).rfc3339
    }

    @Test func knowsTheOffsetOfEachMoment() {
        let clock = Self.berlin
        #expect(clock.offsetMinutes(atUTC: -1) == 60)
        #expect(clock.offsetMinutes(atUTC: 1_711_846_799_999) == 60)
        #expect(clock.offsetMinutes(atUTC: 1_711_846_800_000) == 120)
        #expect(clock.offsetMinutes(atUTC: 1_729_990_800_000) == 60)
        #expect(clock.civil(atUTC: 1_711_846_800_000).hour == 3)
    }

    @Test func turnsLocalTimeIntoMoments() throws {
        #expect(try Self.utc("2024-01-15T12:00:00") == "2024-01-15T12:00:00+01:00")
        #expect(try Self.utc("2024-07-15T12:00:00") == "2024-07-15T12:00:00+02:00")
        #expect(try Self.utc("2024-12-15T12:00:00") == "2024-12-15T12:00:00+01:00")
    }

    @Test func decidesTheHourThatHappensTwice() throws {
        #expect(try Self.utc("2024-10-27T02:30:00") == "2024-10-27T02:30:00+02:00")
        #expect(try Self.utc("2024-10-27T02:30:00", summer: true) == "2024-10-27T02:30:00+02:00")
        #expect(try Self.utc("2024-10-27T02:30:00", summer: false) == "2024-10-27T02:30:00+01:00")
    }

    @Test func takesTheHourThatDoesNotHappenForOldTime() throws {
        #expect(try Self.utc("2024-03-31T02:30:00") == "2024-03-31T02:30:00+01:00")
        #expect(try Self.utc("2024-03-31T01:59:59") == "2024-03-31T01:59:59+01:00")
        #expect(try Self.utc("2024-03-31T03:00:00") == "2024-03-31T03:00:00+02:00")
    }

    @Test func saysThatTheDeviceDidNotTellTheOffset() throws {
        let civil = try #require(Timestamp("2024-07-15T12:00:00Z")).civil
        let stamp = Self.berlin.timestamp(civil, summerTime: true, flags: .invalid)
        #expect(stamp.flags == [.known, .summerTime, .invalid])
        #expect(DeviceClock().timestamp(civil).offsetMinutes == 0)
    }
}
