import Testing
import Wire

@testable import DLMS

@Suite("HDLC addresses")
struct HDLCAddressTests {
    @Test(
        "have the bytes of the standard's examples",
        arguments: [
            // IEC 62056-46, 6.4.2.3 and GOST R 58940-2020, 9.4 and the examples of chapter 12.
            ("03", HDLCAddress(single: 1)),
            ("21", HDLCAddress(single: 16)),
            ("61", HDLCAddress(single: 48)),
            ("0221", HDLCAddress(upper: 1, lower: 16, length: .two)),
            ("0002587D", HDLCAddress(upper: 1, lower: 5694, length: .four)),
            ("02CF", HDLCAddress(upper: 1, lower: 103, length: .two)),
            ("FEFEFEFF", HDLCAddress(upper: 0x3FFF, lower: 0x3FFF, length: .four)),
        ])
    func match(hex: String, address: HDLCAddress?) throws {
        let bytes = try Hex.bytes(hex)
        var index = 0
        #expect(HDLCAddress(decoding: bytes[...], at: &index) == address)
        #expect(index == bytes.count)
        var encoded: [UInt8] = []
        address?.encode(into: &encoded)
        #expect(encoded == bytes)
    }

    @Test("of three or five bytes are refused")
    func refuseOddLengths() throws {
        for hex in ["020201", "0202020203", "00", "0202"] {
            let bytes = try Hex.bytes(hex)
            var index = 0
            #expect(HDLCAddress(decoding: bytes[...], at: &index) == nil, "\(hex)")
            #expect(index == 0)
        }
    }

    @Test("whose halves do not fit the length are refused")
    func refuseLargeHalves() {
        #expect(HDLCAddress(single: 0x80) == nil)
        #expect(HDLCAddress(upper: 0x80, lower: 1, length: .two) == nil)
        #expect(HDLCAddress(upper: 1, lower: 0x4000, length: .four) == nil)
        #expect(HDLCAddress(upper: 1, lower: 1, length: .one) == nil)
    }

    @Test("name the same station in whatever length they are written")
    func compareStations() {
        let short = HDLCAddress(upper: 1, lower: 16, length: .two)
        let long = HDLCAddress(upper: 1, lower: 16, length: .four)
        #expect(short != long)
        #expect(short.flatMap { short in long.map { $0.names(short) } } == true)
    }
}
