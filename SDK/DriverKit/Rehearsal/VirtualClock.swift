/// A clock that stands still until it is moved.
public final class VirtualClock {
    /// What the clock shows.
    public private(set) var now: Moment

    /// Makes a clock.
    ///
    /// - Parameters:
    ///   - now: What it shows first; by default the beginning of 2026 in UTC.
    ///   - isWallStill: Whether the time of day stands still while the clock that never jumps goes on, so
    ///     that a simulated device tells the same at whatever moment it is asked.
    public init(
        now: Moment = Moment(nanoseconds: 1_000_000_000, wallMilliseconds: 1_767_225_600_000),
        isWallStill: Bool = false
    ) {
        self.now = now
        self.isWallStill = isWallStill
    }

    /// Moves the clock forward; a moment of the past leaves it where it is.
    ///
    /// - Parameter nanoseconds: What the clock that never jumps is to show.
    public func move(to nanoseconds: UInt64) {
        guard nanoseconds > now.nanoseconds else { return }
        guard !isWallStill else {
            now = Moment(nanoseconds: nanoseconds, wallMilliseconds: now.wallMilliseconds)
            return
        }
        let passed = (nanoseconds - now.nanoseconds) / 1_000_000
        let rest = (nanoseconds - now.nanoseconds) % 1_000_000
        // The wall clock counts whole milliseconds; the rest is kept for the next move.
        let carry = (remainder + rest) / 1_000_000
        remainder = (remainder + rest) % 1_000_000
        let wall = now.wallMilliseconds.addingReportingOverflow(Int64(clamping: passed + carry))
        now = Moment(
            nanoseconds: nanoseconds,
            wallMilliseconds: wall.overflow ? .max : wall.partialValue)
    }

    /// Sets the clock to a moment of a recording, whatever it showed before.
    ///
    /// - Parameter moment: What it is to show.
    public func set(_ moment: Moment) {
        now = moment
    }

    /// Moves the clock forward.
    ///
    /// - Parameter duration: By how much.
    public func advance(by duration: Duration) {
        move(to: moment(after: duration))
    }

    /// What the clock will show after some time.
    ///
    /// - Parameter duration: How long from now.
    /// - Returns: Nanoseconds of the clock that never jumps.
    public func moment(after duration: Duration) -> UInt64 {
        guard duration > .zero else { return now.nanoseconds }
        let (seconds, attoseconds) = duration.components
        let (whole, overflow) = UInt64(seconds).multipliedReportingOverflow(by: 1_000_000_000)
        let (sum, carry) = now.nanoseconds.addingReportingOverflow(
            (overflow ? .max / 2 : whole) + UInt64(attoseconds / 1_000_000_000))
        return carry ? .max : sum
    }

    private var remainder: UInt64 = 0
    private let isWallStill: Bool
}
