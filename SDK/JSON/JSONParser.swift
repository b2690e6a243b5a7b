/// Reads one document in a single pass over its bytes.
struct JSONParser {
    /// A reason and its place, before line and column are known.
    struct Failure: Error {
        let reason: JSONError.Reason
        let offset: Int
    }

    static let depthLimit = 64

    private let bytes: UnsafeBufferPointer<UInt8>
    private var index = 0
    private var depth = 0

    static func parse(
        _ bytes: UnsafeBufferPointer<UInt8>
    ) throws(JSONError) -> JSONValue {
        var parser = JSONParser(bytes)
        do throws(Failure) {
            return try parser.document()
        } catch {
            throw JSONError(error.reason, offset: error.offset, in: bytes)
        }
    }

    private init(_ bytes: UnsafeBufferPointer<UInt8>) {
        self.bytes = bytes
    }

    // MARK: Structure

    private mutating func document() throws(Failure) -> JSONValue {
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { throw failure(.byteOrderMark) }
        skipSpace()
        guard index < bytes.count else { throw failure(.empty) }
        let result = try value()
        skipSpace()
        guard index == bytes.count else { throw failure(.trailingContent) }
        return result
    }

    private mutating func value() throws(Failure) -> JSONValue {
        guard index < bytes.count else { throw failure(.unexpectedEnd) }
        switch bytes[index] {
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "{"): return try object()
        case UInt8(ascii: "["): return try array()
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try number()
        case UInt8(ascii: "t"):
            try word("true")
            return .bool(true)
        case UInt8(ascii: "f"):
            try word("false")
            return .bool(false)
        case UInt8(ascii: "n"):
            try word("null")
            return .null
        default: throw unexpected("a value")
        }
    }

    private mutating func object() throws(Failure) -> JSONValue {
        try enter()
        var object = JSONObject()
        skipSpace()
        if try take(UInt8(ascii: "}")) {
            depth -= 1
            return .object(object)
        }
        while true {
            skipSpace()
            let start = index
            guard index < bytes.count else { throw failure(.unexpectedEnd) }
            guard bytes[index] == UInt8(ascii: "\"") else { throw unexpected("a name in quotes") }
            let key = try string()
            skipSpace()
            guard try take(UInt8(ascii: ":")) else { throw unexpected("':'") }
            skipSpace()
            guard object.add(key, try value()) else {
                throw Failure(reason: .duplicateKey(key), offset: start)
            }
            skipSpace()
            if try take(UInt8(ascii: ",")) { continue }
            guard try take(UInt8(ascii: "}")) else { throw unexpected("',' or '}'") }
            depth -= 1
            return .object(object)
        }
    }

    private mutating func array() throws(Failure) -> JSONValue {
        try enter()
        var elements: [JSONValue] = []
        skipSpace()
        if try take(UInt8(ascii: "]")) {
            depth -= 1
            return .array(elements)
        }
        while true {
            skipSpace()
            elements.append(try value())
            skipSpace()
            if try take(UInt8(ascii: ",")) { continue }
            guard try take(UInt8(ascii: "]")) else { throw unexpected("',' or ']'") }
            depth -= 1
            return .array(elements)
        }
    }

    private mutating func enter() throws(Failure) {
        guard depth < Self.depthLimit else { throw failure(.tooDeep(limit: Self.depthLimit)) }
        depth += 1
        index += 1
    }

    // MARK: Numbers

    private mutating func number() throws(Failure) -> JSONValue {
        let start = index
        if bytes[index] == UInt8(ascii: "-") { index += 1 }
        if index < bytes.count, bytes[index] == UInt8(ascii: "0") {
            index += 1
            if isDigit { throw failure(.malformedNumber) }
        } else {
            try digits()
        }
        if index < bytes.count, bytes[index] == UInt8(ascii: ".") {
            index += 1
            try digits()
        }
        if index < bytes.count, bytes[index] | 0x20 == UInt8(ascii: "e") {
            index += 1
            if index < bytes.count,
                bytes[index] == UInt8(ascii: "+") || bytes[index] == UInt8(ascii: "-")
            {
                index += 1
            }
            let first = index
            try digits()
            guard index - first <= 9 else {
                throw Failure(reason: .exponentTooLarge, offset: first)
            }
        }
        let text = String(decoding: slice(start..<index), as: UTF8.self)
        return .number(JSONNumber(validText: text))
    }

    private mutating func digits() throws(Failure) {
        guard isDigit else {
            throw failure(index < bytes.count ? .malformedNumber : .unexpectedEnd)
        }
        while isDigit { index += 1 }
    }

    private var isDigit: Bool {
        index < bytes.count && bytes[index] >= 0x30 && bytes[index] <= 0x39
    }

    // MARK: Texts

    private mutating func string() throws(Failure) -> String {
        index += 1
        let start = index
        var hasEscapes = false
        // Gathers the highest bits: clear as long as everything is ASCII.
        var union: UInt8 = 0
        scan: while true {
            guard index < bytes.count else { throw failure(.unexpectedEnd) }
            let byte = bytes[index]
            union |= byte
            switch byte {
            case UInt8(ascii: "\""): break scan
            case UInt8(ascii: "\\"):
                hasEscapes = true
                // The escaped character is not the end, even where it is a quotation mark.
                index += 2
            case 0x00...0x1F: throw failure(.controlCharacter(byte))
            default: index += 1
            }
        }
        let raw = slice(start..<index)
        index += 1
        // Escapes are ASCII, so the raw text is valid where what they stand for is.
        if union >= 0x80 || hasEscapes, let invalid = UTF8Check.firstInvalid(in: raw) {
            throw Failure(reason: .invalidUTF8, offset: start + invalid)
        }
        guard hasEscapes else { return String(decoding: raw, as: UTF8.self) }
        return String(decoding: try JSONEscapes.remove(from: raw, at: start), as: UTF8.self)
    }

    // MARK: Bytes

    private func slice(_ range: Range<Int>) -> UnsafeBufferPointer<UInt8> {
        UnsafeBufferPointer(rebasing: bytes[range])
    }

    private mutating func skipSpace() {
        while index < bytes.count {
            switch bytes[index] {
            case 0x20, 0x09, 0x0A, 0x0D: index += 1
            default: return
            }
        }
    }

    /// Takes a byte where it is the next one; at the end of the document it is missed.
    private mutating func take(_ byte: UInt8) throws(Failure) -> Bool {
        guard index < bytes.count else { throw failure(.unexpectedEnd) }
        guard bytes[index] == byte else { return false }
        index += 1
        return true
    }

    private mutating func word(_ word: StaticString) throws(Failure) {
        for place in 0..<word.utf8CodeUnitCount {
            guard index < bytes.count else { throw failure(.unexpectedEnd) }
            guard bytes[index] == word.utf8Start[place] else { throw unexpected("'\(word)'") }
            index += 1
        }
    }

    private func failure(_ reason: JSONError.Reason) -> Failure {
        Failure(reason: reason, offset: min(index, bytes.count))
    }

    private func unexpected(_ expected: String) -> Failure {
        failure(.unexpected(byte: bytes[index], expected: expected))
    }
}

extension JSONValue {
    /// Reads a document strictly by RFC 8259.
    ///
    /// Names must not repeat in an object, lists and objects may be 64 deep, and exponents have at
    /// most nine digits; the caller bounds the size.
    ///
    /// - Parameter bytes: The whole document in UTF-8.
    /// - Throws: `JSONError` with what is wrong and where.
    public init(parsing bytes: some Collection<UInt8>) throws(JSONError) {
        let direct = bytes.withContiguousStorageIfAvailable { buffer in
            Result { () throws(JSONError) in try JSONParser.parse(buffer) }
        }
        if let direct {
            self = try direct.get()
        } else {
            try self.init(parsing: Array(bytes))
        }
    }

    /// Reads a document strictly by RFC 8259.
    ///
    /// - Parameter text: The whole document.
    /// - Throws: `JSONError` with what is wrong and where.
    public init(parsing text: some StringProtocol) throws(JSONError) {
        try self.init(parsing: Array(text.utf8))
    }
}
