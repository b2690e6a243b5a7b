import Testing
import Wire

@Suite struct ByteReaderTests {
    @Test func readsIntegersOfBothOrders() throws {
        var reader = ByteReader([0x01, 0x02, 0x03, 0x03, 0x02, 0xFF, 0xFE])
        #expect(try reader.read(UInt8.self, "a") == 1)
        #expect(try reader.read(UInt16.self, "b") == 0x0203)
        #expect(try reader.read(UInt16.self, "c", order: .little) == 0x0203)
        #expect(try reader.read(Int16.self, "d") == -2)
        #expect(reader.isAtEnd)
        try reader.finish("message")
    }

    @Test func usesTheOrderItWasMadeWith() throws {
        var reader = ByteReader([0x01, 0x00, 0x00, 0x01], order: .little)
        #expect(try reader.read(UInt16.self, "a") == 1)
        #expect(try reader.read(UInt16.self, "b", order: .big) == 1)
    }

    @Test func readsOddWidths() throws {
        var reader = ByteReader([1, 2, 3, 1, 2, 3])
        #expect(try reader.readUnsigned(width: 3, "address") == 0x010203)
        #expect(try reader.readUnsigned(width: 3, "address", order: .little) == 0x030201)
        #expect(try reader.readUnsigned(width: 0, "nothing") == 0)
        #expect(throws: WireError.self) { try reader.readUnsigned(width: 9, "too wide") }
    }

    @Test func consumesNothingWhenItFails() throws {
        var reader = ByteReader([1, 2, 3])
        _ = try reader.read(UInt8.self, "first")
        let expected = WireError(
            .truncated(needed: 4, available: 2), field: "second", offset: 1)
        #expect(throws: expected) { try reader.read(UInt32.self, "second") }
        #expect(throws: WireError.self) { try reader.readBytes(3, "second") }
        #expect(throws: WireError.self) { try reader.skip(3, "second") }
        #expect(throws: WireError.self) { try reader.readUnsigned(width: 3, "second") }
        #expect(throws: WireError.self) { try reader.expect(UInt8(9), "second") }
        #expect(throws: WireError.self) { try reader.readPart(3, "second") }
        #expect(reader.offset == 1)
        #expect(try reader.read(UInt16.self, "second") == 0x0203)
    }

    @Test func refusesNegativeCounts() {
        var reader = ByteReader([1, 2, 3])
        #expect(throws: WireError.self) { try reader.readBytes(-1, "length") }
        #expect(throws: WireError.self) { try reader.skip(Int.min, "length") }
        #expect(throws: WireError.self) { try reader.readBytes(Int.max, "length") }
        #expect(reader.offset == 0)
    }

    @Test func readsASliceWithOffsetsFromItsStart() throws {
        let frame: [UInt8] = [9, 9, 1, 2, 3, 9]
        var reader = ByteReader(frame[2..<5])
        #expect(reader.offset == 0)
        #expect(try reader.read(UInt16.self, "a") == 0x0102)
        #expect(reader.rest == [3])
        #expect(reader.offset == 2)
        #expect(throws: WireError.self) { try reader.read(UInt16.self, "b") }
    }

    @Test func namesPlacesInsidePartsByTheWholeMessage() throws {
        var reader = ByteReader([0, 0, 2, 7, 8, 9])
        try reader.skip(2, "header")
        let length = try reader.read(UInt8.self, "length")
        var part = try reader.readPart(Int(length), "part")
        #expect(reader.remaining == 1)
        #expect(part.offset == 3)
        _ = try part.read(UInt8.self, "x")
        #expect(throws: WireError(.truncated(needed: 2, available: 1), field: "y", offset: 4)) {
            try part.read(UInt16.self, "y")
        }
        #expect(throws: WireError(.trailingBytes(1), field: "part", offset: 4)) {
            try part.finish("part")
        }
    }

    @Test func looksWithoutConsuming() throws {
        var reader = ByteReader([5, 6])
        #expect(reader.peek() == 5)
        #expect(try reader.peek(UInt16.self, "both") == 0x0506)
        #expect(reader.remaining == 2)
        #expect(reader.readRest() == [5, 6])
        #expect(reader.peek() == nil)
        #expect(reader.readRest().isEmpty)
    }

    @Test func expectsAValue() throws {
        var reader = ByteReader([0x7E, 0x01])
        try reader.expect(UInt8(0x7E), "flag")
        #expect(throws: WireError(.unexpectedValue(1), field: "flag", offset: 1)) {
            try reader.expect(UInt8(0x7E), "flag")
        }
    }

    @Test func describesErrorsForPeople() {
        let error = WireError(.unexpectedValue(0x1F5), field: "length", offset: 3)
        #expect(error.description == "length at byte 3: has the unexpected value 0x01F5 (501)")
        let range = WireError(.outOfRange(value: 9, allowed: 1...4), field: "width", offset: 0)
        #expect(range.description == "width at byte 0: must be from 1 to 4, but is 9")
    }
}
