/// What is known about a time, equal to the flags of `commline.h`.
public struct TimeFlags: OptionSet, Hashable, Sendable {
    /// The bits as they cross the driver's border.
    public let rawValue: UInt32

    /// Makes flags from their bits.
    ///
    /// - Parameter rawValue: The bits as they cross the driver's border.
    public init(rawValue: UInt32) {
        self.rawValue = rawValue
    }

    /// The time is known.
    public static let known = TimeFlags(rawValue: 1)
    /// The offset from UTC is known, and not merely that of the device's configured zone.
    public static let offsetKnown = TimeFlags(rawValue: 2)
    /// Summer time was in force.
    public static let summerTime = TimeFlags(rawValue: 4)
    /// The device says that its clock was not valid.
    public static let invalid = TimeFlags(rawValue: 8)
    /// The host took the time, because the device gave none.
    public static let fromHost = TimeFlags(rawValue: 16)
}
