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
        var text = String(text)
        let outcome = text.withUTF8 { characters in
            Result { () throws(WireError) in try bytes(of: characters) }
        }
        return try outcome.get()
    }

    private static func bytes(
        of characters: UnsafeBufferPointer<UInt8>
    ) throws(WireError) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(characters.count / 2)
        var index = 0
        while index < characters.count {
            guard let high = digit(characters[index]) else {
                guard isSeparator(characters[index]) else { throw unexpected(characters, index) }
                index += 1
                continue
            }
            guard index + 1 < characters.count else {
                throw WireError(
                    .truncated(needed: 2, available: 1), field: "hexadecimal text", offset: index)
            }
            guard let low = digit(characters[index + 1]) else {
                throw unexpected(characters, index + 1)
            }
            result.append(high << 4 | low)
            index += 2
        }
        return result
    }

    private static func unexpected(
        _ characters: UnsafeBufferPointer<UInt8>, _ index: Int
    ) -> WireError {
        WireError(
            .unexpectedValue(UInt64(characters[index])), field: "hexadecimal text", offset: index)
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

    /// Writes bytes into room for as many digits and separators as they need.
    fileprivate static func write(
        _ bytes: UnsafeBufferPointer<UInt8>, separator: UInt8?, letterCase: LetterCase,
        into buffer: UnsafeMutableBufferPointer<UInt8>
    ) {
        // What lies between "9" and "A", or "9" and "a".
        let letters = UInt8(ascii: letterCase == .upper ? "A" : "a") - 10
        let zero = UInt8(ascii: "0")
        var index = 0
        for byte in bytes {
            if let separator, index > 0 {
                buffer[index] = separator
                index += 1
            }
            let (high, low) = (byte >> 4, byte & 0x0F)
            buffer[index] = high + (high < 10 ? zero : letters)
            buffer[index + 1] = low + (low < 10 ? zero : letters)
            index += 2
        }
    }
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
        let mark = separator.flatMap { $0.isASCII ? UInt8($0.value) : nil }
        let length = mark == nil ? count * 2 : count * 3 - 1
        func text(of bytes: UnsafeBufferPointer<UInt8>) -> String {
            String(unsafeUninitializedCapacity: length) { buffer in
                Hex.write(bytes, separator: mark, letterCase: letterCase, into: buffer)
                return length
            }
        }
        return withContiguousStorageIfAvailable(text)
            ?? Array(self).withUnsafeBufferPointer(text)
    }
}
