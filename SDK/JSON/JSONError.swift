/// Why a text is not a JSON document, and where.
public struct JSONError: Error, Hashable, Sendable {
    /// What is wrong.
    public enum Reason: Hashable, Sendable {
        /// There is nothing but white space.
        case empty
        /// The document ends in the middle of a value.
        case unexpectedEnd
        /// A byte that cannot stand there; the text says what could.
        case unexpected(byte: UInt8, expected: String)
        /// The bytes are not UTF-8.
        case invalidUTF8
        /// The document starts with a byte order mark.
        case byteOrderMark
        /// A text holds a control character that is not escaped.
        case controlCharacter(UInt8)
        /// A backslash is followed by something that is not an escape sequence.
        case invalidEscape
        /// A `\u` escape is half of a surrogate pair.
        case loneSurrogate
        /// A number has a zero too many, or a digit too few.
        case malformedNumber
        /// A number's exponent is beyond ``JSONNumber/largestExponent``.
        case exponentTooLarge
        /// An object has two members with this name.
        case duplicateKey(String)
        /// Lists and objects lie within each other beyond this depth.
        case tooDeep(limit: Int)
        /// Something follows the document.
        case trailingContent
    }

    /// What is wrong.
    public let reason: Reason
    /// Where, zero-based, in bytes.
    public let offset: Int
    /// The line, from 1.
    public let line: Int
    /// The character in the line, from 1.
    public let column: Int

    /// Finds the line and the column of a place.
    init(_ reason: Reason, offset: Int, in bytes: UnsafeBufferPointer<UInt8>) {
        var line = 1
        var column = 1
        for byte in bytes.prefix(offset) {
            if byte == 0x0A {
                line += 1
                column = 1
            } else if byte & 0xC0 != 0x80 {
                // Bytes that continue a character do not count.
                column += 1
            }
        }
        self.reason = reason
        self.offset = offset
        self.line = line
        self.column = column
    }
}

extension JSONError: CustomStringConvertible {
    /// The error as a sentence for people, with its place.
    public var description: String {
        "line \(line), column \(column): \(reason)"
    }
}

extension JSONError.Reason: CustomStringConvertible {
    /// What is wrong, for people.
    public var description: String {
        switch self {
        case .empty: "there is no JSON value"
        case .unexpectedEnd: "the document ends in the middle of a value"
        case .unexpected(let byte, let expected):
            "expected \(expected), but found \(Self.name(of: byte))"
        case .invalidUTF8: "the text is not valid UTF-8"
        case .byteOrderMark: "the document must not start with a byte order mark"
        case .controlCharacter(let byte):
            "a control character in a text must be escaped (\(Self.name(of: byte)))"
        case .invalidEscape: "a backslash must be followed by one of \"\\/bfnrt or u and 4 digits"
        case .loneSurrogate: "a \\u escape is one half of a surrogate pair without the other"
        case .malformedNumber: "a number has a superfluous zero or lacks a digit"
        case .exponentTooLarge: "a number's exponent has more than 9 digits"
        case .duplicateKey(let key): "the object has two members with the name \"\(key)\""
        case .tooDeep(let limit): "lists and objects are nested more than \(limit) deep"
        case .trailingContent: "something follows the end of the document"
        }
    }

    private static func name(of byte: UInt8) -> String {
        if (0x21...0x7E).contains(byte) { return "'\(Unicode.Scalar(byte))'" }
        return "byte 0x" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
    }
}
