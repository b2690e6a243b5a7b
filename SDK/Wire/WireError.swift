/// Why bytes from a wire were not what they should be.
///
/// It says which field was being read, where, and what was found instead; the reader that threw it
/// has not moved.
public struct WireError: Error, Hashable, Sendable {
    /// What was wrong.
    public enum Kind: Hashable, Sendable {
        /// The field needs more bytes than there are.
        case truncated(needed: Int, available: Int)
        /// The field holds a value that the specification does not allow there.
        case unexpectedValue(UInt64)
        /// The message ended, and this many bytes follow it.
        case trailingBytes(Int)
        /// The value does not lie in what the field can hold or the specification allows.
        case outOfRange(value: Int64, allowed: ClosedRange<Int64>)
        /// A checksum does not match the bytes that it covers.
        case checksumMismatch(expected: UInt64, found: UInt64)
        /// The bytes break a rule that the text names.
        case malformed(String)
    }

    /// What was wrong.
    public let kind: Kind
    /// The specification's name of the field.
    public let field: String
    /// Where the field starts: zero-based, in bytes from the start of the outermost reader.
    public let offset: Int

    /// Makes an error about a field.
    ///
    /// - Parameters:
    ///   - kind: What was wrong.
    ///   - field: The specification's name of the field.
    ///   - offset: Where the field starts, zero-based.
    public init(_ kind: Kind, field: String, offset: Int) {
        self.kind = kind
        self.field = field
        self.offset = offset
    }
}

extension WireError: CustomStringConvertible {
    /// The error as a sentence for people, without any content of the message but the value named.
    public var description: String {
        "\(field) at byte \(offset): \(kind)"
    }
}

extension WireError.Kind: CustomStringConvertible {
    /// What was wrong, for people.
    public var description: String {
        switch self {
        case .truncated(let needed, let available):
            "needs \(needed) bytes, but \(available) are left"
        case .unexpectedValue(let value):
            "has the unexpected value 0x\(Self.hex(value)) (\(value))"
        case .trailingBytes(let count):
            "is followed by \(count) bytes too many"
        case .outOfRange(let value, let allowed):
            "must be from \(allowed.lowerBound) to \(allowed.upperBound), but is \(value)"
        case .checksumMismatch(let expected, let found):
            "should be 0x\(Self.hex(expected)), but is 0x\(Self.hex(found))"
        case .malformed(let rule):
            rule
        }
    }

    private static func hex(_ value: UInt64) -> String {
        let digits = String(value, radix: 16, uppercase: true)
        return digits.utf8.count.isMultiple(of: 2) ? digits : "0" + digits
    }
}
