/// The validity of UTF-8 (RFC 3629: no surrogates, nothing longer than needed).
enum UTF8Check {
    /// Finds the first character that is not valid.
    ///
    /// - Parameter bytes: A text.
    /// - Returns: The place of its first byte, zero-based, or nil where all are valid.
    static func firstInvalid(in bytes: UnsafeBufferPointer<UInt8>) -> Int? {
        var index = 0
        while index < bytes.count {
            if bytes[index] < 0x80 {
                index += 1
                continue
            }
            let length = length(at: index, in: bytes)
            guard length > 0 else { return index }
            index += length
        }
        return nil
    }

    /// The length of a character of two to four bytes, or zero where it is not valid.
    private static func length(at index: Int, in bytes: UnsafeBufferPointer<UInt8>) -> Int {
        let length: Int
        // The second byte keeps out what is too long, the surrogates, and what is above U+10FFFF.
        let second: ClosedRange<UInt8>
        switch bytes[index] {
        case 0xC2...0xDF: (length, second) = (2, 0x80...0xBF)
        case 0xE0: (length, second) = (3, 0xA0...0xBF)
        case 0xED: (length, second) = (3, 0x80...0x9F)
        case 0xE1...0xEF: (length, second) = (3, 0x80...0xBF)
        case 0xF0: (length, second) = (4, 0x90...0xBF)
        case 0xF1...0xF3: (length, second) = (4, 0x80...0xBF)
        case 0xF4: (length, second) = (4, 0x80...0x8F)
        default: return 0
        }
        guard bytes.count - index >= length, second.contains(bytes[index + 1]) else { return 0 }
        for place in index + 2..<index + length where bytes[place] & 0xC0 != 0x80 { return 0 }
        return length
    }
}
