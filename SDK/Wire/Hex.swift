/// Hexadecimal text of bytes.
public enum Hex {
    /// The case of the letters A to F.
    public enum LetterCase: Hashable, Sendable {
        /// `7EA0`, as manuals print frames.
        case upper
        /// `7ea0`, as digests are printed.
        case lower
    }

    /// Reads bytes from hexadecimal text.
    ///
    /// Letters may be of either case. Between bytes, but not inside one, there may be white space
    /// and the separators `:` and `-`.
    ///
    /// - Parameter text: Such as `7E A0 07` or `7ea007`; nothing gives no bytes.
    /// - Returns: The bytes.
    /// - Throws: `WireError` with `unexpectedValue` for a character that does not belong there, or
    ///   `truncated` for half a byte at the end; its offset is in UTF-8 bytes of the text.
    public static func bytes(_ text: some StringProtocol) throws(WireError) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(text.utf8.count / 2)
        var high: UInt8?
        var offset = 0
        for byte in text.utf8 {
            if let digit = digit(byte) {
                if let first = high {
                    result.append(first << 4 | digit)
                    high = nil
                } else {
                    high = digit
                }
            } else if high != nil || !isSeparator(byte) {
                throw WireError(
                    .unexpectedValue(UInt64(byte)), field: "hexadecimal text", offset: offset)
            }
            offset += 1
        }
        guard high == nil else {
            throw WireError(
                .truncated(needed: 2, available: 1), field: "hexadecimal text", offset: offset - 1)
        }
        return result
    }

    /// The value of a hexadecimal digit.
    ///
    /// - Parameter character: The digit as an ASCII byte.
    /// - Returns: 0...15, or nil where it is not one.
    public static func digit(_ character: UInt8) -> UInt8? {
        switch character {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): character - UInt8(ascii: "0")
        case UInt8(ascii: "A")...UInt8(ascii: "F"): character - UInt8(ascii: "A") + 10
        case UInt8(ascii: "a")...UInt8(ascii: "f"): character - UInt8(ascii: "a") + 10
        default: nil
        }
    }

    private static func isSeparator(_ character: UInt8) -> Bool {
        switch character {
        case 0x09, 0x0A, 0x0D, 0x20, UInt8(ascii: ":"), UInt8(ascii: "-"): true
        default: false
        }
    }

    static let upperDigits: [UInt8] = Array("0123456789ABCDEF".utf8)
    static let lowerDigits: [UInt8] = Array("0123456789abcdef".utf8)
}

extension Collection where Element == UInt8 {
    /// The bytes as upper-case hexadecimal text without separators, such as `7EA007`.
    public var hex: String { hex() }

    /// The bytes as hexadecimal text.
    ///
    /// - Parameters:
    ///   - separator: An ASCII character between two bytes, or nil for none.
    ///   - letterCase: The case of the letters A to F.
    /// - Returns: Two digits a byte.
    public func hex(
        separator: Unicode.Scalar? = nil, letterCase: Hex.LetterCase = .upper
    ) -> String {
        guard !isEmpty else { return "" }
        let mark = separator.flatMap { UInt8(exactly: $0.value) }.flatMap { $0 < 0x80 ? $0 : nil }
        let digits = letterCase == .upper ? Hex.upperDigits : Hex.lowerDigits
        let length = mark == nil ? count * 2 : count * 3 - 1
        return String(unsafeUninitializedCapacity: length) { buffer in
            var index = 0
            for byte in self {
                if let mark, index > 0 {
                    buffer[index] = mark
                    index += 1
                }
                buffer[index] = digits[Int(byte >> 4)]
                buffer[index + 1] = digits[Int(byte & 0x0F)]
                index += 2
            }
            return index
        }
    }
}
