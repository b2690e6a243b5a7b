import Testing
import Wire

@testable import DLMS

@Suite("Code pages")
struct CodePageTests {
    @Test("decode the strings that meters send")
    func decode() throws {
        #expect(CodePage.automatic.decode(try Hex.bytes("D1 C5 32 30 37")) == "СЕ207")
        #expect(CodePage.automatic.decode(Array("СЕ207".utf8)) == "СЕ207")
        #expect(CodePage.automatic.decode(Array("10.3".utf8)) == "10.3")
        // GOST R 58940-2020, 13.2: the type of a meter.
        let type = try Hex.bytes("C0B8BC3438392E3338")
        #expect(CodePage.iso8859Part5.decode(type) == "РИМ489.38")
    }

    @Test("drop the padding of fixed fields")
    func dropPadding() {
        #expect(CodePage.automatic.decode(Array("  CE308\0\0 ".utf8)) == "CE308")
        #expect(CodePage.automatic.decode([0, 0, 0]).isEmpty)
        #expect(CodePage.automatic.decode([]).isEmpty)
    }

    @Test("encode what they decode", arguments: [CodePage.utf8, .windows1251, .iso8859Part5])
    func roundTrip(page: CodePage) {
        let text = "Счетчик СЕ207 № Ёё Яя"
        #expect(page.decode(page.encode(text)) == text)
    }

    @Test("decode every byte to something", arguments: CodePage.allCases)
    func decodeEveryByte(page: CodePage) {
        #expect(!page.decode(Array(UInt8.min...UInt8.max)).isEmpty)
    }
}
