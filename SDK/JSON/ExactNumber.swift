/// A number taken apart: sign × 0.d₁d₂d₃… × 10^`scale`, with no zero at either end of the digits.
///
/// Zero has no digits, no sign and a scale of zero.
struct ExactNumber: Hashable {
    private(set) var isNegative = false
    private(set) var digits: [UInt8] = []
    private(set) var scale = 0

    init(_ number: JSONNumber) {
        var whole = 0
        var exponent = 0
        var (isFraction, isExponent, isExponentNegative) = (false, false, false)
        for byte in number.text.utf8 {
            switch byte {
            case UInt8(ascii: "-"):
                if isExponent { isExponentNegative = true } else { isNegative = true }
            case UInt8(ascii: "."):
                isFraction = true
            case UInt8(ascii: "e"), UInt8(ascii: "E"):
                isExponent = true
            case UInt8(ascii: "0")...UInt8(ascii: "9"):
                if isExponent {
                    // The parser bounds exponents to nine digits.
                    exponent = exponent * 10 + Int(byte & 0x0F)
                } else {
                    digits.append(byte & 0x0F)
                    if !isFraction { whole += 1 }
                }
            default:
                break
            }
        }
        let zeros = digits.prefix { $0 == 0 }.count
        digits.removeFirst(zeros)
        while digits.last == 0 { digits.removeLast() }
        scale = digits.isEmpty ? 0 : whole - zeros + (isExponentNegative ? -exponent : exponent)
        isNegative = isNegative && !digits.isEmpty
    }

    var isInteger: Bool { scale >= digits.count }

    /// The absolute value where it is an integer that fits.
    var integer: UInt64? {
        guard isInteger else { return nil }
        guard scale <= 20 else { return nil }
        var result: UInt64 = 0
        for index in 0..<scale {
            let (product, overflow) = result.multipliedReportingOverflow(by: 10)
            let digit = index < digits.count ? UInt64(digits[index]) : 0
            let (sum, carry) = product.addingReportingOverflow(digit)
            guard !overflow, !carry else { return nil }
            result = sum
        }
        return result
    }

    /// The digits as an integer and the power of ten that goes with it, where the integer is at
    /// most 17 digits long.
    var shortForm: (mantissa: UInt64, exponent: Int)? {
        guard digits.count <= 17 else { return nil }
        return (digits.reduce(0) { $0 * 10 + UInt64($1) }, scale - digits.count)
    }

    /// Whether this is an integral multiple of `mantissa` × 10^`exponent`.
    ///
    /// - Parameters:
    ///   - mantissa: Not zero, without a zero at its end, below 10^17.
    ///   - exponent: The power of ten.
    /// - Returns: True for a multiple, and so for zero.
    func isMultiple(ofMantissa mantissa: UInt64, exponent: Int) -> Bool {
        guard !digits.isEmpty else { return true }
        let distance = scale - digits.count - exponent
        // These digits end in no zero, so they are not a multiple of any power of ten.
        guard distance >= 0 else { return false }
        // Below 10^17 × 10 + 10, which fits.
        let rest = digits.reduce(0 as UInt64) { ($0 * 10 + UInt64($1)) % mantissa }
        return Self.product(rest, Self.powerOfTen(distance, modulo: mantissa), mantissa) == 0
    }

    private static func powerOfTen(_ power: Int, modulo divisor: UInt64) -> UInt64 {
        var (result, base, rest) = (1 % divisor, 10 % divisor, power)
        while rest > 0 {
            if rest & 1 == 1 { result = product(result, base, divisor) }
            base = product(base, base, divisor)
            rest >>= 1
        }
        return result
    }

    private static func product(_ a: UInt64, _ b: UInt64, _ divisor: UInt64) -> UInt64 {
        // Both factors are below the divisor, so the quotient fits.
        divisor.dividingFullWidth(a.multipliedFullWidth(by: b)).remainder
    }
}

extension ExactNumber: Comparable {
    static func < (left: ExactNumber, right: ExactNumber) -> Bool {
        if left.sign != right.sign { return left.sign < right.sign }
        let (a, b) = left.isNegative ? (right, left) : (left, right)
        if a.scale != b.scale { return a.scale < b.scale }
        return a.digits.lexicographicallyPrecedes(b.digits)
    }

    private var sign: Int { digits.isEmpty ? 0 : (isNegative ? -1 : 1) }
}
