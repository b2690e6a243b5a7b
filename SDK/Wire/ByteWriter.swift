/// Builds a message field by field.
///
/// Integers are big-endian unless said otherwise.
public struct ByteWriter: Sendable {
    /// What has been written so far.
    @inlinable public var bytes: [UInt8] { content }
    @usableFromInline var content: [UInt8]
    /// The order of the bytes of integers where a write does not name its own.
    public var order: ByteOrder

    /// Makes an empty writer.
    ///
    /// - Parameters:
    ///   - order: The order of the bytes of integers.
    ///   - capacity: How many bytes to make room for at once.
    public init(order: ByteOrder = .big, capacity: Int = 0) {
        content = []
        self.order = order
        content.reserveCapacity(max(0, capacity))
    }

    /// How many bytes have been written.
    @inlinable public var count: Int { content.count }

    /// Writes an integer in its type's full width.
    ///
    /// - Parameters:
    ///   - value: The integer; signed ones are written in two's complement.
    ///   - order: The order of its bytes, or nil for the writer's.
    @inlinable
    public mutating func write<T: FixedWidthInteger & BitwiseCopyable>(
        _ value: T, order: ByteOrder? = nil
    ) {
        let ordered = (order ?? self.order) == .big ? value.bigEndian : value.littleEndian
        withUnsafeBytes(of: ordered) { content.append(contentsOf: $0) }
    }

    /// Writes bytes as they are.
    ///
    /// - Parameter other: The bytes.
    @inlinable
    public mutating func write(_ other: some Collection<UInt8>) {
        content.append(contentsOf: other)
    }

    /// Writes the UTF-8 bytes of a text, without a length or an end mark.
    ///
    /// - Parameter text: The text.
    public mutating func write(text: String) {
        content.append(contentsOf: text.utf8)
    }

    /// Writes an unsigned integer in a width of its own.
    ///
    /// - Parameters:
    ///   - value: The integer.
    ///   - width: How many bytes it takes, 0...8.
    ///   - field: The specification's name of the field.
    ///   - order: The order of its bytes, or nil for the writer's.
    /// - Throws: `WireError` with `outOfRange` when the value or the width does not fit; nothing is
    ///   written.
    public mutating func write(
        _ value: UInt64, width: Int, _ field: String, order: ByteOrder? = nil
    ) throws(WireError) {
        guard (0...8).contains(width) else {
            throw WireError(
                .outOfRange(value: Int64(width), allowed: 0...8), field: field, offset: count)
        }
        // A shift by 64 or more gives zero, so a width of eight holds every value.
        guard value >> UInt64(width * 8) == 0 else {
            let limit = Int64((UInt64(1) << UInt64(width * 8)) - 1)
            throw WireError(
                .outOfRange(value: Int64(clamping: value), allowed: 0...limit), field: field,
                offset: count)
        }
        let big = (order ?? self.order) == .big
        for index in 0..<width {
            let shift = UInt64(8 * (big ? width - 1 - index : index))
            content.append(UInt8(truncatingIfNeeded: value >> shift))
        }
    }

    /// Replaces an integer written earlier, such as a length known only at the end.
    ///
    /// - Parameters:
    ///   - value: The integer.
    ///   - offset: Where it starts, zero-based.
    ///   - field: The specification's name of the field.
    ///   - order: The order of its bytes, or nil for the writer's.
    /// - Throws: `WireError` with `outOfRange` when it does not lie inside what has been written.
    public mutating func replace<T: FixedWidthInteger & BitwiseCopyable>(
        _ value: T, at offset: Int, _ field: String, order: ByteOrder? = nil
    ) throws(WireError) {
        let width = MemoryLayout<T>.size
        guard offset >= 0, offset <= count - width else {
            throw WireError(
                .outOfRange(value: Int64(offset), allowed: 0...Int64(max(0, count - width))),
                field: field, offset: offset)
        }
        let ordered = (order ?? self.order) == .big ? value.bigEndian : value.littleEndian
        content.withUnsafeMutableBytes {
            $0.storeBytes(of: ordered, toByteOffset: offset, as: T.self)
        }
    }

    /// Forgets what has been written and keeps the room for it.
    public mutating func removeAll() {
        content.removeAll(keepingCapacity: true)
    }
}
