import JSON
import Values

/// Keeps known secrets out of everything that people may read.
///
/// A secret is looked for as its own text, as the hexadecimal digits of its bytes (with or without spaces, in
/// either case), and in frames as its bytes; where it is itself written in hexadecimal digits, as a key is, as
/// those bytes too. What has fewer than four bytes would be found everywhere: such a secret is blanked in
/// texts where it stands as a word of its own.
package struct SecretFilter: Sendable {
    /// What stands for a secret.
    package static let mask = "***"
    private static let shortest = 4

    /// Byte patterns for frames.
    let patterns: [[UInt8]]
    private let texts: [[UInt8]]
    private let digits: [[UInt8]]
    private let words: [[UInt8]]

    /// Makes a filter.
    ///
    /// - Parameter secrets: The secret settings' values.
    package init(_ secrets: [String]) {
        let values = secrets.filter { !$0.isEmpty }.map { Array($0.utf8) }
        let long = values.filter { $0.count >= Self.shortest }
        var patterns = long
        for value in long where value.count >= 2 * Self.shortest {
            if let key = TextEncoding.bytes(hex: String(decoding: value, as: UTF8.self)) {
                patterns.append(key)
            }
        }
        self.patterns = Self.longestFirst(patterns)
        texts = Self.longestFirst(long)
        digits = self.patterns.map { Array(TextEncoding.hex($0).utf8) }
        words = Self.longestFirst(values.filter { $0.count < Self.shortest })
    }

    private static func longestFirst(_ values: [[UInt8]]) -> [[UInt8]] {
        Set(values).sorted { ($0.count, $0.description) > ($1.count, $1.description) }
    }

    /// True where there is nothing to hide.
    package var isEmpty: Bool { texts.isEmpty && words.isEmpty }

    // MARK: Texts

    /// The text without secrets.
    package func blanked(_ text: String) -> String {
        guard !isEmpty, !text.isEmpty else { return text }
        let bytes = Array(text.utf8)
        var result: [UInt8] = []
        var index = 0
        var changed = false
        while index < bytes.count {
            if let length = secretLength(in: bytes, at: index) {
                result += Array(Self.mask.utf8)
                index += length
                changed = true
            } else {
                result.append(bytes[index])
                index += 1
            }
        }
        return changed ? String(decoding: result, as: UTF8.self) : text
    }

    private func secretLength(in bytes: [UInt8], at index: Int) -> Int? {
        for text in texts where bytes[index...].starts(with: text) { return text.count }
        for digits in digits {
            if let length = Self.digitsLength(digits, in: bytes, at: index) { return length }
        }
        for word in words where bytes[index...].starts(with: word) {
            let end = index + word.count
            let startsWord = index == 0 || !Self.isWordByte(bytes[index - 1])
            let endsWord = end == bytes.count || !Self.isWordByte(bytes[end])
            if startsWord && endsWord { return word.count }
        }
        return nil
    }

    /// Matches digits in either case, with one space, colon or hyphen between bytes allowed.
    private static func digitsLength(_ digits: [UInt8], in bytes: [UInt8], at start: Int) -> Int? {
        var index = start
        for (place, digit) in digits.enumerated() {
            if place > 0, place % 2 == 0, index < bytes.count,
                bytes[index] == UInt8(ascii: " ") || bytes[index] == UInt8(ascii: ":")
                    || bytes[index] == UInt8(ascii: "-")
            {
                index += 1
            }
            guard index < bytes.count else { return nil }
            let byte = bytes[index]
            let isLetter = (UInt8(ascii: "A")...UInt8(ascii: "F")).contains(byte)
            guard (isLetter ? byte | 0x20 : byte) == digit else { return nil }
            index += 1
        }
        return index - start
    }

    private static func isWordByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "A")...UInt8(ascii: "Z"), 0x80...:
            true
        default: false
        }
    }

    // MARK: Documents

    /// The value with all its texts and numbers blanked.
    package func blanked(_ value: JSONValue) -> JSONValue {
        guard !isEmpty else { return value }
        switch value {
        case .null, .bool: return value
        case .number(let number):
            let text = blanked(number.text)
            return text == number.text ? value : .string(text)
        case .string(let text): return .string(blanked(text))
        case .array(let elements): return .array(elements.map(blanked))
        case .object(let object): return .object(blanked(object))
        }
    }

    private func blanked(_ object: JSONObject) -> JSONObject {
        JSONObject(object.map { ($0.key, blanked($0.value)) })
    }

    /// The message without secrets.
    package func blanked(_ message: Message) -> Message {
        guard !isEmpty else { return message }
        var message = message
        message.parameters = blanked(message.parameters)
        message.detail = blanked(message.detail)
        return message
    }
}
