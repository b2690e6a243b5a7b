/// The checksum of HDLC frames: CRC-16/X-25, used for both the header (HCS) and the frame (FCS).
///
/// Source: ISO/IEC 13239, 4.2.5.2; polynomial 0x1021 reflected, preset and final complement 0xFFFF.
/// On the wire the low byte goes first.
enum FrameChecksum {
    private static let table: [UInt16] = (0..<256).map { index in
        var remainder = UInt16(index)
        for _ in 0..<8 {
            remainder =
                remainder & 1 == 1 ? (remainder >> 1) ^ 0x8408 : remainder >> 1
        }
        return remainder
    }

    /// Computes the checksum of `bytes`.
    static func checksum(of bytes: ArraySlice<UInt8>) -> UInt16 {
        var remainder: UInt16 = 0xFFFF
        for byte in bytes {
            remainder = (remainder >> 8) ^ table[Int((remainder ^ UInt16(byte)) & 0xFF)]
        }
        return ~remainder
    }

    /// Tells whether the two bytes after `covered`, which lies within `bytes`, are its checksum;
    /// false also when fewer than two bytes follow.
    static func follows(_ covered: Range<Int>, in bytes: ArraySlice<UInt8>) -> Bool {
        guard bytes.endIndex - covered.upperBound >= 2 else { return false }
        let found =
            UInt16(bytes[covered.upperBound]) | UInt16(bytes[covered.upperBound + 1]) << 8
        return found == checksum(of: bytes[covered])
    }

    /// Appends the checksum of everything from `start` on, low byte first.
    static func append(to bytes: inout [UInt8], from start: Int) {
        let value = checksum(of: bytes[start...])
        bytes.append(UInt8(truncatingIfNeeded: value))
        bytes.append(UInt8(truncatingIfNeeded: value >> 8))
    }
}
