import Wire

/// What a server says when it cannot take a service at all; it may stand in an AARE in place of the
/// initiate-response.
///
/// Source: IEC 62056-53, 9.5: service, kind of error, error.
struct ConfirmedServiceError: Hashable, Sendable {
    static let tag: UInt8 = 0x0E

    /// Which service failed: 1 initiate, 5 read, 6 write.
    var service: UInt8
    /// What sort of error: 0 application reference, 6 initiate, and so on.
    var kind: UInt8
    var code: UInt8

    init(service: UInt8, kind: UInt8, code: UInt8) {
        self.service = service
        self.kind = kind
        self.code = code
    }

    init(decoding reader: inout ByteReader) throws(WireError) {
        try reader.expect(Self.tag, "confirmed-service-error")
        service = try reader.read(UInt8.self, "service")
        kind = try reader.read(UInt8.self, "service-error")
        code = try reader.read(UInt8.self, "service-error value")
        try reader.finish("confirmed-service-error")
    }

    func encode(into writer: inout ByteWriter) {
        writer.write([Self.tag, service, kind, code])
    }
}
