import Testing
import Wire

@Suite struct HexTests {
    @Test func readsTextWithAndWithoutSeparators() throws {
        #expect(try Hex.bytes("7E A0 07") == [0x7E, 0xA0, 0x07])
        #expect(try Hex.bytes("7ea007") == [0x7E, 0xA0, 0x07])
        #expect(try Hex.bytes("7e:a0-07\n") == [0x7E, 0xA0, 0x07])
        #expect(try Hex.bytes("") == [])
    }

    @Test func refusesWhatIsNotHexadecimal() {
        #expect(throws: WireError(.unexpectedValue(0x47), field: "hexadecimal text", offset: 3)) {
            try Hex.bytes("7E GG")
        }
        #expect(throws: WireError.self) { try Hex.bytes("7") }
        #expect(throws: WireError.self) { try Hex.bytes("7E A") }
        #expect(throws: WireError.self) { try Hex.bytes("7 E") }
        #expect(throws: WireError.self) { try Hex.bytes("Ы") }
    }

    @Test func writesText() {
        let bytes: [UInt8] = [0x7E, 0xA0, 0x07]
        #expect(bytes.hex == "7EA007")
        #expect(bytes.hex(letterCase: .lower) == "7ea007")
        #expect(bytes.hex(separator: " ") == "7E A0 07")
        #expect(bytes[1...].hex == "A007")
        #expect([UInt8]().hex(separator: " ") == "")
    }

    @Test func readsBackEveryByte() throws {
        let all = Array(UInt8.min...UInt8.max)
        #expect(try Hex.bytes(all.hex) == all)
        #expect(try Hex.bytes(all.hex(separator: ":", letterCase: .lower)) == all)
    }
}
