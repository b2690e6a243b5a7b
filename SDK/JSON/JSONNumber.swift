/// A JSON number with the exact text in which it was written.
///
/// Equality, hash and order are those of the number, whatever its text and size: 1.50e1 = 15.
public struct JSONNumber: Sendable {
    /// The number as JSON text.
    public let text: String

    /// Takes text that is known to follow the grammar.
    init(validText text: String) {
        self.text = text
    }

    /// Makes a number from an integer of any type.
    ///
    /// - Parameter integer: The integer.
    public init(_ integer: some BinaryInteger) {
        text = String(integer)
    }

    /// Makes a number with the shortest text that reads back as the same `Double`.
    ///
    /// - Parameter value: The number; nil is returned for what is not a number and for infinities.
    public init?(_ value: Double) {
        guard value.isFinite else { return nil }
        let shortest = value.description
        text = shortest.hasSuffix(".0") ? String(shortest.dropLast(2)) : shortest
    }

    /// Makes a number from its text, which is kept.
    ///
    /// - Parameter text: JSON text of a number and nothing else; nil is returned for other text,
    ///   and for an exponent beyond ``largestExponent``.
    public init?(_ text: String) {
        // Why the text is not a number does not matter here: nil is the answer.
        guard let value = try? JSONValue(parsing: Array(text.utf8)),
            case .number(let number) = value,
            number.text.utf8.count == text.utf8.count
        else { return nil }
        self = number
    }

    /// The largest power of ten that may be written behind an `e`, on both sides of zero.
    public static let largestExponent = 999_999_999

    /// The number as an integer, or nil where it has a fraction or does not fit.
    public var int64: Int64? {
        if let plain = Int64(text) { return plain }
        guard let magnitude = ExactNumber(self).integer else { return nil }
        guard text.utf8.first == UInt8(ascii: "-") else { return Int64(exactly: magnitude) }
        return Int64(exactly: -Int128(magnitude))
    }

    /// The number as an integer that is not negative, or nil where it is none or does not fit.
    public var uint64: UInt64? {
        if let plain = UInt64(text) { return plain }
        guard let magnitude = ExactNumber(self).integer else { return nil }
        return text.utf8.first == UInt8(ascii: "-") && magnitude != 0 ? nil : magnitude
    }

    /// The nearest binary number; infinite where the number is beyond all of them.
    public var double: Double {
        Double(text) ?? .nan
    }

    /// Whether the number has no fraction: 1.0 has none.
    public var isInteger: Bool { ExactNumber(self).isInteger }
}

extension JSONNumber: Hashable, Comparable {
    /// Whether two numbers are the same.
    ///
    /// - Parameters:
    ///   - left: A number.
    ///   - right: Another one.
    /// - Returns: True for 1.50e1 and 15.
    public static func == (left: JSONNumber, right: JSONNumber) -> Bool {
        left.text == right.text || ExactNumber(left) == ExactNumber(right)
    }

    /// Hashes the number, whatever its text.
    ///
    /// - Parameter hasher: Where it goes.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(ExactNumber(self))
    }

    /// Whether a number is the smaller one.
    ///
    /// - Parameters:
    ///   - left: A number.
    ///   - right: Another one.
    /// - Returns: True where `left` is less than `right`.
    public static func < (left: JSONNumber, right: JSONNumber) -> Bool {
        if let a = Int64(left.text), let b = Int64(right.text) { return a < b }
        return ExactNumber(left) < ExactNumber(right)
    }
}

extension JSONNumber: CustomStringConvertible {
    /// The number as JSON text.
    public var description: String { text }
}
