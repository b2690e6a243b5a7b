import JSON
import Testing

@Suite struct SchemaMessageTests {
    @Test(
        arguments: [
            (
                ["type": "integer", "minimum": 32, "maximum": 2030], "abc",
                "must be an integer from 32 to 2030, but is \"abc\""
            ),
            (
                ["type": "integer", "minimum": 32, "maximum": 2030], 5,
                "must be an integer from 32 to 2030, but is 5"
            ),
            (
                ["type": "integer", "minimum": 1], 0.5,
                "must be an integer of at least 1, but is 0.5"
            ),
            (["maximum": 7], 8, "must be a number of at most 7, but is 8"),
            (
                ["exclusiveMinimum": 0, "exclusiveMaximum": 1], 1,
                "must be a number above 0 and below 1, but is 1"
            ),
            (["multipleOf": 5], 7, "must be a number that is a multiple of 5, but is 7"),
            (["enum": ["on", "off", 1]], "of", #"must be one of "on", "off", 1, but is "of""#),
            (["const": "x"], "y", #"must be "x", but is "y""#),
            (
                ["type": "string", "minLength": 1, "maxLength": 20], "",
                #"must be a text of 1 to 20 characters, but is """#
            ),
            (
                ["minLength": 16, "maxLength": 16], "x",
                #"must be a text of 16 characters, but is "x""#
            ),
            (["maxLength": 1], "xy", #"must be a text of at most 1 character, but is "xy""#),
            (["pattern": "^[0-9]+$"], "x", #"must be a text that matches ^[0-9]+$, but is "x""#),
            (["type": ["integer", "null"]], true, "must be an integer or null, but is true"),
            (["type": "boolean"], [1, 2], "must be true or false, but is a list of 2 elements"),
            (
                ["type": "array", "minItems": 1], [],
                "must be a list of at least 1 element, but is a list of 0 elements"
            ),
            (
                ["uniqueItems": true], [1, 1],
                "must be a list of elements that differ, but is a list of 2 elements"
            ),
            (
                ["minProperties": 1], [:],
                "must be an object with at least 1 member, but is an object with 0 members"
            ),
            (["type": "string"], ["a": 1], "must be a text, but is an object with 1 member"),
            (["not": ["const": 5]], 5, "must not be 5, but is 5"),
            (
                ["anyOf": [["type": "integer"], ["enum": ["auto"]]]], "x",
                #"must be an integer or "auto", but is "x""#
            ),
            (
                ["oneOf": [["minimum": 1], ["minimum": 2]]], 3,
                "must be one of 2 alternatives, but fits 2 of them"
            ),
            (false, 1, "is not allowed here"),
        ] as [(JSONValue, JSONValue, String)])
    func saysWhatAValueMustBe(
        _ schema: JSONValue, _ document: JSONValue, _ message: String
    ) throws {
        let violations = try JSONSchema(schema).violations(of: document)
        #expect(violations.map(\.message) == [message])
        #expect(violations.map(\.pointer) == [JSONPointer()])
    }

    static let settings: JSONValue = [
        "type": "object", "additionalProperties": false, "required": ["DLMS_CLIENT_ADDRESS"],
        "properties": [
            "DLMS_CLIENT_ADDRESS": ["type": "integer", "minimum": 1, "maximum": 127],
            "DLMS_WAIT_TIME": ["type": "integer"], "port": ["$ref": "#/$defs/port"],
            "DLMS_PASSWORD": ["type": "string", "maxLength": 5, "x-secret": true],
            "DLMS_MASTER_KEY": ["$ref": "#/$defs/key"],
        ],
        "$defs": [
            "port": ["type": "integer", "minimum": 1],
            "key": ["pattern": "^[0-9A-F]{32}$", "writeOnly": true],
        ],
        "dependentRequired": ["DLMS_PASSWORD": ["port"]],
    ]

    @Test func pointsToEachOffendingField() throws {
        let violations = try JSONSchema(Self.settings).violations(of: [
            "DLMS_WAIT_TIM": 5, "port": 0, "zzz": 1, "DLMS_WAIT_TIME": "5",
        ])
        #expect(
            violations.map(\.description) == [
                "/DLMS_CLIENT_ADDRESS is missing; it must be an integer from 1 to 127",
                "/DLMS_WAIT_TIM is not known here; did you mean \"DLMS_WAIT_TIME\"?",
                "/port must be an integer of at least 1, but is 0",
                "/zzz is not known here; known are \"DLMS_CLIENT_ADDRESS\", \"DLMS_WAIT_TIME\", "
                    + "\"port\", \"DLMS_PASSWORD\", \"DLMS_MASTER_KEY\"",
                "/DLMS_WAIT_TIME must be an integer, but is \"5\"",
            ])
        #expect(
            violations.map(\.keyword) == [
                "required", "additionalProperties", "minimum", "additionalProperties", "type",
            ])
    }

    @Test func showsNoSecrets() throws {
        let schema = try JSONSchema(Self.settings)
        let document: JSONValue = [
            "DLMS_CLIENT_ADDRESS": 48, "DLMS_PASSWORD": "hunter22", "DLMS_MASTER_KEY": "topsecret",
        ]
        #expect(
            schema.violations(of: document).map(\.description) == [
                "/port is missing beside \"DLMS_PASSWORD\"; it must be an integer of at least 1",
                "/DLMS_PASSWORD must be a text of at most 5 characters",
                "/DLMS_MASTER_KEY must be a text that matches ^[0-9A-F]{32}$",
            ])
        #expect(
            schema.secrets(in: document)
                == [JSONPointer(["DLMS_PASSWORD"]), JSONPointer(["DLMS_MASTER_KEY"])])
        #expect(schema.secrets(in: ["port": 1]).isEmpty)
    }

    @Test func hidesASecretAlsoFromRulesElsewhere() throws {
        let schema = try JSONSchema([
            "allOf": [["properties": ["key": ["minLength": 32]]]],
            "properties": ["key": ["writeOnly": true], "box": ["writeOnly": true]],
            "patternProperties": ["^box$": ["items": ["type": "integer"]]],
        ])
        let messages = schema.violations(of: ["key": "abc", "box": ["def"]]).map(\.description)
        #expect(messages.count == 2)
        #expect(!messages.contains { $0.contains("abc") || $0.contains("def") })
    }

    @Test func tellsOfTheAlternativeThatWasMeant() throws {
        let schema = try JSONSchema([
            "anyOf": [
                ["type": "string"],
                [
                    "type": "object",
                    "properties": ["host": ["type": "string"], "port": ["type": "integer"]],
                    "required": ["host"],
                ],
            ]
        ])
        #expect(
            schema.violations(of: ["host": "h", "port": "x"]).map(\.description)
                == ["/port must be an integer, but is \"x\""])
        #expect(
            schema.violations(of: 5).map(\.description)
                == ["the document must be a text or an object, but is 5"])
    }

    @Test func shortensLongValues() throws {
        let long = JSONValue.string(String(repeating: "Ж", count: 500))
        let message = try #require(
            JSONSchema(["type": "integer"]).violations(of: long).first?.message)
        #expect(message.count < 100)
        #expect(message.hasSuffix("…"))
    }

    @Test func namesMembersWhoseNamesAreWrong() throws {
        let schema = try JSONSchema(["propertyNames": ["pattern": "^[A-Z_]+$"]])
        #expect(
            schema.violations(of: ["bad name": 1]).map(\.description)
                == ["/bad name has a name that must be a text that matches ^[A-Z_]+$"])
    }
}
