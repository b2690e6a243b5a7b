// Decimals as text, and the shortest decimals of binary numbers.

extension Decimal: LosslessStringConvertible {
    /// The number in plain digits: `3724.10`, `0.041`, `-7`, `1500000`.
    ///
    /// There is never an exponent; the zeros with which the number was written stay.
    public var description: String {
        let digits = String(mantissa.magnitude)
        let sign = mantissa < 0 ? "-" : ""
        if exponent >= 0 {
            let zeros = mantissa == 0 ? 0 : Int(exponent)
            return sign + digits + String(repeating: "0", count: zeros)
        }
        let places = -Int(exponent)
        let missing = places - digits.utf8.count
        if missing >= 0 {
            return sign + "0." + String(repeating: "0", count: missing) + digits
        }
        return sign + digits.prefix(-missing) + "." + digits.suffix(places)
    }

    /// Reads a decimal from text.
    ///
    /// - Parameter text: Such as `3724.10`, `-0.041`, `41e-3`, with digits on both sides of a
    ///   point; nil is returned for anything else, and for a number that cannot be kept exactly.
    public init?(_ text: String) {
        var scanner = DecimalScanner()
        for byte in text.utf8 {
            guard scanner.take(byte) else { return nil }
        }
        guard let decimal = scanner.result else { return nil }
        self = decimal
    }

    /// Makes the shortest decimal that reads back as the same `Float`.
    ///
    /// - Parameter value: A binary number of 32 bits; nil is returned for what is not a number, for
    ///   infinities, and where the power of ten does not fit.
    public init?(shortest value: Float) {
        self.init(shortestText: value.description)
    }

    /// Makes the shortest decimal that reads back as the same `Double`.
    ///
    /// - Parameter value: A binary number of 64 bits; nil is returned for what is not a number, for
    ///   infinities, and where the power of ten does not fit.
    public init?(shortest value: Double) {
        self.init(shortestText: value.description)
    }

    /// Reads the language's own shortest description, less the ".0" which it gives to integers.
    private init?(shortestText: String) {
        self.init(shortestText.hasSuffix(".0") ? String(shortestText.dropLast(2)) : shortestText)
    }
}

/// Reads the text of a decimal a byte at a time.
///
/// Zeros are held back until a digit follows them, so that any number of them before the point, or
/// at the end of the fraction, costs no digit of the mantissa unless there is room for it.
private struct DecimalScanner {
    private enum State { case start, sign, whole, point, fraction, e, eSign, exponent }

    private var state = State.start
    private var isNegative = false
    private var magnitude: UInt64 = 0
    private var places = 0
    private var heldZeros = 0
    private var power = 0
    private var isPowerNegative = false

    /// Takes the next byte; false where the text cannot be a decimal that is kept exactly.
    mutating func take(_ byte: UInt8) -> Bool {
        switch (state, byte) {
        case (.start, UInt8(ascii: "-")), (.start, UInt8(ascii: "+")):
            isNegative = byte == UInt8(ascii: "-")
            state = .sign
        case (.start, 0x30...0x39), (.sign, 0x30...0x39), (.whole, 0x30...0x39):
            state = .whole
            return addDigit(byte & 0x0F)
        case (.whole, UInt8(ascii: ".")):
            state = .point
        case (.point, 0x30...0x39), (.fraction, 0x30...0x39):
            state = .fraction
            places += 1
            return addDigit(byte & 0x0F)
        case (.whole, UInt8(ascii: "e")), (.whole, UInt8(ascii: "E")),
            (.fraction, UInt8(ascii: "e")), (.fraction, UInt8(ascii: "E")):
            state = .e
        case (.e, UInt8(ascii: "-")), (.e, UInt8(ascii: "+")):
            isPowerNegative = byte == UInt8(ascii: "-")
            state = .eSign
        case (.e, 0x30...0x39), (.eSign, 0x30...0x39), (.exponent, 0x30...0x39):
            state = .exponent
            // Held at a bound far outside of any exponent that fits, yet unlike any text's length.
            power = min(power * 10 + Int(byte & 0x0F), 1 << 40)
        default:
            return false
        }
        return true
    }

    private mutating func addDigit(_ digit: UInt8) -> Bool {
        if digit == 0 {
            heldZeros += magnitude == 0 ? 0 : 1
            return true
        }
        while heldZeros > 0 {
            guard multiplyByTen() else { return false }
            heldZeros -= 1
        }
        let (tens, overflow) = magnitude.multipliedReportingOverflow(by: 10)
        let (sum, carry) = tens.addingReportingOverflow(UInt64(digit))
        guard !overflow, !carry, sum <= limit else { return false }
        magnitude = sum
        return true
    }

    private var limit: UInt64 { UInt64(Int64.max) + (isNegative ? 1 : 0) }

    private mutating func multiplyByTen() -> Bool {
        let (product, overflow) = magnitude.multipliedReportingOverflow(by: 10)
        guard !overflow, product <= limit else { return false }
        magnitude = product
        return true
    }

    var result: Decimal? {
        switch state {
        case .whole, .fraction, .exponent: break
        default: return nil
        }
        var scanner = self
        var exponent = heldZeros - places + (isPowerNegative ? -power : power)
        if magnitude == 0 {
            return Decimal(mantissa: 0, exponent: Int8(max(-128, min(0, exponent))))
        }
        // The zeros held back are digits that were written: they stay while there is room.
        while scanner.heldZeros > 0, exponent > -128, scanner.multiplyByTen() {
            scanner.heldZeros -= 1
            exponent -= 1
        }
        while exponent > 127, scanner.multiplyByTen() { exponent -= 1 }
        guard let power = Int8(exactly: exponent) else { return nil }
        let bits = scanner.magnitude
        // `bits` is at most 2^63 where it is negative, so its two's complement is the negative
        // number.
        return Decimal(
            mantissa: isNegative ? Int64(truncatingIfNeeded: 0 &- bits) : Int64(bits),
            exponent: power)
    }
}
