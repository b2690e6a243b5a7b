import Wire

/// What a client proposes when it associates: the user information of an AARQ.
///
/// Source: IEC 62056-53, 9.2; A-XDR.
struct InitiateRequest: Hashable, Sendable {
    static let tag: UInt8 = 0x01

    /// A key for this association alone; COSEM without ciphering has none.
    var dedicatedKey: [UInt8]?
    var responseAllowed = true
    var qualityOfService: Int8?
    var version: UInt8 = 6
    var conformance: Conformance
    /// The longest message that the client takes; 0 means no limit.
    var maximumReceive: UInt16

    init(conformance: Conformance, maximumReceive: UInt16) {
        self.conformance = conformance
        self.maximumReceive = maximumReceive
    }

    init(decoding reader: inout ByteReader) throws(WireError) {
        try reader.expect(Self.tag, "initiate-request")
        if try reader.readOptional("dedicated-key") {
            let length = try reader.readLength("dedicated-key")
            dedicatedKey = try reader.readArray(length, "dedicated-key")
        }
        if try reader.readOptional("response-allowed") {
            responseAllowed = try reader.read(UInt8.self, "response-allowed") != 0
        }
        if try reader.readOptional("proposed-quality-of-service") {
            qualityOfService = try reader.read(Int8.self, "proposed-quality-of-service")
        }
        version = try reader.read(UInt8.self, "proposed-dlms-version-number")
        conformance = try reader.readConformance("proposed-conformance")
        maximumReceive = try reader.read(UInt16.self, "client-max-receive-pdu-size")
        try reader.finish("initiate-request")
    }

    func encode(into writer: inout ByteWriter) {
        writer.write(Self.tag)
        if let dedicatedKey {
            writer.write(UInt8(1))
            writer.write(length: dedicatedKey.count)
            writer.write(dedicatedKey)
        } else {
            writer.write(UInt8(0))
        }
        // True is the default and is not written.
        writer.write(responseAllowed ? [0] : [1, 0])
        writer.write(optional: qualityOfService)
        writer.write(version)
        writer.write(conformance)
        writer.write(maximumReceive)
    }
}

/// What a server grants: the user information of an AARE.
struct InitiateResponse: Hashable, Sendable {
    static let tag: UInt8 = 0x08
    /// The name of the association object when logical names are used.
    static let associationName: UInt16 = 7

    var qualityOfService: Int8?
    var version: UInt8 = 6
    var conformance: Conformance
    /// The longest message that the server takes; 0 means no limit.
    var maximumReceive: UInt16
    var name: UInt16 = InitiateResponse.associationName

    init(conformance: Conformance, maximumReceive: UInt16) {
        self.conformance = conformance
        self.maximumReceive = maximumReceive
    }

    init(decoding reader: inout ByteReader) throws(WireError) {
        try reader.expect(Self.tag, "initiate-response")
        if try reader.readOptional("negotiated-quality-of-service") {
            qualityOfService = try reader.read(Int8.self, "negotiated-quality-of-service")
        }
        version = try reader.read(UInt8.self, "negotiated-dlms-version-number")
        conformance = try reader.readConformance("negotiated-conformance")
        maximumReceive = try reader.read(UInt16.self, "server-max-receive-pdu-size")
        name = try reader.read(UInt16.self, "vaa-name")
        try reader.finish("initiate-response")
    }

    func encode(into writer: inout ByteWriter) {
        writer.write(Self.tag)
        writer.write(optional: qualityOfService)
        writer.write(version)
        writer.write(conformance)
        writer.write(maximumReceive)
        writer.write(name)
    }
}

extension ByteReader {
    /// Reads the byte that tells whether an optional component follows.
    mutating func readOptional(_ field: String) throws(WireError) -> Bool {
        let flag = try read(UInt8.self, field)
        guard flag <= 1 else { throw error(.unexpectedValue(UInt64(flag)), field, back: 1) }
        return flag == 1
    }

    /// Reads a conformance block: tag, length 4, no unused bits, 24 bits.
    fileprivate mutating func readConformance(_ field: String) throws(WireError) -> Conformance {
        try expect(UInt8(0x5F), field)
        // The second byte of the tag is left out by some implementations.
        if peek() == 0x1F { try skip(1, field) }
        try expect(UInt8(4), field)
        try expect(UInt8(0), field)
        return Conformance(rawValue: UInt32(try readUnsigned(width: 3, field)))
    }
}

extension ByteWriter {
    fileprivate mutating func write(optional value: Int8?) {
        guard let value else { return write(UInt8(0)) }
        write(UInt8(1))
        write(value)
    }

    fileprivate mutating func write(_ conformance: Conformance) {
        write([0x5F, 0x1F, 0x04, 0x00])
        let bits = conformance.rawValue
        write([UInt8(bits >> 16 & 0xFF), UInt8(bits >> 8 & 0xFF), UInt8(bits & 0xFF)])
    }
}
