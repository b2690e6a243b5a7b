import JSON
import Testing

@Suite struct JSONParserTests {
    @Test func readsEveryKindOfValue() throws {
        let text = #"""
            { "a" : null, "b":[true , false], "c":-1.50e+3, "d":{"e":"x\n\"\\\/\u0416\uD83D\uDE00"}}
            """#
        let value = try JSONValue(parsing: text)
        #expect(value["a"]?.isNull == true)
        #expect(value["b"]?[0]?.bool == true)
        #expect(value["b"]?[1] == false)
        #expect(value["b"]?[2] == nil)
        #expect(value["c"]?.number?.text == "-1.50e+3")
        #expect(value["c"]?.int == -1500)
        #expect(value["d"]?["e"]?.string == "x\n\"\\/Ж😀")
        #expect(value.object?.keys == ["a", "b", "c", "d"])
        #expect(value["zzz"] == nil)
        #expect(value[0] == nil)
    }

    @Test(arguments: [
        "null", "true", "false", "0", "-0", "0.0", "1e5", "1E-5", "12345678901234567890123",
        "\"\"", "\"x\"", "[]", "{}", " [ ] ", "\t\r\n{ }", "\"\u{7F}\"", "[[[]]]", "{\"\":0}",
        "\"\\u0000\"", "{\"é\":1,\"e\u{301}\":2}", "\"\u{10FFFF}\"",
    ])
    func acceptsValidDocuments(_ text: String) throws {
        let value = try JSONValue(parsing: text)
        #expect(try JSONValue(parsing: value.bytes()) == value)
        #expect(try JSONValue(parsing: value.bytes(pretty: true)) == value)
    }

    @Test(arguments: [
        ("", 0), ("  ", 2), ("nul", 3), ("nulL", 3), ("True", 0), ("[", 1), ("[1", 2), ("[1,", 3),
        ("[1,]", 3), ("[,1]", 1), ("[1 2]", 3), ("{", 1), ("{\"a\"", 4), ("{\"a\" 1}", 5),
        ("{\"a\":}", 5), ("{\"a\":1,}", 7), ("{a:1}", 1), ("{'a':1}", 1), ("{1:1}", 1), ("01", 1),
        ("-", 1), ("-a", 1), ("+1", 0), ("1.", 2), (".5", 0), ("1.e5", 2), ("1e", 2), ("1e+", 3),
        ("-01", 2), ("0x10", 1), ("NaN", 0), ("Infinity", 0), ("-Infinity", 1), ("1 2", 2),
        ("\"abc", 4), ("\"a\nb\"", 2), ("\"\\x\"", 1), ("\"\\u12\"", 1), ("\"\\u12G4\"", 1),
        ("\"\\uD800\"", 1), ("\"\\uDC00\"", 1), ("\"\\uD800\\u0041\"", 1),
        ("\"\\uD800\\uD800\"", 1), ("\"\\", 2), ("\"\\\"", 3), ("{} x", 3), ("[]]", 2),
        ("\u{FEFF}{}", 0), ("{\"a\":1,\"a\":2}", 7), ("{\"a\":1,\"\\u0061\":2}", 7),
        ("// c\n1", 0), ("1e1234567890", 2), ("\u{A0}1", 0), ("\u{0C}1", 0),
    ])
    func refusesOtherDocuments(_ text: String, _ offset: Int) {
        let error = #expect(throws: JSONError.self) { try JSONValue(parsing: text) }
        #expect(error?.offset == offset)
    }

    @Test(
        arguments: [
            [0x22, 0x80, 0x22], [0x22, 0xC0, 0xAF, 0x22], [0x22, 0xC3, 0x22],
            [0x22, 0xED, 0xA0, 0x80, 0x22],
            [0x22, 0xF4, 0x90, 0x80, 0x80, 0x22], [0x22, 0xE0, 0x80, 0xAF, 0x22],
            [0x22, 0xFF, 0x22],
            [0x22, 0x5C, 0x6E, 0xC3, 0x22],
        ] as [[UInt8]])
    func refusesInvalidUTF8(_ bytes: [UInt8]) {
        let error = #expect(throws: JSONError.self) { try JSONValue(parsing: bytes) }
        #expect(error?.reason == .invalidUTF8)
        #expect(error?.offset == (bytes.count == 5 && bytes[1] == 0x5C ? 3 : 1))
    }

    @Test func boundsTheDepth() throws {
        let deep = String(repeating: "[", count: 64) + String(repeating: "]", count: 64)
        #expect(throws: Never.self) { try JSONValue(parsing: deep) }
        let error = #expect(throws: JSONError.self) { try JSONValue(parsing: "[" + deep + "]") }
        #expect(error?.reason == .tooDeep(limit: 64))
        let endless = [UInt8](repeating: UInt8(ascii: "["), count: 1_000_000)
        #expect(throws: JSONError.self) { try JSONValue(parsing: endless) }
    }

    @Test func saysWhereAndWhat() {
        let error = #expect(throws: JSONError.self) {
            try JSONValue(parsing: "{\n  \"ключ\": 1,\n  \"я\" 2\n}")
        }
        #expect(error?.line == 3)
        #expect(error?.column == 7)
        #expect(error?.description == "line 3, column 7: expected ':', but found '2'")
        let twice = #expect(throws: JSONError.self) { try JSONValue(parsing: #"{"a":1,"a":1}"#) }
        #expect(
            twice?.description
                == #"line 1, column 8: the object has two members with the name "a""#)
    }

    @Test func rejectsEveryTruncation() throws {
        let text = Array(#"{"a":[1,-2.5e3,"x\u00e9",true,null],"b":{}}"#.utf8)
        for length in text.indices {
            let error = #expect(throws: JSONError.self) {
                try JSONValue(parsing: text.prefix(length))
            }
            #expect(error?.offset == length, "first \(length) bytes")
        }
    }

    @Test func readsCollectionsThatAreNotContiguous() throws {
        let text = Array("]1[".utf8)
        #expect(try JSONValue(parsing: text.reversed()) == [1])
        #expect(try JSONValue(parsing: text.lazy.reversed().map { $0 }) == [1])
    }

    @Test func survivesMutations() throws {
        let text = Array(
            #"{"Meta":{"v":1.0},"list":[{"id":"\u0416x","n":[0,-1,2.5e-7]},{"t":true,"f":false}]}"#
                .utf8)
        let alphabet =
            Array(#"{}[]":,\u0123eE+-.tfn "#.utf8) + [0x00, 0x1F, 0x80, 0xC3, 0xED, 0xFF]
        var random = SeededRandom(seed: 1)
        var accepted = 0
        for _ in 0..<20_000 {
            var changed = text
            for _ in 0...Int.random(in: 0...4, using: &random) {
                let index = Int.random(in: changed.indices, using: &random)
                let byte = alphabet.randomElement(using: &random) ?? 0
                switch Int.random(in: 0...3, using: &random) {
                case 0: changed[index] = byte
                case 1: changed.insert(byte, at: index)
                case 2: changed.remove(at: index)
                default: changed[index] ^= 1 << UInt8.random(in: 0...7, using: &random)
                }
            }
            do throws(JSONError) {
                let value = try JSONValue(parsing: changed)
                accepted += 1
                #expect(try JSONValue(parsing: value.bytes()) == value)
            } catch {
                #expect(error.offset <= changed.count)
            }
        }
        #expect(accepted > 100)
    }

    @Test func readsBackWhatItWrites() throws {
        var random = SeededRandom(seed: 2)
        for _ in 0..<2000 {
            let value = Self.randomValue(depth: 5, using: &random)
            #expect(try JSONValue(parsing: value.bytes()) == value)
            let pretty = value.bytes(pretty: true)
            let again = try JSONValue(parsing: pretty)
            #expect(again == value)
            #expect(again.hashValue == value.hashValue)
            #expect(again.bytes(pretty: true) == pretty)
        }
    }

    private static func randomValue(
        depth: Int, using random: inout SeededRandom
    ) -> JSONValue {
        switch Int.random(in: 0...(depth > 0 ? 7 : 4), using: &random) {
        case 0: return .null
        case 1: return .bool(.random(using: &random))
        case 2: return JSONValue(Int64(truncatingIfNeeded: random.next()))
        case 3:
            let value = Double(bitPattern: random.next())
            return JSONNumber(value).map { .number($0) } ?? .null
        case 4: return .string(randomText(using: &random))
        case 5, 6:
            return .array(
                (0..<Int.random(in: 0...4, using: &random)).map { _ in
                    randomValue(depth: depth - 1, using: &random)
                })
        default:
            var object = JSONObject()
            for _ in 0..<Int.random(in: 0...20, using: &random) {
                object[randomText(using: &random)] = randomValue(depth: depth - 2, using: &random)
            }
            return .object(object)
        }
    }

    private static func randomText(using random: inout SeededRandom) -> String {
        var text = ""
        for _ in 0..<Int.random(in: 0...6, using: &random) {
            let limit: UInt32 =
                [0x20, 0x80, 0x800, 0x1_0000, 0x11_0000]
                .randomElement(using: &random) ?? 0x80
            if let scalar = Unicode.Scalar(UInt32.random(in: 0..<limit, using: &random)) {
                text.unicodeScalars.append(scalar)
            }
        }
        return text
    }
}
