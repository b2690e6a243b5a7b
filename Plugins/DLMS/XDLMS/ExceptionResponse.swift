import Wire

/// What a server answers when it cannot process a message at all.
///
/// Source: IEC 62056-53 (edition 3), 9.5, exception-response.
struct ExceptionResponse: Hashable, Sendable {
    static let tag: UInt8 = 0xD8

    /// 1 service not allowed, 2 service unknown.
    var state: UInt8
    /// 1 operation not possible, 2 service not supported, 3 other reason, 4 message too long, 5
    /// deciphering error, 6 invocation counter error.
    var service: UInt8

    private static let counterError: UInt8 = 6

    init(state: UInt8, service: UInt8) {
        self.state = state
        self.service = service
    }

    init(decoding reader: inout ByteReader) throws(WireError) {
        try reader.expect(Self.tag, "exception-response")
        state = try reader.read(UInt8.self, "state-error")
        service = try reader.read(UInt8.self, "service-error")
        if service == Self.counterError { try reader.skip(4, "invocation-counter") }
        try reader.finish("exception-response")
    }

    func encode(into writer: inout ByteWriter) {
        writer.write([Self.tag, state, service])
    }
}
