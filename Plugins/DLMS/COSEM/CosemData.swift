import Wire

/// A value of the COSEM type `Data`.
///
/// Source: IEC 62056-62, 4.1.5; the tags are in ``Tag``.
enum CosemData: Hashable, Sendable {
    case null
    case array([CosemData])
    case structure([CosemData])
    case boolean(Bool)
    case bitString(BitString)
    case doubleLong(Int32)
    case doubleLongUnsigned(UInt32)
    case octetString([UInt8])
    case visibleString([UInt8])
    case utf8String([UInt8])
    case bcd(UInt8)
    case integer(Int8)
    case long(Int16)
    case unsigned(UInt8)
    case longUnsigned(UInt16)
    case compactArray(CompactArray)
    case long64(Int64)
    case long64Unsigned(UInt64)
    case enumeration(UInt8)
    /// IEEE 754 single, as its bits: so that not-a-number equals itself and is written back as it
    /// was.
    case float32(UInt32)
    /// IEEE 754 double, as its bits.
    case float64(UInt64)
    /// Twelve bytes.
    case dateTime([UInt8])
    /// Five bytes.
    case date([UInt8])
    /// Four bytes.
    case time([UInt8])
    case dontCare

    /// The byte that begins a value.
    enum Tag: UInt8, Sendable {
        case null = 0
        case array = 1
        case structure = 2
        case boolean = 3
        case bitString = 4
        case doubleLong = 5
        case doubleLongUnsigned = 6
        case octetString = 9
        case visibleString = 10
        case utf8String = 12
        case bcd = 13
        case integer = 15
        case long = 16
        case unsigned = 17
        case longUnsigned = 18
        case compactArray = 19
        case long64 = 20
        case long64Unsigned = 21
        case enumeration = 22
        case float32 = 23
        case float64 = 24
        case dateTime = 25
        case date = 26
        case time = 27
        case dontCare = 255
    }

    /// A string of bits, the first one in the highest bit of the first byte.
    struct BitString: Hashable, Sendable {
        let count: Int
        let bytes: [UInt8]

        /// Makes a string of `count` bits, or returns nil when they are not in that many bytes.
        init?(count: Int, bytes: [UInt8]) {
            guard count >= 0, bytes.count == (count + 7) / 8 else { return nil }
            self.count = count
            self.bytes = bytes
        }
    }

    var tag: Tag {
        switch self {
        case .null: .null
        case .array: .array
        case .structure: .structure
        case .boolean: .boolean
        case .bitString: .bitString
        case .doubleLong: .doubleLong
        case .doubleLongUnsigned: .doubleLongUnsigned
        case .octetString: .octetString
        case .visibleString: .visibleString
        case .utf8String: .utf8String
        case .bcd: .bcd
        case .integer: .integer
        case .long: .long
        case .unsigned: .unsigned
        case .longUnsigned: .longUnsigned
        case .compactArray: .compactArray
        case .long64: .long64
        case .long64Unsigned: .long64Unsigned
        case .enumeration: .enumeration
        case .float32: .float32
        case .float64: .float64
        case .dateTime: .dateTime
        case .date: .date
        case .time: .time
        case .dontCare: .dontCare
        }
    }
}

// MARK: - Views

extension CosemData {
    /// The elements of an array, a structure or a compact array; nil for everything else.
    var elements: [CosemData]? {
        switch self {
        case .array(let elements), .structure(let elements): elements
        case .compactArray(let array): array.elements
        default: nil
        }
    }

    /// The value of any integer type, of an enumeration or of BCD; nil for everything else and
    /// above Int64.
    var integer: Int64? {
        switch self {
        case .integer(let value): Int64(value)
        case .long(let value): Int64(value)
        case .doubleLong(let value): Int64(value)
        case .long64(let value): value
        case .unsigned(let value), .enumeration(let value): Int64(value)
        case .longUnsigned(let value): Int64(value)
        case .doubleLongUnsigned(let value): Int64(value)
        case .long64Unsigned(let value): Int64(exactly: value)
        case .bcd(let value) where value >> 4 < 10 && value & 0xF < 10:
            Int64(value >> 4) * 10 + Int64(value & 0xF)
        default: nil
        }
    }

    /// The bytes of any kind of string, date or time; nil for everything else.
    var bytes: [UInt8]? {
        switch self {
        case .octetString(let bytes), .visibleString(let bytes), .utf8String(let bytes): bytes
        case .dateTime(let bytes), .date(let bytes), .time(let bytes): bytes
        default: nil
        }
    }

    /// A date and time, whether it has its own type or hides in an octet string.
    var dateTime: CosemDateTime? {
        switch self {
        case .octetString(let bytes), .dateTime(let bytes): CosemDateTime(bytes: bytes)
        default: nil
        }
    }
}
