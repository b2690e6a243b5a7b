// Exact arithmetic: a result that cannot be kept exactly is an error, never a rounded number.

extension Decimal {
    /// Multiplies by a power of ten, as a scaler does.
    ///
    /// - Parameter power: The power; negative ones move the point to the left.
    /// - Returns: The scaled number with the digits of this one.
    /// - Throws: `ArithmeticError` where the exponent does not fit even when zeros move between it
    ///   and the mantissa.
    public func scaled(byPowerOfTen power: Int) throws(ArithmeticError) -> Decimal {
        let (sum, overflow) = Int(exponent).addingReportingOverflow(power)
        if let direct = Int8(exactly: sum), !overflow {
            return Decimal(mantissa: mantissa, exponent: direct)
        }
        guard mantissa != 0 else { return 0 }
        guard !overflow else { throw power > 0 ? .overflow : .inexact }
        return try Self.make(Int128(mantissa), exponent: sum)
    }

    /// Adds two decimals.
    ///
    /// - Parameter other: What to add.
    /// - Returns: The exact sum, with as many places as the longer of the two has.
    /// - Throws: `ArithmeticError` where it cannot be kept exactly.
    public func adding(_ other: Decimal) throws(ArithmeticError) -> Decimal {
        let (high, low) = exponent >= other.exponent ? (self, other) : (other, self)
        guard high.mantissa != 0 else { return low }
        let distance = Int(high.exponent) - Int(low.exponent)
        if distance > 18 {
            // The larger one may still have zeros to give away; the smaller one may be zero or have
            // zeros at its end, which bring both closer.
            guard low.mantissa != 0 else { return high }
            let (digits, power) = low.normal
            let rest = Int(high.exponent) - power
            guard rest <= 18 else { throw .inexact }
            if rest <= 0 {
                // No digit of `low` stands below those of `high`: at most 18 zeros were removed.
                return try Self.make(
                    Int128(high.mantissa) + Int128(digits) * Int128(Self.power(-rest)),
                    exponent: Int(high.exponent))
            }
            return try Self.make(
                Int128(high.mantissa) * Int128(Self.power(rest)) + Int128(digits), exponent: power)
        }
        // Below 2^63 × 10^18 + 2^63 < 2^127.
        let sum = Int128(high.mantissa) * Int128(Self.power(distance)) + Int128(low.mantissa)
        return try Self.make(sum, exponent: Int(low.exponent))
    }

    /// Subtracts a decimal.
    ///
    /// - Parameter other: What to subtract.
    /// - Returns: The exact difference.
    /// - Throws: `ArithmeticError` where it cannot be kept exactly.
    public func subtracting(_ other: Decimal) throws(ArithmeticError) -> Decimal {
        try adding(try other.negated())
    }

    /// Multiplies two decimals.
    ///
    /// - Parameter other: What to multiply by.
    /// - Returns: The exact product.
    /// - Throws: `ArithmeticError` where it cannot be kept exactly.
    public func multiplied(by other: Decimal) throws(ArithmeticError) -> Decimal {
        try Self.make(
            Int128(mantissa) * Int128(other.mantissa), exponent: Int(exponent) + Int(other.exponent)
        )
    }

    /// Changes the sign.
    ///
    /// - Returns: The number with the other sign.
    /// - Throws: `ArithmeticError.overflow` for the one mantissa that has no opposite and no zeros.
    public func negated() throws(ArithmeticError) -> Decimal {
        try Self.make(-Int128(mantissa), exponent: Int(exponent))
    }

    /// Fits digits and exponent into a decimal by moving zeros between them.
    private static func make(
        _ digits: Int128, exponent: Int
    ) throws(ArithmeticError) -> Decimal {
        guard digits != 0 else {
            return Decimal(mantissa: 0, exponent: Int8(max(-128, min(0, exponent))))
        }
        var (digits, exponent) = (digits, exponent)
        while exponent < -128 || Int64(exactly: digits) == nil, digits % 10 == 0 {
            digits /= 10
            exponent += 1
        }
        while exponent > 127, digits.magnitude < 1 << 63 {
            digits *= 10
            exponent -= 1
        }
        guard exponent >= -128 else { throw .inexact }
        guard let mantissa = Int64(exactly: digits), let power = Int8(exactly: exponent) else {
            throw exponent < 0 ? .inexact : .overflow
        }
        return Decimal(mantissa: mantissa, exponent: power)
    }
}
