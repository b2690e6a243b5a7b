import Wire

/// An array whose elements have one type, which is written once.
///
/// Source: IEC 62056-62, 4.1.5: contents-description, then the contents as one octet string without
/// tags.
struct CompactArray: Hashable, Sendable {
    /// The type of each element.
    indirect enum Description: Hashable, Sendable {
        case simple(CosemData.Tag)
        case array(count: Int, of: Description)
        case structure([Description])
    }

    let description: Description
    let contents: [UInt8]
    /// The elements, decoded.
    let elements: [CosemData]

    /// Decodes what follows the tag.
    init(decoding reader: inout ByteReader, depth: Int, budget: inout Int) throws(WireError) {
        description = try Self.description(&reader, depth: depth)
        let length = try reader.readLength("compact-array contents")
        var part = try reader.readPart(length, "compact-array contents")
        contents = Array(part.rest)
        var elements: [CosemData] = []
        while !part.isAtEnd {
            let before = part.offset
            elements.append(try Self.element(description, &part, depth: depth, budget: &budget))
            guard part.offset > before else {
                throw part.error(.malformed("has elements without bytes"), "compact-array")
            }
        }
        self.elements = elements
    }

    private static func description(
        _ reader: inout ByteReader, depth: Int
    ) throws(WireError) -> Description {
        let raw = try reader.read(UInt8.self, "type description")
        guard let tag = CosemData.Tag(rawValue: raw), tag != .compactArray else {
            throw reader.error(.unexpectedValue(UInt64(raw)), "type description", back: 1)
        }
        guard tag == .array || tag == .structure else { return .simple(tag) }
        guard depth > 0 else {
            throw reader.error(.malformed("lies deeper than any meter sends"), "data")
        }
        if tag == .array {
            let count = Int(try reader.read(UInt16.self, "type description count"))
            return .array(count: count, of: try description(&reader, depth: depth - 1))
        }
        let count = try reader.readLength("type description count")
        guard count <= reader.remaining else {
            throw reader.error(
                .truncated(needed: count, available: reader.remaining), "type description count")
        }
        var parts: [Description] = []
        for _ in 0..<count { parts.append(try description(&reader, depth: depth - 1)) }
        return .structure(parts)
    }

    private static func element(
        _ description: Description, _ reader: inout ByteReader, depth: Int, budget: inout Int
    ) throws(WireError) -> CosemData {
        switch description {
        case .simple(let tag):
            return try CosemData.content(of: tag, &reader, depth: depth, budget: &budget)
        case .array(let count, let part):
            return .array(
                try elements(
                    repeatElement(part, count: count), &reader, depth: depth, budget: &budget))
        case .structure(let parts):
            return .structure(
                try elements(parts, &reader, depth: depth, budget: &budget))
        }
    }

    private static func elements(
        _ descriptions: some Sequence<Description>, _ reader: inout ByteReader, depth: Int,
        budget: inout Int
    ) throws(WireError) -> [CosemData] {
        var elements: [CosemData] = []
        for description in descriptions {
            elements.append(
                try element(description, &reader, depth: depth - 1, budget: &budget))
        }
        budget -= 1
        guard budget >= 0 else {
            throw reader.error(.malformed("holds more values than any meter sends"), "data")
        }
        return elements
    }

    /// Writes what follows the tag.
    func encode(into writer: inout ByteWriter) {
        Self.encode(description, into: &writer)
        writer.write(length: contents.count)
        writer.write(contents)
    }

    private static func encode(_ description: Description, into writer: inout ByteWriter) {
        switch description {
        case .simple(let tag):
            writer.write(tag.rawValue)
        case .array(let count, let part):
            writer.write(CosemData.Tag.array.rawValue)
            writer.write(UInt16(clamping: count))
            encode(part, into: &writer)
        case .structure(let parts):
            writer.write(CosemData.Tag.structure.rawValue)
            writer.write(length: parts.count)
            for part in parts { encode(part, into: &writer) }
        }
    }
}
