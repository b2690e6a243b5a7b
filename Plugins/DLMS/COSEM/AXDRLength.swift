import Wire

/// Lengths and counts as A-XDR and BER write them: one byte below 128, or the number of bytes that
/// follow.
///
/// Source: IEC 61334-6; X.690, 8.1.3.
extension ByteReader {
    /// Reads a length; at most four bytes follow the first.
    mutating func readLength(_ field: String) throws(WireError) -> Int {
        var probe = self
        let first = try probe.read(UInt8.self, field)
        guard first >= 0x80 else {
            self = probe
            return Int(first)
        }
        let width = Int(first & 0x7F)
        guard (1...4).contains(width) else {
            throw error(.unexpectedValue(UInt64(first)), field)
        }
        let value = try probe.readUnsigned(width: width, field)
        self = probe
        return Int(value)
    }
}

extension ByteWriter {
    /// Writes a length in the fewest bytes.
    mutating func write(length: Int) {
        let value = UInt32(clamping: length)
        switch value {
        case 0..<0x80:
            write(UInt8(value))
        case 0x80...0xFF:
            write(UInt8(0x81))
            write(UInt8(value))
        case 0x100...0xFFFF:
            write(UInt8(0x82))
            write(UInt16(value))
        default:
            write(UInt8(0x84))
            write(value)
        }
    }
}
