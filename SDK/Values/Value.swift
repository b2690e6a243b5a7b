/// What a device measured, in one of the four forms that cross the driver's border.
public enum Value: Hashable, Sendable {
    /// An exact decimal number.
    case decimal(Decimal)
    /// A count or a code that is never negative.
    case unsigned(UInt64)
    /// A set of bits, the lowest first.
    case bits(UInt64)
    /// A text.
    case text(String)

    /// Whether two values say the same, numbers being compared as numbers.
    ///
    /// - Parameter other: Another value.
    /// - Returns: True for equal values, and for a decimal and an unsigned one of the same number.
    public func isSameReading(as other: Value) -> Bool {
        switch (self, other) {
        case (.decimal(let decimal), .unsigned(let count)),
            (.unsigned(let count), .decimal(let decimal)):
            Decimal(exactly: count) == decimal
        default:
            self == other
        }
    }
}

extension Value: CustomStringConvertible {
    /// The value as people read it: digits, `0x…` for bits, the text itself.
    public var description: String {
        switch self {
        case .decimal(let decimal): decimal.description
        case .unsigned(let count): String(count)
        case .bits(let bits): "0x" + String(bits, radix: 16, uppercase: true)
        case .text(let text): text
        }
    }
}
