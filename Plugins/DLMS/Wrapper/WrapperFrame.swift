import Wire

/// One message of the wrapper: how COSEM travels over TCP and UDP without HDLC.
///
/// Source: IEC 62056-47, 7.2: version, source port, destination port and length, 16 bits each.
struct WrapperFrame: Hashable, Sendable {
    /// The one version there is.
    static let version: UInt16 = 1
    /// The bytes before the message.
    static let headerLength = 8

    /// The wrapper port of the sender: a client's address or a logical device.
    var source: UInt16
    /// The wrapper port of the addressee.
    var destination: UInt16
    /// The message; at most 65535 bytes.
    var message: [UInt8]

    /// Makes a frame.
    init(from source: UInt16, to destination: UInt16, _ message: [UInt8]) {
        self.source = source
        self.destination = destination
        self.message = message
    }

    /// Decodes one whole frame.
    init(decoding bytes: [UInt8]) throws(WireError) {
        var reader = ByteReader(bytes)
        try reader.expect(Self.version, "wrapper version")
        source = try reader.read(UInt16.self, "source wrapper port")
        destination = try reader.read(UInt16.self, "destination wrapper port")
        let length = Int(try reader.read(UInt16.self, "wrapper length"))
        message = try reader.readArray(length, "wrapper message")
        try reader.finish("wrapper frame")
    }

    /// The frame as it goes on the wire.
    ///
    /// - Throws: `WireError` with `outOfRange` for a message of more than 65535 bytes.
    func encoded() throws(WireError) -> [UInt8] {
        guard let length = UInt16(exactly: message.count) else {
            throw WireError(
                .outOfRange(value: Int64(message.count), allowed: 0...0xFFFF),
                field: "wrapper length", offset: 6)
        }
        var writer = ByteWriter(capacity: Self.headerLength + message.count)
        writer.write(Self.version)
        writer.write(source)
        writer.write(destination)
        writer.write(length)
        writer.write(message)
        return writer.bytes
    }
}
