/// The escape sequences in JSON texts.
enum JSONEscapes {
    /// Replaces the escape sequences of a text by what they stand for.
    ///
    /// - Parameters:
    ///   - raw: What stands between the quotation marks.
    ///   - offset: Where it starts in the document.
    /// - Returns: The text's bytes, valid UTF-8 where the text was.
    /// - Throws: `JSONParser.Failure` for what is not an escape sequence.
    static func remove(
        from raw: UnsafeBufferPointer<UInt8>, at offset: Int
    ) throws(JSONParser.Failure) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(raw.count)
        var index = 0
        while index < raw.count {
            let byte = raw[index]
            guard byte == UInt8(ascii: "\\") else {
                result.append(byte)
                index += 1
                continue
            }
            let start = index
            index += 1
            guard index < raw.count else {
                throw JSONParser.Failure(reason: .invalidEscape, offset: offset + start)
            }
            if let plain = plain(raw[index]) {
                result.append(plain)
                index += 1
                continue
            }
            guard let unit = unit(raw, at: start) else {
                throw JSONParser.Failure(reason: .invalidEscape, offset: offset + start)
            }
            index = start + 6
            var scalar = Unicode.Scalar(unit)
            if scalar == nil, unit < 0xDC00, let low = Self.unit(raw, at: index),
                (0xDC00...0xDFFF).contains(low)
            {
                scalar = Unicode.Scalar(
                    0x1_0000 + (UInt32(unit) - 0xD800) << 10 + (UInt32(low) - 0xDC00))
                index += 6
            }
            guard let scalar else {
                throw JSONParser.Failure(reason: .loneSurrogate, offset: offset + start)
            }
            result.append(contentsOf: UTF8.encode(scalar).map { Array($0) } ?? [])
        }
        return result
    }

    private static func plain(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): byte
        case UInt8(ascii: "b"): 0x08
        case UInt8(ascii: "f"): 0x0C
        case UInt8(ascii: "n"): 0x0A
        case UInt8(ascii: "r"): 0x0D
        case UInt8(ascii: "t"): 0x09
        default: nil
        }
    }

    /// The code unit of a `\uXXXX` that stands at a place, or nil where none does.
    private static func unit(_ raw: UnsafeBufferPointer<UInt8>, at index: Int) -> UInt16? {
        guard index + 6 <= raw.count, raw[index] == UInt8(ascii: "\\"),
            raw[index + 1] == UInt8(ascii: "u")
        else { return nil }
        var result: UInt16 = 0
        for byte in raw[index + 2..<index + 6] {
            let digit: UInt8
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = byte - UInt8(ascii: "0")
            case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = byte - UInt8(ascii: "a") + 10
            case UInt8(ascii: "A")...UInt8(ascii: "F"): digit = byte - UInt8(ascii: "A") + 10
            default: return nil
            }
            result = result << 4 | UInt16(digit)
        }
        return result
    }
}
