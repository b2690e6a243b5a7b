/// Writes comma-separated values (RFC 4180) that programs for tables open without running them.
struct CSV {
    /// The bytes of the rows so far.
    private(set) var bytes: [UInt8] = []

    /// Takes the rows out.
    mutating func take() -> [UInt8] {
        defer { bytes.removeAll(keepingCapacity: true) }
        return bytes
    }

    /// One value of a row.
    enum Cell: Hashable {
        /// Text of anybody: a driver's, a user's, a device's.
        case text(String)
        /// A number in decimal digits, written as it stands.
        case number(String)
        case empty
    }

    /// Adds a row; the first row is the header.
    mutating func append(_ cells: [Cell]) {
        for (index, cell) in cells.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            switch cell {
            case .empty: break
            case .number(let digits) where Self.isNumber(digits): bytes += Array(digits.utf8)
            case .number(let text), .text(let text): append(text)
            }
        }
        bytes += [0x0D, 0x0A]
    }

    /// Adds text, in quotes where it needs them.
    ///
    /// A program for tables takes text that begins with one of `= + - @` or a control character for
    /// a formula. An apostrophe before it makes it text again, as OWASP advises.
    private mutating func append(_ text: String) {
        var text = text
        if let first = text.unicodeScalars.first, "=+-@\t\r\n".unicodeScalars.contains(first) {
            text = "'" + text
        }
        let utf8 = text.utf8
        guard utf8.contains(where: { Self.special.contains($0) }) else {
            bytes += Array(utf8)
            return
        }
        bytes.append(Self.quote)
        for byte in utf8 {
            if byte == Self.quote { bytes.append(Self.quote) }
            bytes.append(byte)
        }
        bytes.append(Self.quote)
    }

    private static let quote = UInt8(ascii: "\"")
    private static let special: Set<UInt8> = [quote, UInt8(ascii: ","), 0x0A, 0x0D, 0x20, 0x3B]

    /// Digits with a sign, a point and an exponent at most: such text is no formula.
    private static func isNumber(_ text: String) -> Bool {
        var bytes = text.utf8[...]
        func digits() -> Int {
            let count = bytes.prefix { (0x30...0x39).contains($0) }.count
            bytes = bytes.dropFirst(count)
            return count
        }
        func sign() {
            if bytes.first == 0x2D || bytes.first == 0x2B { bytes = bytes.dropFirst() }
        }
        if bytes.first == 0x2D { bytes = bytes.dropFirst() }
        guard digits() > 0 else { return false }
        if bytes.first == 0x2E {
            bytes = bytes.dropFirst()
            guard digits() > 0 else { return false }
        }
        if bytes.first == 0x65 || bytes.first == 0x45 {
            bytes = bytes.dropFirst()
            sign()
            guard digits() > 0 else { return false }
        }
        return bytes.isEmpty
    }
}
