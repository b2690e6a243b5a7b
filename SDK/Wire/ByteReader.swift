/// Reads fields from bytes, in order, without copying them.
///
/// Integers are big-endian unless said otherwise. A read that fails throws a ``WireError`` that
/// names the field and its place, and consumes nothing, so the caller may try something else there.
public struct ByteReader: Sendable {
    @usableFromInline let bytes: ArraySlice<UInt8>
    @usableFromInline var position: Int
    /// The index in `bytes` that counts as offset zero: the start of the outermost reader.
    @usableFromInline let origin: Int
    /// The order of the bytes of integers where a read does not name its own.
    public var order: ByteOrder

    /// Makes a reader over part of an array.
    ///
    /// - Parameters:
    ///   - bytes: What to read; offsets count from its start.
    ///   - order: The order of the bytes of integers.
    @inlinable
    public init(_ bytes: ArraySlice<UInt8>, order: ByteOrder = .big) {
        self.init(bytes, origin: bytes.startIndex, order: order)
    }

    /// Makes a reader over an array.
    ///
    /// - Parameters:
    ///   - bytes: What to read.
    ///   - order: The order of the bytes of integers.
    @inlinable
    public init(_ bytes: [UInt8], order: ByteOrder = .big) {
        self.init(bytes[...], order: order)
    }

    @usableFromInline
    init(_ bytes: ArraySlice<UInt8>, origin: Int, order: ByteOrder) {
        self.bytes = bytes
        self.position = bytes.startIndex
        self.origin = origin
        self.order = order
    }

    /// How many bytes have not been read yet.
    @inlinable public var remaining: Int { bytes.endIndex - position }

    /// Whether everything has been read.
    @inlinable public var isAtEnd: Bool { position == bytes.endIndex }

    /// Where the next field starts: zero-based, in bytes from the start of the outermost reader.
    @inlinable public var offset: Int { position - origin }

    /// The bytes that have not been read yet, shared with the reader's storage.
    @inlinable public var rest: ArraySlice<UInt8> { bytes[position...] }

    /// Makes an error about a field which starts at the reader's place, or before it.
    ///
    /// - Parameters:
    ///   - kind: What was wrong.
    ///   - field: The specification's name of the field.
    ///   - back: How many bytes before the reader's place the field starts.
    /// - Returns: The error, for the caller to throw.
    public func error(_ kind: WireError.Kind, _ field: String, back: Int = 0) -> WireError {
        WireError(kind, field: field, offset: offset - back)
    }

    @inlinable
    func require(_ count: Int, _ field: String) throws(WireError) {
        guard count >= 0 else {
            throw error(.outOfRange(value: Int64(count), allowed: 0...Int64(remaining)), field)
        }
        guard remaining >= count else {
            throw error(.truncated(needed: count, available: remaining), field)
        }
    }
}

// MARK: - Integers

extension ByteReader {
    /// Reads an integer of its type's full width.
    ///
    /// - Parameters:
    ///   - type: The integer's type; signed ones are in two's complement.
    ///   - field: The specification's name of the field.
    ///   - order: The order of its bytes, or nil for the reader's.
    /// - Returns: The integer.
    /// - Throws: `WireError` with `truncated`; nothing is consumed.
    @inlinable
    public mutating func read<T: FixedWidthInteger & BitwiseCopyable>(
        _ type: T.Type, _ field: String, order: ByteOrder? = nil
    ) throws(WireError) -> T {
        let value = try peek(type, field, order: order)
        position += MemoryLayout<T>.size
        return value
    }

    /// Looks at an integer without consuming it.
    ///
    /// - Parameters:
    ///   - type: The integer's type.
    ///   - field: The specification's name of the field.
    ///   - order: The order of its bytes, or nil for the reader's.
    /// - Returns: The integer.
    /// - Throws: `WireError` with `truncated`.
    @inlinable
    public func peek<T: FixedWidthInteger & BitwiseCopyable>(
        _ type: T.Type, _ field: String, order: ByteOrder? = nil
    ) throws(WireError) -> T {
        try require(MemoryLayout<T>.size, field)
        let raw = bytes.withUnsafeBytes {
            $0.loadUnaligned(fromByteOffset: position - bytes.startIndex, as: T.self)
        }
        return (order ?? self.order) == .big ? T(bigEndian: raw) : T(littleEndian: raw)
    }

    /// Looks at the next byte without consuming it.
    ///
    /// - Returns: The byte, or nil at the end.
    @inlinable
    public func peek() -> UInt8? {
        isAtEnd ? nil : bytes[position]
    }

    /// Reads an unsigned integer of an odd width, such as the three bytes of an IEC-104 address.
    ///
    /// - Parameters:
    ///   - width: How many bytes it has, 0...8.
    ///   - field: The specification's name of the field.
    ///   - order: The order of its bytes, or nil for the reader's.
    /// - Returns: The integer; zero for a width of zero.
    /// - Throws: `WireError` with `truncated`, or `outOfRange` for a width above eight.
    public mutating func readUnsigned(
        width: Int, _ field: String, order: ByteOrder? = nil
    ) throws(WireError) -> UInt64 {
        guard (0...8).contains(width) else {
            throw error(.outOfRange(value: Int64(width), allowed: 0...8), field)
        }
        let slice = try readBytes(width, field)
        if (order ?? self.order) == .big {
            return slice.reduce(0) { $0 << 8 | UInt64($1) }
        }
        return slice.reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }

    /// Reads an integer that may have one value only.
    ///
    /// - Parameters:
    ///   - expected: The value that must stand there.
    ///   - field: The specification's name of the field.
    ///   - order: The order of its bytes, or nil for the reader's.
    /// - Throws: `WireError` with `truncated` or `unexpectedValue`; nothing is consumed.
    @inlinable
    public mutating func expect<T: FixedWidthInteger & BitwiseCopyable>(
        _ expected: T, _ field: String, order: ByteOrder? = nil
    ) throws(WireError) {
        let found = try peek(T.self, field, order: order)
        guard found == expected else {
            throw error(.unexpectedValue(UInt64(truncatingIfNeeded: found)), field)
        }
        position += MemoryLayout<T>.size
    }
}

// MARK: - Bytes

extension ByteReader {
    /// Reads bytes; the slice shares the reader's storage.
    ///
    /// - Parameters:
    ///   - count: How many bytes; a length from the wire may be passed as it is.
    ///   - field: The specification's name of the field.
    /// - Returns: The bytes.
    /// - Throws: `WireError` with `truncated`, or `outOfRange` for a negative count.
    @inlinable
    public mutating func readBytes(
        _ count: Int, _ field: String
    ) throws(WireError) -> ArraySlice<UInt8> {
        try require(count, field)
        defer { position += count }
        return bytes[position..<position + count]
    }

    /// Reads bytes into an array of their own.
    ///
    /// - Parameters:
    ///   - count: How many bytes.
    ///   - field: The specification's name of the field.
    /// - Returns: A copy of the bytes.
    /// - Throws: `WireError` with `truncated`, or `outOfRange` for a negative count.
    @inlinable
    public mutating func readArray(_ count: Int, _ field: String) throws(WireError) -> [UInt8] {
        Array(try readBytes(count, field))
    }

    /// Reads everything that is left.
    ///
    /// - Returns: The bytes, which share the reader's storage; none at the end.
    @inlinable
    public mutating func readRest() -> ArraySlice<UInt8> {
        defer { position = bytes.endIndex }
        return bytes[position...]
    }

    /// Passes over bytes.
    ///
    /// - Parameters:
    ///   - count: How many bytes.
    ///   - field: The specification's name of the field.
    /// - Throws: `WireError` with `truncated`, or `outOfRange` for a negative count.
    @inlinable
    public mutating func skip(_ count: Int, _ field: String) throws(WireError) {
        try require(count, field)
        position += count
    }

    /// Takes a part of the message out as a reader of its own, whose offsets count as this one's
    /// do.
    ///
    /// - Parameters:
    ///   - count: How many bytes the part has.
    ///   - field: The specification's name of the part.
    /// - Returns: A reader over exactly those bytes.
    /// - Throws: `WireError` with `truncated`, or `outOfRange` for a negative count.
    public mutating func readPart(_ count: Int, _ field: String) throws(WireError) -> ByteReader {
        let slice = try readBytes(count, field)
        return ByteReader(slice, origin: origin, order: order)
    }

    /// Checks that the whole message has been read.
    ///
    /// - Parameter message: The specification's name of the message.
    /// - Throws: `WireError` with `trailingBytes`.
    @inlinable
    public func finish(_ message: String) throws(WireError) {
        guard isAtEnd else { throw error(.trailingBytes(remaining), message) }
    }
}
