import Wire

/// How much one message may ask of the reader.
struct DecodingLimits: Sendable {
    /// How deep arrays and structures may lie in each other.
    var depth: Int
    /// How many values there may be in all.
    var values: Int

    /// Enough for 128 days of 60 columns many times over.
    static let standard = DecodingLimits(depth: 12, values: 200_000)
}

extension CosemData {
    /// Decodes one value.
    init(
        decoding reader: inout ByteReader, limits: DecodingLimits = .standard
    ) throws(WireError) {
        var budget = limits.values
        self = try Self.decode(&reader, depth: limits.depth, budget: &budget)
    }

    /// Decodes bytes that hold one value and nothing else.
    init(decoding bytes: some Sequence<UInt8>) throws(WireError) {
        var reader = ByteReader(Array(bytes))
        try self.init(decoding: &reader)
        try reader.finish("data")
    }

    private static func decode(
        _ reader: inout ByteReader, depth: Int, budget: inout Int
    ) throws(WireError) -> CosemData {
        let raw = try reader.read(UInt8.self, "data tag")
        guard let tag = Tag(rawValue: raw) else {
            throw reader.error(.unexpectedValue(UInt64(raw)), "data tag", back: 1)
        }
        return try content(of: tag, &reader, depth: depth, budget: &budget)
    }

    /// Decodes what follows a tag.
    static func content(
        of tag: Tag, _ reader: inout ByteReader, depth: Int, budget: inout Int
    ) throws(WireError) -> CosemData {
        budget -= 1
        guard budget >= 0 else {
            throw reader.error(.malformed("holds more values than any meter sends"), "data")
        }
        switch tag {
        case .null: return .null
        case .dontCare: return .dontCare
        case .array:
            return .array(try elements(&reader, depth: depth, budget: &budget, "array count"))
        case .structure:
            return .structure(
                try elements(&reader, depth: depth, budget: &budget, "structure count"))
        case .compactArray:
            return .compactArray(
                try CompactArray(decoding: &reader, depth: depth, budget: &budget))
        case .bitString: return try bitString(&reader)
        case .octetString: return .octetString(try string(&reader, "octet-string"))
        case .visibleString: return .visibleString(try string(&reader, "visible-string"))
        case .utf8String: return .utf8String(try string(&reader, "utf8-string"))
        case .dateTime: return .dateTime(try reader.readArray(12, "date-time"))
        case .date: return .date(try reader.readArray(5, "date"))
        case .time: return .time(try reader.readArray(4, "time"))
        default: return try scalar(tag, &reader)
        }
    }

    private static func scalar(
        _ tag: Tag, _ reader: inout ByteReader
    ) throws(WireError) -> CosemData {
        switch tag {
        case .boolean: .boolean(try reader.read(UInt8.self, "boolean") != 0)
        case .bcd: .bcd(try reader.read(UInt8.self, "bcd"))
        case .integer: .integer(try reader.read(Int8.self, "integer"))
        case .long: .long(try reader.read(Int16.self, "long"))
        case .unsigned: .unsigned(try reader.read(UInt8.self, "unsigned"))
        case .longUnsigned: .longUnsigned(try reader.read(UInt16.self, "long-unsigned"))
        case .doubleLong: .doubleLong(try reader.read(Int32.self, "double-long"))
        case .doubleLongUnsigned:
            .doubleLongUnsigned(try reader.read(UInt32.self, "double-long-unsigned"))
        case .long64: .long64(try reader.read(Int64.self, "long64"))
        case .long64Unsigned: .long64Unsigned(try reader.read(UInt64.self, "long64-unsigned"))
        case .enumeration: .enumeration(try reader.read(UInt8.self, "enum"))
        case .float32: .float32(try reader.read(UInt32.self, "float32"))
        case .float64: .float64(try reader.read(UInt64.self, "float64"))
        default: throw reader.error(.unexpectedValue(UInt64(tag.rawValue)), "data tag", back: 1)
        }
    }

    private static func elements(
        _ reader: inout ByteReader, depth: Int, budget: inout Int, _ field: String
    ) throws(WireError) -> [CosemData] {
        guard depth > 0 else {
            throw reader.error(.malformed("lies deeper than any meter sends"), "data")
        }
        let count = try reader.readLength(field)
        // Each element takes a byte at least, so a count beyond the bytes is wrong already here.
        guard count <= reader.remaining else {
            throw reader.error(.truncated(needed: count, available: reader.remaining), field)
        }
        var elements: [CosemData] = []
        elements.reserveCapacity(count)
        for _ in 0..<count {
            elements.append(try decode(&reader, depth: depth - 1, budget: &budget))
        }
        return elements
    }

    private static func string(
        _ reader: inout ByteReader, _ field: String
    ) throws(WireError) -> [UInt8] {
        let length = try reader.readLength(field)
        return try reader.readArray(length, field)
    }

    private static func bitString(_ reader: inout ByteReader) throws(WireError) -> CosemData {
        let count = try reader.readLength("bit-string")
        let bytes = try reader.readArray((count + 7) / 8, "bit-string")
        guard let bits = BitString(count: count, bytes: bytes) else {
            throw reader.error(.malformed("has another number of bits than it says"), "bit-string")
        }
        return .bitString(bits)
    }
}
