/// Makes identifiers of version 7 that are strictly ascending, also within one millisecond and when
/// the clock goes backwards.
///
/// It reads no clock itself; its owner passes the time and the source of randomness.
public struct UUIDGenerator: Sendable {
    private var time: Int64 = -1
    /// The 74 random bits of the latest identifier: 12 and 62 of them.
    private var tail: (UInt64, UInt64) = (0, 0)

    /// Makes a generator that has made nothing yet.
    public init() {}

    /// Makes a generator whose latest identifier had the given time and random bits.
    init(time: Int64, tail: (UInt64, UInt64)) {
        self.time = time
        self.tail = tail
    }

    /// Makes the next identifier (RFC 9562, section 6.2, method 2: monotonic random).
    ///
    /// - Parameters:
    ///   - milliseconds: The time since 1970-01-01 UTC.
    ///   - random: Where random bits come from.
    /// - Returns: An identifier above all earlier ones of this generator.
    public mutating func next(
        milliseconds: Int64, using random: inout some RandomNumberGenerator
    ) -> UUID {
        let now = max(0, milliseconds)
        if now > time {
            time = now
            renew(using: &random)
        } else {
            // A random step keeps the next identifier from being guessed.
            let (sum, _) = tail.1.addingReportingOverflow(
                UInt64.random(in: 1...0xFFFF_FFFF, using: &random))
            tail = (tail.0 + sum >> 62, sum & (1 << 62 - 1))
            if tail.0 > 0x0FFF {
                time += 1
                renew(using: &random)
            }
        }
        return UUID.v7(milliseconds: time, random: tail)
    }

    /// Draws new bits; the highest stays clear, which leaves room for the steps of a millisecond.
    private mutating func renew(using random: inout some RandomNumberGenerator) {
        tail = (
            UInt64.random(in: 0...0x07FF, using: &random),
            UInt64.random(in: 0...(1 << 62 - 1), using: &random)
        )
    }
}
