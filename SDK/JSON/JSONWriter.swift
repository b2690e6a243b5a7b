/// Writes a JSON document piece by piece, without a value of the whole in memory.
///
/// The caller sees to it that objects and lists are closed and that names and values alternate.
public struct JSONWriter: Sendable {
    /// How the document is laid out.
    public enum Layout: Hashable, Sendable {
        /// Everything on one line, without white space.
        case compact
        /// A line for each member and element, indented by two spaces.
        case pretty
    }

    /// What has been written so far.
    public private(set) var bytes: [UInt8] = []
    private let layout: Layout
    private var depth = 0
    /// Whether something stands before the next element at this depth.
    private var needsComma = false
    private var followsKey = false

    /// Makes an empty writer.
    ///
    /// - Parameters:
    ///   - layout: How the document is laid out.
    ///   - capacity: How many bytes to make room for at once.
    public init(_ layout: Layout = .compact, capacity: Int = 0) {
        self.layout = layout
        bytes.reserveCapacity(max(0, capacity))
    }

    /// Starts an object.
    public mutating func beginObject() { begin(UInt8(ascii: "{")) }

    /// Ends the object that was started last.
    public mutating func endObject() { end(UInt8(ascii: "}")) }

    /// Starts a list.
    public mutating func beginArray() { begin(UInt8(ascii: "[")) }

    /// Ends the list that was started last.
    public mutating func endArray() { end(UInt8(ascii: "]")) }

    /// Writes the name of the next member.
    ///
    /// - Parameter name: The member's name.
    public mutating func key(_ name: String) {
        separate()
        text(name)
        bytes.append(UInt8(ascii: ":"))
        if layout == .pretty { bytes.append(0x20) }
        followsKey = true
    }

    /// Writes a value of any kind.
    ///
    /// - Parameter value: The value.
    public mutating func write(_ value: JSONValue) {
        switch value {
        case .null: writeNull()
        case .bool(let flag): write(flag)
        case .number(let number):
            separate()
            bytes.append(contentsOf: number.text.utf8)
        case .string(let text): write(text)
        case .array(let elements):
            beginArray()
            for element in elements { write(element) }
            endArray()
        case .object(let object):
            beginObject()
            for (name, member) in object {
                key(name)
                write(member)
            }
            endObject()
        }
    }

    /// Writes a text.
    ///
    /// - Parameter text: The text.
    public mutating func write(_ text: String) {
        separate()
        self.text(text)
    }

    /// Writes an integer.
    ///
    /// - Parameter integer: The integer.
    public mutating func write(_ integer: some BinaryInteger) {
        separate()
        bytes.append(contentsOf: String(integer).utf8)
    }

    /// Writes a truth value.
    ///
    /// - Parameter flag: The truth value.
    public mutating func write(_ flag: Bool) {
        separate()
        bytes.append(contentsOf: (flag ? "true" : "false").utf8)
    }

    /// Writes `null`.
    public mutating func writeNull() {
        separate()
        bytes.append(contentsOf: "null".utf8)
    }

    /// Ends a line after a document, so that another one may follow (JSON lines).
    public mutating func endLine() {
        bytes.append(0x0A)
    }

    /// Takes out what has been written, so that a long document can leave in parts.
    ///
    /// - Returns: The bytes since the last call.
    public mutating func takeBytes() -> [UInt8] {
        defer { bytes = [] }
        return bytes
    }

    // MARK: Layout

    private mutating func begin(_ bracket: UInt8) {
        separate()
        bytes.append(bracket)
        depth += 1
        needsComma = false
    }

    private mutating func end(_ bracket: UInt8) {
        depth = max(0, depth - 1)
        if needsComma { newLine() }
        bytes.append(bracket)
        needsComma = true
        followsKey = false
    }

    private mutating func separate() {
        if followsKey {
            followsKey = false
        } else {
            if needsComma, depth > 0 { bytes.append(UInt8(ascii: ",")) }
            if depth > 0 { newLine() }
        }
        needsComma = true
    }

    private mutating func newLine() {
        guard layout == .pretty else { return }
        bytes.append(0x0A)
        for _ in 0..<depth * 2 { bytes.append(0x20) }
    }

    // MARK: Texts

    private static let hexDigits = Array("0123456789abcdef".utf8)

    private mutating func text(_ text: String) {
        bytes.append(UInt8(ascii: "\""))
        var copy = text
        copy.withUTF8 { raw in
            var start = 0
            for (index, byte) in raw.enumerated() {
                guard byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
                else { continue }
                bytes.append(contentsOf: raw[start..<index])
                escape(byte)
                start = index + 1
            }
            bytes.append(contentsOf: raw[start...])
        }
        bytes.append(UInt8(ascii: "\""))
    }

    private mutating func escape(_ byte: UInt8) {
        bytes.append(UInt8(ascii: "\\"))
        switch byte {
        case 0x08: bytes.append(UInt8(ascii: "b"))
        case 0x0C: bytes.append(UInt8(ascii: "f"))
        case 0x0A: bytes.append(UInt8(ascii: "n"))
        case 0x0D: bytes.append(UInt8(ascii: "r"))
        case 0x09: bytes.append(UInt8(ascii: "t"))
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes.append(byte)
        default:
            bytes.append(contentsOf: "u00".utf8)
            bytes.append(Self.hexDigits[Int(byte >> 4)])
            bytes.append(Self.hexDigits[Int(byte & 0x0F)])
        }
    }
}

extension JSONValue {
    /// The value as a document in UTF-8.
    ///
    /// - Parameter pretty: Whether members and elements stand on lines of their own, indented by
    ///   two spaces. Only the quotation mark, the backslash and control characters are escaped.
    /// - Returns: The document without a line end behind it.
    public func bytes(pretty: Bool = false) -> [UInt8] {
        var writer = JSONWriter(pretty ? .pretty : .compact)
        writer.write(self)
        return writer.bytes
    }

    /// The value as a document.
    ///
    /// - Parameter pretty: Whether it is laid out for people, as ``bytes(pretty:)`` does.
    /// - Returns: The document without a line end behind it.
    public func text(pretty: Bool = false) -> String {
        String(decoding: bytes(pretty: pretty), as: UTF8.self)
    }
}

extension JSONValue: CustomStringConvertible {
    /// The value as a document on one line.
    public var description: String { text() }
}
