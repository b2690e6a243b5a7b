/// An exact decimal number: `mantissa` × 10^`exponent`.
///
/// Two decimals are equal when they are the same number (3724.10 = 3724.1), and hash alike; the
/// digits in which one was written are kept for ``description``.
public struct Decimal: Sendable {
    /// The digits with the sign.
    public let mantissa: Int64
    /// The power of ten by which the mantissa is multiplied.
    public let exponent: Int8

    /// Makes a decimal from its two parts.
    ///
    /// - Parameters:
    ///   - mantissa: The digits with the sign.
    ///   - exponent: The power of ten.
    @inlinable
    public init(mantissa: Int64, exponent: Int8 = 0) {
        self.mantissa = mantissa
        self.exponent = exponent
    }

    /// Makes a decimal from an integer.
    ///
    /// - Parameter integer: The value.
    @inlinable
    public init(_ integer: Int64) {
        self.init(mantissa: integer)
    }

    /// Makes a decimal from an integer of any type.
    ///
    /// - Parameter integer: The value; nil is returned where it cannot be kept exactly.
    public init?(exactly integer: some BinaryInteger) {
        if let small = Int64(exactly: integer) {
            self.init(mantissa: small)
        } else {
            self.init(String(integer))
        }
    }

    /// The same number with no zero at the end of its mantissa; zero is 0 × 10^0.
    ///
    /// The exponent is wider than ``exponent``, because removing zeros raises it.
    var normal: (mantissa: Int64, exponent: Int) {
        guard mantissa != 0 else { return (0, 0) }
        var digits = mantissa
        var power = Int(exponent)
        while digits % 10 == 0 {
            digits /= 10
            power += 1
        }
        return (digits, power)
    }

    /// The number as an integer, or nil where it has a fraction or does not fit.
    public var integer: Int64? {
        let (digits, power) = normal
        guard power >= 0 else { return nil }
        guard power <= 18, digits != 0 else { return digits == 0 ? 0 : nil }
        let (result, overflow) = digits.multipliedReportingOverflow(by: Self.power(power))
        return overflow ? nil : result
    }

    /// The nearest binary number, for charts and comparisons that need not be exact.
    public var approximation: Double {
        Double("\(mantissa)e\(exponent)") ?? .nan
    }

    /// 10^`count` for 0...18.
    static func power(_ count: Int) -> Int64 {
        var result: Int64 = 1
        for _ in 0..<min(count, 18) { result *= 10 }
        return result
    }
}

// MARK: - Equality and order

extension Decimal: Hashable, Comparable {
    /// Whether two decimals are the same number.
    ///
    /// - Parameters:
    ///   - left: A decimal.
    ///   - right: Another one.
    /// - Returns: True for 3724.10 and 3724.1.
    public static func == (left: Decimal, right: Decimal) -> Bool {
        left.exponent == right.exponent
            ? left.mantissa == right.mantissa : left.normal == right.normal
    }

    /// Hashes the number, whatever its digits.
    ///
    /// - Parameter hasher: Where it goes.
    public func hash(into hasher: inout Hasher) {
        let (digits, power) = normal
        hasher.combine(digits)
        hasher.combine(power)
    }

    /// Whether a decimal is the smaller number.
    ///
    /// - Parameters:
    ///   - left: A decimal.
    ///   - right: Another one.
    /// - Returns: True where `left` is less than `right`.
    public static func < (left: Decimal, right: Decimal) -> Bool {
        if left.exponent == right.exponent { return left.mantissa < right.mantissa }
        let signs = (left.mantissa.signum(), right.mantissa.signum())
        if signs.0 != signs.1 { return signs.0 < signs.1 }
        if signs.0 == 0 { return false }
        let order = compareMagnitudes(left, right)
        return signs.0 > 0 ? order < 0 : order > 0
    }

    /// Compares absolute values, neither of which is zero: negative, zero or positive.
    private static func compareMagnitudes(_ left: Decimal, _ right: Decimal) -> Int {
        let (a, b) = (left.mantissa.magnitude, right.mantissa.magnitude)
        let (countA, countB) = (digitCount(a), digitCount(b))
        let (topA, topB) = (countA + Int(left.exponent), countB + Int(right.exponent))
        guard topA == topB else { return topA - topB }
        // Both are brought to the same number of digits, at most 19: below 10^19, which a UInt64
        // holds.
        let digits = max(countA, countB)
        let wideA = a * UInt64(power(digits - countA))
        let wideB = b * UInt64(power(digits - countB))
        return wideA == wideB ? 0 : (wideA < wideB ? -1 : 1)
    }

    static func digitCount(_ value: UInt64) -> Int {
        var rest = value
        var count = 1
        while rest >= 10 {
            rest /= 10
            count += 1
        }
        return count
    }
}

extension Decimal: ExpressibleByIntegerLiteral {
    /// Makes a decimal from an integer in the source.
    ///
    /// - Parameter value: The integer.
    public init(integerLiteral value: Int64) {
        self.init(mantissa: value)
    }
}
