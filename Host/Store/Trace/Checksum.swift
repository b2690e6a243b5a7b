/// CRC-32 as in ISO 3309 and zlib: reflected, polynomial 0x04C11DB7.
struct Checksum {
    private var register: UInt32 = 0xFFFF_FFFF

    private static let table: [UInt32] = (0..<256).map { index in
        var value = UInt32(index)
        for _ in 0..<8 { value = value & 1 == 1 ? value >> 1 ^ 0xEDB8_8320 : value >> 1 }
        return value
    }

    mutating func add(_ bytes: some Sequence<UInt8>) {
        Self.table.withUnsafeBufferPointer { table in
            var register = register
            for byte in bytes {
                // The index is one byte, and the table has an entry for each.
                register = table[Int(UInt8(truncatingIfNeeded: register) ^ byte)] ^ register >> 8
            }
            self.register = register
        }
    }

    var value: UInt32 { ~register }
}
