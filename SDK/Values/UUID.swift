/// A universally unique identifier (RFC 9562).
///
/// Identifiers are ordered by their bytes, so those of version 7 are ordered by their time.
public struct UUID: Hashable, Sendable {
    /// The first eight bytes, most significant first.
    public let high: UInt64
    /// The last eight bytes, most significant first.
    public let low: UInt64

    /// Makes an identifier from its two halves.
    ///
    /// - Parameters:
    ///   - high: The first eight bytes, most significant first.
    ///   - low: The last eight bytes, most significant first.
    public init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// Makes an identifier from its bytes.
    ///
    /// - Parameter bytes: Sixteen bytes; nil is returned for another number of them.
    public init?(bytes: some Collection<UInt8>) {
        guard bytes.count == 16 else { return nil }
        self.init(
            high: bytes.prefix(8).reduce(0) { $0 << 8 | UInt64($1) },
            low: bytes.dropFirst(8).reduce(0) { $0 << 8 | UInt64($1) })
    }

    /// The sixteen bytes.
    public var bytes: [UInt8] {
        withUnsafeBytes(of: (high.bigEndian, low.bigEndian)) { Array($0) }
    }

    /// The version that the identifier claims, 0...15.
    public var version: Int { Int(high >> 12 & 0xF) }

    /// The time of an identifier of version 7 in milliseconds since 1970 UTC, or nil for others.
    public var milliseconds: Int64? {
        version == 7 ? Int64(high >> 16) : nil
    }

    /// Makes an identifier of version 7.
    ///
    /// - Parameters:
    ///   - milliseconds: Since 1970-01-01 UTC; held within the 48 bits that there are.
    ///   - random: At least 74 random bits: the low 12 of the first number, the low 62 of the
    ///     second.
    /// - Returns: The identifier. Two of one millisecond have no order; see ``UUIDGenerator``.
    public static func v7(milliseconds: Int64, random: (UInt64, UInt64)) -> UUID {
        let time = UInt64(max(0, min(milliseconds, 1 << 48 - 1)))
        return UUID(
            high: time << 16 | 0x7000 | random.0 & 0x0FFF,
            low: 1 << 63 | random.1 & (1 << 62 - 1))
    }
}

extension UUID: Comparable {
    /// Whether an identifier's bytes come first.
    ///
    /// - Parameters:
    ///   - left: An identifier.
    ///   - right: Another one.
    /// - Returns: True where `left` comes first.
    public static func < (left: UUID, right: UUID) -> Bool {
        (left.high, left.low) < (right.high, right.low)
    }
}

extension UUID: LosslessStringConvertible {
    /// The identifier in lower case, such as `018fb9c2-6a00-7abc-8def-0123456789ab`.
    public var description: String {
        String(unsafeUninitializedCapacity: 36) { buffer in
            var index = 0
            for (position, byte) in bytes.enumerated() {
                if position == 4 || position == 6 || position == 8 || position == 10 {
                    buffer[index] = UInt8(ascii: "-")
                    index += 1
                }
                buffer[index] = Self.digit(byte >> 4)
                buffer[index + 1] = Self.digit(byte & 0x0F)
                index += 2
            }
            return index
        }
    }

    private static func digit(_ value: UInt8) -> UInt8 {
        value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
    }

    /// Reads an identifier from text.
    ///
    /// - Parameter text: 36 characters with dashes in their places, in either case; nil is returned
    ///   for anything else.
    public init?(_ text: String) {
        var halves: (UInt64, UInt64) = (0, 0)
        var position = 0
        for byte in text.utf8 {
            let isDash = position == 8 || position == 13 || position == 18 || position == 23
            guard position < 36, isDash == (byte == UInt8(ascii: "-")) else { return nil }
            position += 1
            if isDash { continue }
            let digit: UInt8
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = byte - UInt8(ascii: "0")
            case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = byte - UInt8(ascii: "a") + 10
            case UInt8(ascii: "A")...UInt8(ascii: "F"): digit = byte - UInt8(ascii: "A") + 10
            default: return nil
            }
            // The first half is digits 0...15, which are characters 0...17 with two dashes.
            if position <= 18 {
                halves.0 = halves.0 << 4 | UInt64(digit)
            } else {
                halves.1 = halves.1 << 4 | UInt64(digit)
            }
        }
        guard position == 36 else { return nil }
        self.init(high: halves.0, low: halves.1)
    }
}
