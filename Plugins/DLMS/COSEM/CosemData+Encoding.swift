import Wire

extension CosemData {
    /// Writes the value with its tag.
    func encode(into writer: inout ByteWriter) {
        writer.write(tag.rawValue)
        switch self {
        case .null, .dontCare: break
        case .array(let elements), .structure(let elements):
            writer.write(length: elements.count)
            for element in elements { element.encode(into: &writer) }
        case .compactArray(let array): array.encode(into: &writer)
        case .boolean(let value): writer.write(UInt8(value ? 1 : 0))
        case .bitString(let bits):
            writer.write(length: bits.count)
            writer.write(bits.bytes)
        case .octetString(let bytes), .visibleString(let bytes), .utf8String(let bytes):
            writer.write(length: bytes.count)
            writer.write(bytes)
        case .dateTime(let bytes), .date(let bytes), .time(let bytes): writer.write(bytes)
        case .bcd(let value), .unsigned(let value), .enumeration(let value): writer.write(value)
        case .integer(let value): writer.write(value)
        case .long(let value): writer.write(value)
        case .longUnsigned(let value): writer.write(value)
        case .doubleLong(let value): writer.write(value)
        case .doubleLongUnsigned(let value), .float32(let value): writer.write(value)
        case .long64(let value): writer.write(value)
        case .long64Unsigned(let value), .float64(let value): writer.write(value)
        }
    }

    /// The value as bytes, with its tag.
    var encoded: [UInt8] {
        var writer = ByteWriter()
        encode(into: &writer)
        return writer.bytes
    }
}
