import Testing
import Wire

@Suite struct ByteWriterTests {
    @Test func writesIntegersOfBothOrders() {
        var writer = ByteWriter()
        writer.write(UInt8(1))
        writer.write(UInt16(0x0203))
        writer.write(UInt16(0x0203), order: .little)
        writer.write(Int32(-2))
        #expect(writer.bytes == [1, 2, 3, 3, 2, 0xFF, 0xFF, 0xFF, 0xFE])
    }

    @Test func writesBytesAndTexts() {
        var writer = ByteWriter(order: .little, capacity: 16)
        writer.write([1, 2, 3][1...])
        writer.write(text: "Ы")
        #expect(writer.bytes == [2, 3, 0xD0, 0xAB])
        writer.removeAll()
        #expect(writer.bytes.isEmpty)
    }

    @Test func writesOddWidths() throws {
        var writer = ByteWriter()
        try writer.write(0x010203, width: 3, "address")
        try writer.write(0x010203, width: 3, "address", order: .little)
        try writer.write(.max, width: 8, "all")
        try writer.write(0, width: 0, "nothing")
        #expect(writer.bytes == [1, 2, 3, 3, 2, 1] + [UInt8](repeating: 0xFF, count: 8))
        #expect(throws: WireError.self) { try writer.write(256, width: 1, "address") }
        #expect(throws: WireError.self) { try writer.write(1, width: 0, "nothing") }
        #expect(throws: WireError.self) { try writer.write(1, width: 9, "too wide") }
        #expect(throws: WireError.self) { try writer.write(.max, width: 7, "too narrow") }
        #expect(writer.count == 14)
    }

    @Test func replacesALengthAfterwards() throws {
        var writer = ByteWriter()
        writer.write(UInt16(0))
        writer.write([7, 8, 9])
        try writer.replace(UInt16(3), at: 0, "length")
        #expect(writer.bytes == [0, 3, 7, 8, 9])
        #expect(throws: WireError.self) { try writer.replace(UInt16(3), at: 4, "length") }
        #expect(throws: WireError.self) { try writer.replace(UInt16(3), at: -1, "length") }
    }

    @Test func writesWhatTheReaderReads() throws {
        var generator = SeededRandom(seed: 1)
        for _ in 0..<200 {
            let value = UInt64.random(in: .min ... .max, using: &generator)
            for order in [ByteOrder.big, .little] {
                var writer = ByteWriter(order: order)
                writer.write(value)
                writer.write(Int32(truncatingIfNeeded: value))
                var reader = ByteReader(writer.bytes, order: order)
                #expect(try reader.read(UInt64.self, "a") == value)
                #expect(try reader.read(Int32.self, "b") == Int32(truncatingIfNeeded: value))
            }
        }
    }
}
