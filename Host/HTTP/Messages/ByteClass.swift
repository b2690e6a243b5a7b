/// The character classes of RFC 9110 and RFC 3986.
extension UInt8 {
    static var carriageReturn: UInt8 { 0x0D }
    static var lineFeed: UInt8 { 0x0A }
    static var space: UInt8 { 0x20 }
    static var tab: UInt8 { 0x09 }
    static var colon: UInt8 { 0x3A }

    var isDigit: Bool { (0x30...0x39).contains(self) }

    var isLetter: Bool { (0x61...0x7A).contains(self | 0x20) }

    /// The value of a hexadecimal digit, or nil.
    var hexValue: UInt8? {
        switch self {
        case 0x30...0x39: self - 0x30
        case 0x41...0x46: self - 0x41 + 10
        case 0x61...0x66: self - 0x61 + 10
        default: nil
        }
    }

    /// The small letter of a capital one; every other byte as it is.
    var lowercased: UInt8 { (0x41...0x5A).contains(self) ? self | 0x20 : self }

    /// Is `tchar` of RFC 9110, section 5.6.2.
    var isTokenCharacter: Bool {
        if isLetter || isDigit { return true }
        return switch self {
        // ! # $ % & ' * + - . ^ _ ` | ~
        case 0x21, 0x23...0x27, 0x2A, 0x2B, 0x2D, 0x2E, 0x5E, 0x5F, 0x60, 0x7C, 0x7E: true
        default: false
        }
    }

    /// May stand in a field value: VCHAR, obs-text, space and tab (RFC 9110, section 5.5).
    var isFieldValueCharacter: Bool { (self >= 0x20 && self != 0x7F) || self == .tab }

    var isBlank: Bool { self == .space || self == .tab }

    /// Is `unreserved`, `sub-delims`, or one of `:`, `@`, `/` and the percent sign: stands in a path.
    var isPathCharacter: Bool {
        if isLetter || isDigit { return true }
        return switch self {
        // ! $ % & ' ( ) * + , - . / : ; = @ _ ~
        case 0x21, 0x24...0x2F, 0x3A, 0x3B, 0x3D, 0x40, 0x5F, 0x7E: true
        default: false
        }
    }

    /// Stands in a query: a path character, `?`, and those that browsers leave as they are.
    var isQueryCharacter: Bool {
        if isPathCharacter { return true }
        return switch self {
        // ? [ \ ] ^ ` { | }
        case 0x3F, 0x5B...0x5E, 0x60, 0x7B...0x7D: true
        default: false
        }
    }
}
