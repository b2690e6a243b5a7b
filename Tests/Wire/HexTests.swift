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

    @Test func survivesMutatedText() {
        let alphabet = Array("0aF 7:-\ngЫ".unicodeScalars)
        var generator = SeededRandom(seed: 1)
        for _ in 0..<2000 {
            var text = ""
            for _ in 0..<Int.random(in: 0...9, using: &generator) {
                text.unicodeScalars.append(alphabet.randomElement(using: &generator) ?? "0")
            }
            do throws(WireError) {
                #expect(try Hex.bytes(Hex.bytes(text).hex) == Hex.bytes(text))
            } catch {
                #expect(error.offset < text.utf8.count)
            }
        }
    }

    @Test func writesBytesThatAreNotContiguous() {
        #expect([1, 2, 0xAB].lazy.map { UInt8($0) }.hex(separator: ":") == "01:02:AB")
        #expect([UInt8(1)].hex(separator: "Ы") == "01")
    }

    @Test func readsBackEveryByte() throws {
        let all = Array(UInt8.min...UInt8.max)
        #expect(try Hex.bytes(all.hex) == all)
        #expect(try Hex.bytes(all.hex(separator: ":", letterCase: .lower)) == all)
    }
}
