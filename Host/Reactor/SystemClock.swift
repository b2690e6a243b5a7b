import Glibc

/// The two clocks of the system.
package enum SystemClock {
    /// The monotonic clock: nanoseconds since an arbitrary point, never set back.
    package static var monotonicNanoseconds: UInt64 {
        read(CLOCK_MONOTONIC)
    }

    /// The wall clock: milliseconds since 1970-01-01T00:00:00Z.
    package static var wallMilliseconds: Int64 {
        Int64(read(CLOCK_REALTIME) / 1_000_000)
    }

    private static func read(_ clock: clockid_t) -> UInt64 {
        var time = timespec()
        clock_gettime(clock, &time)
        // Both fields are non-negative on these clocks, and the sum stays below 2^63 until year 2262.
        return UInt64(time.tv_sec) &* 1_000_000_000 &+ UInt64(time.tv_nsec)
    }
}

/// One moment on both clocks.
package struct TimeStamp: Hashable, Sendable {
    /// Nanoseconds of the monotonic clock: for intervals and deadlines.
    package let monotonicNanoseconds: UInt64
    /// Milliseconds since 1970-01-01T00:00:00Z: for people and records.
    package let wallMilliseconds: Int64

    package init(monotonicNanoseconds: UInt64, wallMilliseconds: Int64) {
        self.monotonicNanoseconds = monotonicNanoseconds
        self.wallMilliseconds = wallMilliseconds
    }

    /// The present moment.
    package static var now: TimeStamp {
        TimeStamp(
            monotonicNanoseconds: SystemClock.monotonicNanoseconds,
            wallMilliseconds: SystemClock.wallMilliseconds)
    }
}

extension Duration {
    /// The duration in nanoseconds: 0 when negative, `UInt64.max` when it does not fit.
    package var clampedNanoseconds: UInt64 {
        let (seconds, attoseconds) = components
        guard seconds >= 0, attoseconds >= 0 else { return 0 }
        let (whole, overflow) = UInt64(seconds).multipliedReportingOverflow(by: 1_000_000_000)
        let (total, carry) = whole.addingReportingOverflow(UInt64(attoseconds / 1_000_000_000))
        return overflow || carry ? .max : total
    }
}
