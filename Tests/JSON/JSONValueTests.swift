import JSON
import Testing

@Suite struct JSONValueTests {
    @Test func isWrittenAsALiteral() {
        let value: JSONValue = [
            "name": "CE307", "count": 3, "ratio": 0.5, "on": true, "none": nil, "list": [1, "two"],
        ]
        #expect(
            value.text()
                == #"{"name":"CE307","count":3,"ratio":0.5,"on":true,"none":null,"list":[1,"two"]}"#
        )
        let number = 7
        #expect(JSONValue(number) == 7)
        #expect("\(number)" as JSONValue == "7")
    }

    @Test func givesOutWhatItIs() throws {
        let value = try JSONValue(parsing: #"[null,true,1.5,"x",[1],{"a":2}]"#)
        let elements = try #require(value.array)
        #expect(
            elements.map(\.typeName) == ["null", "boolean", "number", "string", "array", "object"])
        #expect(elements.map(\.isNull) == [true, false, false, false, false, false])
        #expect(elements.map(\.bool) == [nil, true, nil, nil, nil, nil])
        #expect(elements.map(\.double) == [nil, nil, 1.5, nil, nil, nil])
        #expect(elements.map(\.int) == [nil, nil, nil, nil, nil, nil])
        #expect(elements.map(\.string) == [nil, nil, nil, "x", nil, nil])
        #expect(elements.map(\.array) == [nil, nil, nil, nil, [1], nil])
        #expect(elements.map(\.object) == [nil, nil, nil, nil, nil, ["a": 2]])
        #expect(JSONValue("x") == "x")
        #expect(JSONValue(true) == true)
        #expect(JSONValue([1, 2].map { JSONValue($0) }) == [1, 2])
        #expect(value.description == value.text())
        #expect(Set(elements).count == 6)
    }

    @Test func isLaidOutForPeople() {
        let value: JSONValue = ["a": [1, ["b": []]], "c": [:], "d": "x"]
        #expect(
            value.text(pretty: true) == """
                {
                  "a": [
                    1,
                    {
                      "b": []
                    }
                  ],
                  "c": {},
                  "d": "x"
                }
                """)
    }

    @Test func escapesOnlyWhatItMust() {
        let value: JSONValue = "\"\\/\u{08}\u{0C}\n\r\t\u{00}\u{1F}\u{7F}\u{2028}Ж😀<&"
        #expect(value.text() == "\"\\\"\\\\/\\b\\f\\n\\r\\t\\u0000\\u001f\u{7F}\u{2028}Ж😀<&\"")
    }

    @Test func isEqualByMeaning() throws {
        let left = try JSONValue(parsing: #"{"a":1.0,"b":[10]}"#)
        let right = try JSONValue(parsing: #"{"b":[1e1],"a":1}"#)
        #expect(left == right)
        #expect(left.hashValue == right.hashValue)
        #expect(left.text() != right.text())
        #expect(JSONValue("é") != JSONValue("e\u{301}"))
        #expect((1 as JSONValue) != "1")
        #expect(([] as JSONValue) != [:])
    }

    @Test func findsMembersOfLargeObjects() throws {
        var object = JSONObject()
        for index in 0..<1000 { object["key\(index)"] = JSONValue(index) }
        #expect(object.count == 1000)
        for index in 0..<1000 { #expect(object["key\(index)"]?.int == index) }
        #expect(object["key1000"] == nil)
        object["key500"] = nil
        object["key3"] = "changed"
        #expect(object.count == 999)
        #expect(object["key500"] == nil)
        #expect(object["key999"]?.int == 999)
        #expect(object.keys[3] == "key3")
        let value = JSONValue.object(object)
        #expect(try JSONValue(parsing: value.bytes()) == value)
        for key in object.keys.dropFirst(5) { object[key] = nil }
        #expect(object.keys == ["key0", "key1", "key2", "key3", "key4"])
        #expect(object["key4"]?.int == 4)
        object["key4"] = nil
        object["nothing"] = nil
        #expect(object.count == 4)
    }

    @Test func refusesDuplicatesInLargeObjects() {
        let members = (0..<500).map { "\"k\($0)\":0" } + ["\"k7\":0"]
        let text = "{" + members.joined(separator: ",") + "}"
        let error = #expect(throws: JSONError.self) { try JSONValue(parsing: text) }
        #expect(error?.reason == .duplicateKey("k7"))
    }

    @Test func takesTheLaterOfTwoMembersOfALiteral() {
        #expect(JSONObject([("a", 1), ("b", 2), ("a", 3)]) == ["a": 3, "b": 2])
    }

    @Test func writesPieceByPiece() throws {
        var writer = JSONWriter(capacity: 64)
        writer.beginObject()
        writer.key("items")
        writer.beginArray()
        writer.write(1)
        writer.write("x")
        writer.write(true)
        writer.writeNull()
        writer.write(["a": []] as JSONValue)
        writer.endArray()
        let first = writer.takeBytes()
        writer.key("next")
        writer.writeNull()
        writer.endObject()
        let text = String(decoding: first + writer.takeBytes(), as: UTF8.self)
        #expect(text == #"{"items":[1,"x",true,null,{"a":[]}],"next":null}"#)
    }

    @Test func writesLines() {
        var writer = JSONWriter()
        for index in 0..<3 {
            writer.write(["n": JSONValue(index)] as JSONValue)
            writer.endLine()
        }
        #expect(writer.bytes == Array("{\"n\":0}\n{\"n\":1}\n{\"n\":2}\n".utf8))
    }
}

@Suite struct JSONNumberTests {
    @Test func keepsItsText() throws {
        for text in ["1.50", "1e5", "-0", "100000000000000000000000.5", "1E+2"] {
            #expect(JSONNumber(text)?.text == text)
        }
        for text in ["", " 1", "1 ", "01", "1.", "x", "nan", "\"1\"", "1e1234567890"] {
            #expect(JSONNumber(text) == nil, "\(text)")
        }
    }

    @Test func isAnIntegerWhereItCanBe() {
        #expect(JSONNumber("9223372036854775807")?.int64 == .max)
        #expect(JSONNumber("-9223372036854775808")?.int64 == .min)
        #expect(JSONNumber("-9223372036854775808.0")?.int64 == .min)
        #expect(JSONNumber("9223372036854775808")?.int64 == nil)
        #expect(JSONNumber("18446744073709551615")?.uint64 == .max)
        #expect(JSONNumber("1.8446744073709551615e19")?.uint64 == .max)
        #expect(JSONNumber("18446744073709551616")?.uint64 == nil)
        #expect(JSONNumber("18446744073709551616.0")?.uint64 == nil)
        #expect(JSONNumber("-0.0")?.uint64 == 0)
        #expect(JSONNumber("-1")?.uint64 == nil)
        #expect(JSONNumber("1.5e1")?.int64 == 15)
        #expect(JSONNumber("1.55e1")?.int64 == nil)
        #expect(JSONNumber("1e999999999")?.int64 == nil)
        #expect(JSONNumber("1e-999999999")?.int64 == nil)
        #expect(JSONNumber("0e999999999")?.int64 == 0)
        #expect(JSONNumber("0.25")?.double == 0.25)
    }

    @Test func isEqualAndOrderedAsANumber() throws {
        let ascending = try [
            "-1e999999999", "-100", "-99.5", "-1", "-0.1", "-1e-999999999", "0", "1e-999999999",
            "0.099", "0.1", "0.11", "1", "1.0000000000000000000000001", "99", "100", "101",
            "9223372036854775807", "9223372036854775808", "1e999999999",
        ].map { try #require(JSONNumber($0)) }
        for (i, left) in ascending.enumerated() {
            for (j, right) in ascending.enumerated() {
                #expect((left < right) == (i < j), "\(left) < \(right)")
                #expect((left == right) == (i == j), "\(left) == \(right)")
            }
        }
        for (a, b) in [("1.50", "15e-1"), ("-0", "0.000"), ("100", "1E2"), ("0e5", "0e-7")] {
            #expect(JSONNumber(a) == JSONNumber(b))
            #expect(JSONNumber(a)?.hashValue == JSONNumber(b)?.hashValue)
        }
    }

    @Test func isTheShortestTextOfABinaryNumber() {
        #expect(JSONNumber(41.8)?.text == "41.8")
        #expect(JSONNumber(41.0)?.text == "41")
        #expect(JSONNumber(1e300)?.text == "1e+300")
        #expect(JSONNumber(Double.nan) == nil)
        #expect(JSONNumber(Double.infinity) == nil)
    }
}

@Suite struct JSONPointerTests {
    // RFC 6901, section 5.
    static let document = #"""
        {"foo":["bar","baz"],"":0,"a/b":1,"c%d":2,"e^f":3,"g|h":4,"i\\j":5,"k\"l":6," ":7,"m~n":8}
        """#

    @Test(
        arguments: [
            ("/foo/0", "bar"), ("/", 0), ("/a~1b", 1), ("/c%d", 2), ("/e^f", 3), ("/g|h", 4),
            ("/i\\j", 5), ("/k\"l", 6), ("/ ", 7), ("/m~0n", 8),
        ] as [(String, JSONValue)])
    func findsTheValuesOfTheStandard(_ text: String, _ expected: JSONValue) throws {
        let document = try JSONValue(parsing: Self.document)
        let pointer = try #require(JSONPointer(text))
        #expect(pointer.description == text)
        #expect(document[pointer] == expected)
        #expect(document[JSONPointer()] == document)
    }

    @Test(arguments: ["/foo/2", "/foo/00", "/foo/-", "/foo/+1", "/nothing", "/a~1b/0", "/foo/-1"])
    func findsNothingWhereNothingIs(_ text: String) throws {
        let document = try JSONValue(parsing: Self.document)
        let pointer = try #require(JSONPointer(text))
        #expect(document[pointer] == nil)
    }

    @Test func refusesOtherText() {
        #expect(JSONPointer("foo") == nil)
        #expect(JSONPointer("/~") == nil)
        #expect(JSONPointer("/~2") == nil)
        #expect(JSONPointer("#/a") == nil)
    }

    @Test func isBuiltStepByStep() {
        let pointer = JSONPointer().appending("a/b").appending(3).appending("~")
        #expect(pointer.description == "/a~1b/3/~0")
        #expect(JSONPointer(pointer.description) == pointer)
        #expect(pointer.isWithin(JSONPointer(["a/b"])))
        #expect(pointer.isWithin(pointer))
        #expect(!JSONPointer().isWithin(pointer))
    }
}
