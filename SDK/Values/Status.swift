/// What is known about a value besides the value: every qualifier of IEC 60870-5-104 and of DLMS.
///
/// The lower 32 bits are common to all drivers; the upper 32 belong to the driver.
public struct Status: OptionSet, Hashable, Sendable {
    /// The bits as they cross the driver's border.
    public let rawValue: UInt64

    /// Makes a status from its bits.
    ///
    /// - Parameter rawValue: The bits as they cross the driver's border.
    public init(rawValue: UInt64) {
        self.rawValue = rawValue
    }

    /// The device vouches for the value.
    public static let valid = Status(rawValue: 1 << 0)
    /// There is no value.
    public static let absent = Status(rawValue: 1 << 1)
    /// The value went beyond its range.
    public static let overflow = Status(rawValue: 1 << 2)
    /// The value is held as it was before it was blocked.
    public static let blocked = Status(rawValue: 1 << 3)
    /// The value was entered by an operator or an automatic source.
    public static let substituted = Status(rawValue: 1 << 4)
    /// The value was not renewed lately.
    public static let notTopical = Status(rawValue: 1 << 5)
    /// The value was measured under abnormal conditions.
    public static let invalid = Status(rawValue: 1 << 6)
    /// The counter overflowed in the period.
    public static let carry = Status(rawValue: 1 << 7)
    /// The counter was adjusted.
    public static let adjusted = Status(rawValue: 1 << 8)
    /// The time that goes with the event's duration is not valid.
    public static let elapsedTimeInvalid = Status(rawValue: 1 << 9)
    /// The interval was not measured in full; the value may still be replaced.
    public static let incomplete = Status(rawValue: 1 << 10)
    /// The device's time was corrected.
    public static let timeCorrected = Status(rawValue: 1 << 11)
    /// The value came through an intermediate system.
    public static let throughIntermediate = Status(rawValue: 1 << 12)
    /// The value was entered by hand.
    public static let byHand = Status(rawValue: 1 << 13)
    /// Power failed in the interval.
    public static let powerFailure = Status(rawValue: 1 << 14)
    /// The device's clock was not valid.
    public static let clockInvalid = Status(rawValue: 1 << 15)
    /// Summer time was in force.
    public static let dayLightSaving = Status(rawValue: 1 << 16)
    /// The clock was adjusted by more than the device's limit.
    public static let clockAdjusted = Status(rawValue: 1 << 17)
    /// The value must not be used as it is (a profile status of DLMS).
    public static let dataNotValid = Status(rawValue: 1 << 18)
    /// The value was made in a test mode.
    public static let testMode = Status(rawValue: 1 << 19)
    /// The device reported the value more than once.
    public static let duplicate = Status(rawValue: 1 << 20)
    /// The value was calculated from others.
    public static let derived = Status(rawValue: 1 << 21)

    /// The bits that mean the same for every driver.
    public static let common = Status(rawValue: 0xFFFF_FFFF)

    /// The driver's own bits, moved down.
    public var driverBits: UInt32 { UInt32(truncatingIfNeeded: rawValue >> 32) }

    /// Makes a status of common bits and the driver's own.
    ///
    /// - Parameters:
    ///   - common: Bits of the lower half; others are dropped.
    ///   - driverBits: The upper half.
    public init(_ common: Status, driverBits: UInt32) {
        self.init(rawValue: common.rawValue & 0xFFFF_FFFF | UInt64(driverBits) << 32)
    }

    private static let symbols = [
        "valid", "absent", "overflow", "blocked", "substituted", "not_topical", "invalid", "carry",
        "adjusted", "elapsed_time_invalid", "incomplete", "time_corrected", "through_intermediate",
        "by_hand", "power_failure", "clock_invalid", "day_light_saving", "clock_adjusted",
        "data_not_valid", "test_mode", "duplicate", "derived",
    ]

    /// The names in the API of the common bits that are set, the lowest first.
    ///
    /// Bits that have no name yet are left out.
    public var symbols: [String] {
        Self.symbols.indices.filter { rawValue >> UInt64($0) & 1 == 1 }.map { Self.symbols[$0] }
    }

    /// Makes a status from names of common bits.
    ///
    /// - Parameter symbols: Such as `not_topical`; nil is returned when one is unknown.
    public init?(symbols: some Sequence<String>) {
        var bits: UInt64 = 0
        for symbol in symbols {
            guard let index = Self.symbols.firstIndex(of: symbol) else { return nil }
            bits |= 1 << UInt64(index)
        }
        self.init(rawValue: bits)
    }
}
