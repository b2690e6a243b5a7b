import DriverKit
import Values

/// How a maker counts the deviation between a meter's time and UTC.
enum DeviationSign: String, CaseIterable, Sendable {
    /// Found out by comparing the meter's clock with the host's.
    case automatic = "auto"
    /// UTC = local time + deviation: three hours east are -180.
    case blueBook = "bluebook"
    /// Local time = UTC + deviation: three hours east are +180, as GOST R 58940-2020 shows it.
    case gost
}

/// What a meter's wall time means in UTC, decided once a session.
///
/// A stamp is the meter's local wall time; its deviation field is believed only where it agrees
/// with what is known otherwise, because makers differ in its sign and some write zero whatever the
/// zone.
struct MeterClock: Sendable {
    /// What has been made of the deviation field.
    enum Reading: Hashable, Sendable {
        /// Minutes east of UTC are the deviation times this: -1 as in the Blue Book, 1 as in the
        /// GOST.
        case factor(Int)
        /// The field says nothing useful: the device's zone holds.
        case zone
    }

    /// The zone that the host has for the device.
    let zone: DeviceClock
    /// What the deviation field means in this meter.
    let reading: Reading
    /// Minutes east of UTC at the time of reading.
    let offsetMinutes: Int
    /// How far the meter's clock is ahead of the host's.
    let aheadOfHost: Duration
    private let agreesWithZone: Bool

    /// The deviations that there are on earth, in minutes, whatever their sign.
    private static let largestDeviation = -840...840
    /// How far a sane clock may be off, in minutes.
    private static let tolerance = 45
    /// How far summer time may move a clock, with something to spare, in minutes.
    private static let largestShift = 120

    /// Decides from the clock's own time and the host's, or returns nil where the clock shows no
    /// time.
    ///
    /// The zone attribute (attribute 3) stands in for a deviation that the time itself leaves open.
    init?(
        time: CosemDateTime, zoneAttribute: Int? = nil, sign: DeviationSign, zone: DeviceClock,
        hostMilliseconds: Int64
    ) {
        guard let wall = time.civil else { return nil }
        self.zone = zone
        let zoneOffset = zone.offsetMinutes(atUTC: hostMilliseconds)
        let deviation = time.deviation ?? zoneAttribute
        let localMilliseconds = wall.toMillisecondsUTC()
        reading = Self.reading(
            of: deviation, sign: sign, zoneOffset: zoneOffset,
            apparent: Int((localMilliseconds - hostMilliseconds) / 60_000))
        switch reading {
        case .factor(let factor): offsetMinutes = factor * (deviation ?? 0)
        case .zone: offsetMinutes = zoneOffset
        }
        aheadOfHost = .milliseconds(
            localMilliseconds - Int64(offsetMinutes) * 60_000 - hostMilliseconds)
        agreesWithZone = !zone.spans.isEmpty && abs(offsetMinutes - zoneOffset) <= 60
    }

    /// Chooses what the deviation means; `apparent` is how far the wall time is ahead of UTC now.
    private static func reading(
        of deviation: Int?, sign: DeviationSign, zoneOffset: Int, apparent: Int
    ) -> Reading {
        guard let deviation, largestDeviation.contains(deviation) else { return .zone }
        switch sign {
        case .blueBook: return .factor(-1)
        case .gost: return .factor(1)
        case .automatic: break
        }
        let factor = abs(-deviation - apparent) <= abs(deviation - apparent) ? -1 : 1
        if abs(factor * deviation - apparent) <= tolerance { return .factor(factor) }
        // The clock is off by more than any clock should be, or the deviation is nonsense.
        if deviation == 0 || abs(zoneOffset - apparent) <= tolerance { return .zone }
        let likely = abs(-deviation - zoneOffset) <= abs(deviation - zoneOffset) ? -1 : 1
        return .factor(likely)
    }

    /// The instant that a stamp means; nil where it is no complete time.
    func timestamp(of stamp: CosemDateTime) -> Timestamp? {
        guard let wall = stamp.civil else { return nil }
        var flags: TimeFlags = .known
        let isSummer = stamp.status.map { $0.contains(.summerTime) }
        if isSummer == true { flags.insert(.summerTime) }
        if let status = stamp.status, !status.isDisjoint(with: [.invalid, .doubtful]) {
            flags.insert(.invalid)
        }
        if case .factor(let factor) = reading, let deviation = stamp.deviation,
            abs(factor * deviation - offsetMinutes) <= Self.largestShift
        {
            return Timestamp(
                wall, offsetMinutes: factor * deviation, flags: flags.union(.offsetKnown))
        }
        if agreesWithZone {
            return zone.timestamp(wall, summerTime: isSummer == true ? true : nil, flags: flags)
        }
        if case .factor = reading { flags.insert(.offsetKnown) }
        return Timestamp(wall, offsetMinutes: offsetMinutes, flags: flags)
    }

    /// What the meter's clock shows at an instant.
    func wall(atUTC milliseconds: Int64) -> CivilTime {
        let offset =
            agreesWithZone ? zone.offsetMinutes(atUTC: milliseconds) : offsetMinutes
        return CivilTime(millisecondsUTC: milliseconds, offsetMinutes: offset)
    }

    /// The end of the day that a row of the day profile closes, exclusive, in milliseconds UTC.
    ///
    /// The rows are taken at midnight; some meters stamp them 23:59:59, and around the changes of
    /// summer time the stamp may be an hour or two away. A row with any other time was taken when
    /// the meter came back to life, and belongs to no day's end: nil.
    func dayEnd(of stamp: CosemDateTime) -> Int64? {
        guard let wall = stamp.civil, let timestamp = timestamp(of: stamp) else { return nil }
        let window: Int64 = 2 * 3_600_000
        let local = wall.toMillisecondsUTC()
        guard let midnight = CivilTime(millisecondsUTC: local + window).at(hour: 0),
            local - midnight.toMillisecondsUTC() <= window
        else { return nil }
        if agreesWithZone { return zone.timestamp(midnight).milliseconds }
        return midnight.toMillisecondsUTC(offsetMinutes: timestamp.offsetMinutes)
    }
}
