import Wire

/// One element of BER: a tag of one byte and its contents.
///
/// Source: X.690, 8.1; ACSE uses no other form in COSEM (IEC 62056-53, 8.2).
struct BERElement {
    let tag: UInt8
    var contents: ByteReader

    /// Reads the element that starts here.
    init(decoding reader: inout ByteReader, _ field: String) throws(WireError) {
        var probe = reader
        tag = try probe.read(UInt8.self, field)
        let length = try probe.readLength(field)
        contents = try probe.readPart(length, field)
        reader = probe
    }

    /// Reads an element that must have a certain tag, and nothing else after it.
    static func only(
        _ tag: UInt8, in reader: inout ByteReader, _ field: String
    ) throws(WireError) -> ByteReader {
        let offset = reader.offset
        let element = try BERElement(decoding: &reader, field)
        guard element.tag == tag else {
            throw WireError(.unexpectedValue(UInt64(element.tag)), field: field, offset: offset)
        }
        try reader.finish(field)
        return element.contents
    }
}

extension ByteWriter {
    /// Writes an element with contents that are already encoded.
    mutating func write(ber tag: UInt8, _ contents: [UInt8]) {
        write(tag)
        write(length: contents.count)
        write(contents)
    }

    /// Writes an element that holds one other element.
    mutating func write(ber tag: UInt8, nested inner: UInt8, _ contents: [UInt8]) {
        var element = ByteWriter()
        element.write(ber: inner, contents)
        write(ber: tag, element.bytes)
    }
}

/// The object identifiers of COSEM: 2.16.756.5.8.arc.number.
///
/// Source: IEC 62056-53, 8.2.2; 2.16.756.5.8 is joint-iso-ccitt, country, Switzerland,
/// organisation, DLMS UA.
enum CosemObjectIdentifier {
    static let applicationContext: UInt8 = 1
    static let mechanism: UInt8 = 2
    private static let prefix: [UInt8] = [0x60, 0x85, 0x74, 0x05, 0x08]

    /// The contents of the identifier.
    static func bytes(arc: UInt8, _ number: UInt8) -> [UInt8] {
        prefix + [arc, number]
    }

    /// Reads the last number of an identifier of the arc.
    static func number(
        arc: UInt8, _ reader: inout ByteReader, _ field: String
    ) throws(WireError) -> UInt8 {
        let bytes = try reader.readArray(7, field)
        try reader.finish(field)
        guard bytes.starts(with: prefix + [arc]) else {
            throw reader.error(.malformed("is not a name of COSEM"), field, back: 7)
        }
        return bytes[6]
    }
}
