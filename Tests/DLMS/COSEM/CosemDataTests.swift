import Testing
import Wire

@testable import DLMS

@Suite("COSEM data")
struct CosemDataTests {
    static let examples: [(String, CosemData)] = [
        ("00", .null),
        ("FF", .dontCare),
        ("0301", .boolean(true)),
        ("0300", .boolean(false)),
        ("05FFFFFFFE", .doubleLong(-2)),
        ("0600BC614E", .doubleLongUnsigned(12_345_678)),
        ("0FFE", .integer(-2)),
        ("10FF4C", .long(-180)),
        ("11FF", .unsigned(255)),
        ("120008", .longUnsigned(8)),
        ("14FFFFFFFFFFFFFFFF", .long64(-1)),
        ("15FFFFFFFFFFFFFFFF", .long64Unsigned(.max)),
        ("161E", .enumeration(30)),
        ("0D42", .bcd(0x42)),
        ("173F800000", .float32(0x3F80_0000)),
        ("183FF0000000000000", .float64(0x3FF0_0000_0000_0000)),
        ("0906 0100010800FF", .octetString([1, 0, 1, 8, 0, 255])),
        ("0A03 414243", .visibleString([0x41, 0x42, 0x43])),
        ("0C02 D0A1", .utf8String([0xD0, 0xA1])),
        ("1907E00A1F01082E2601000000", .dateTime([7, 0xE0, 10, 31, 1, 8, 0x2E, 0x26, 1, 0, 0, 0])),
        ("1A07E00A1F01", .date([7, 0xE0, 10, 31, 1])),
        ("1B082E2601", .time([8, 0x2E, 0x26, 1])),
        ("02020FFE161B", .structure([.integer(-2), .enumeration(27)])),
        ("0100", .array([])),
        ("0102 1101 1102", .array([.unsigned(1), .unsigned(2)])),
    ]

    @Test("decodes and encodes every type", arguments: CosemDataTests.examples)
    func roundTrips(hex: String, value: CosemData) throws {
        let bytes = try Hex.bytes(hex)
        #expect(try CosemData(decoding: bytes) == value)
        #expect(value.encoded == bytes)
        for length in bytes.indices {
            #expect(throws: WireError.self, "first \(length) bytes") {
                try CosemData(decoding: bytes.prefix(length))
            }
        }
        #expect(throws: WireError.self) { try CosemData(decoding: bytes + [0]) }
    }

    @Test("reads a compact array of structures as if it were an array")
    func readsCompactArrays() throws {
        // Two elements of {double-long-unsigned, unsigned}; IEC 62056-62, 4.1.5.
        let bytes = try Hex.bytes("13 02 02 06 11 0A 00000001 02 00000003 04")
        let value = try CosemData(decoding: bytes)
        #expect(
            value.elements == [
                .structure([.doubleLongUnsigned(1), .unsigned(2)]),
                .structure([.doubleLongUnsigned(3), .unsigned(4)]),
            ])
        #expect(value.encoded == bytes)
    }

    @Test("reads a compact array of arrays and of strings")
    func readsNestedCompactArrays() throws {
        let arrays = try CosemData(decoding: Hex.bytes("13 01 0002 11 04 01020304"))
        #expect(
            arrays.elements == [
                .array([.unsigned(1), .unsigned(2)]), .array([.unsigned(3), .unsigned(4)]),
            ])
        let strings = try CosemData(decoding: Hex.bytes("13 09 04 01 41 01 42"))
        #expect(strings.elements == [.octetString([0x41]), .octetString([0x42])])
    }

    @Test(
        "refuses what no meter sends",
        arguments: [
            "07", "08", "0E", "FE",  // no such tags
            "0184FFFFFFFF", "02840000FFFF", "0980", "0985010101010100",  // lengths
            "13 13 00", "13 00 01 00", "13 02 00 01 00",  // compact arrays without bytes
            "04 09 FF",  // bits missing
        ])
    func refusesNonsense(hex: String) throws {
        let bytes = try Hex.bytes(hex)
        #expect(throws: WireError.self) { try CosemData(decoding: bytes) }
    }

    @Test("limits depth")
    func limitsDepth() throws {
        func nested(_ depth: Int) -> [UInt8] {
            Array(repeating: [0x02, 0x01], count: depth).flatMap { $0 } + [0x00]
        }
        #expect(throws: Never.self) { try CosemData(decoding: nested(12)) }
        #expect(throws: WireError.self) { try CosemData(decoding: nested(13)) }
        #expect(throws: WireError.self) { try CosemData(decoding: nested(30_000)) }
    }

    @Test("limits what a few bytes may grow to")
    func limitsGrowth() throws {
        // An array type of 65535 arrays of 65535 nulls, in ten bytes.
        let bytes = try Hex.bytes("13 01 FFFF 01 FFFF 00 01 00")
        #expect(throws: WireError.self) { try CosemData(decoding: bytes) }
        var reader = ByteReader([0x01, 0x03, 0x00, 0x00, 0x00])
        #expect(throws: WireError.self) {
            try CosemData(decoding: &reader, limits: DecodingLimits(depth: 2, values: 3))
        }
    }

    @Test("reads strings of bits")
    func readsBits() throws {
        let bytes = try Hex.bytes("0409 FF80")
        let bits = try #require(CosemData.BitString(count: 9, bytes: [0xFF, 0x80]))
        #expect(try CosemData(decoding: bytes) == .bitString(bits))
        #expect(CosemData.bitString(bits).encoded == bytes)
        #expect(CosemData.BitString(count: 9, bytes: [0xFF]) == nil)
    }

    @Test("gives numbers of every integer type")
    func givesNumbers() {
        #expect(CosemData.integer(-1).integer == -1)
        #expect(CosemData.bcd(0x42).integer == 42)
        #expect(CosemData.bcd(0x4A).integer == nil)
        #expect(CosemData.long64Unsigned(.max).integer == nil)
        #expect(CosemData.octetString([1]).integer == nil)
    }
}
