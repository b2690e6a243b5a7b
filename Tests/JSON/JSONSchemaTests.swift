import JSON
import Testing

@Suite struct JSONSchemaTests {
    /// What a schema says of a document.
    static func messages(_ schema: JSONValue, _ document: JSONValue) throws -> [String] {
        try JSONSchema(schema).violations(of: document).map(\.description)
    }

    /// A schema with documents that keep to it and documents that do not.
    struct Rule: Sendable, CustomTestStringConvertible {
        let schema: JSONValue
        let valid: [JSONValue]
        let invalid: [JSONValue]
        var testDescription: String { schema.text() }

        init(_ schema: JSONValue, _ valid: [JSONValue], _ invalid: [JSONValue]) {
            self.schema = schema
            self.valid = valid
            self.invalid = invalid
        }
    }

    static let simple: [Rule] = [
        .init(true, [1, nil, [:]], []),
        .init(false, [], [1, nil, [:]]),
        .init([:], [1, nil, "x"], []),
        .init(["type": "null"], [nil], [false, 0, ""]),
        .init(["type": "boolean"], [true, false], [nil, 1, "true"]),
        .init(["type": "integer"], [1, 1.0, -5], [1.5, "1", nil]),
        .init(["type": "number"], [1, 1.5], ["1"]),
        .init(["type": "string"], ["", "x"], [1, nil]),
        .init(["type": "array"], [[], [1]], [[:], "x"]),
        .init(["type": "object"], [[:], ["a": 1]], [[], nil]),
        .init(["type": ["integer", "null"]], [1, nil], ["x", 1.5]),
        .init(["enum": [1, "a", nil, ["b": 2]]], [1, 1.0, "a", nil, ["b": 2]], [2, "b", false]),
        .init(["const": ["a": [1]]], [["a": [1.0]]], [["a": [2]], ["a": [1], "b": 1]]),
        .init(["minimum": 1.5], [1.5, 2, "x", [:]], [1.4999, -2]),
        .init(["maximum": 10], [10, -1], [10.1, 11]),
        .init(["exclusiveMinimum": 0], [1], [0, -1]),
        .init(["exclusiveMaximum": 0], [-1], [0, 1]),
        .init(["multipleOf": 0.01], [0, 1, 4.35, 0.07, 19.99], [0.005, 4.351]),
        .init(["multipleOf": 7], [0, 7, -49, 70], [1, 69]),
        .init(["minLength": 2], ["ab", "ЖЖ", 1], ["a", ""]),
        .init(["maxLength": 2], ["", "ab", "😀😀"], ["abc"]),
        .init(["pattern": "^[0-9]+$"], ["12", 5], ["1a", ""]),
    ]

    static let compound: [Rule] = [
        .init(["items": ["type": "integer"]], [[], [1, 2], "x"], [[1, "a"]]),
        .init(
            ["prefixItems": [["type": "string"], ["type": "integer"]], "items": false],
            [[], ["a"], ["a", 1]], [[1], ["a", "b"], ["a", 1, 2]]),
        .init(["minItems": 1, "maxItems": 2], [[1], [1, 2]], [[], [1, 2, 3]]),
        .init(["uniqueItems": true], [[], [1, "1", true]], [[1, 1.0], [["a": 1], ["a": 1]]]),
        .init(
            ["properties": ["a": ["type": "integer"]], "required": ["a"]],
            [["a": 1], ["a": 1, "b": nil], 5], [[:], ["b": 1], ["a": "x"]]),
        .init(
            [
                "properties": ["a": [:]], "patternProperties": ["^x-": ["type": "string"]],
                "additionalProperties": false,
            ], [[:], ["a": 1, "x-y": "z"]], [["b": 1], ["x-y": 1]]),
        .init(["additionalProperties": ["type": "integer"]], [["a": 1]], [["a": "x"]]),
        .init(["propertyNames": ["pattern": "^[a-z]+$"]], [["ab": 1]], [["A": 1]]),
        .init(["minProperties": 1, "maxProperties": 1], [["a": 1]], [[:], ["a": 1, "b": 2]]),
        .init(
            ["dependentRequired": ["a": ["b"]]], [[:], ["b": 1], ["a": 1, "b": 1]], [["a": 1]]),
        .init(["allOf": [["minimum": 1], ["maximum": 3]]], [1, 3], [0, 4]),
        .init(["anyOf": [["type": "integer"], ["minLength": 2]]], [1, "ab", nil], ["a"]),
        .init(["oneOf": [["multipleOf": 3], ["multipleOf": 5]]], [3, 5], [15, 1]),
        .init(["not": ["type": "integer"]], ["x", 1.5], [1]),
        .init(
            [
                "if": ["properties": ["kind": ["const": "tcp"]], "required": ["kind"]],
                "then": ["required": ["host"]], "else": ["required": ["port"]],
            ],
            [["kind": "tcp", "host": "h"], ["kind": "serial", "port": "p"], ["port": "p"]],
            [["kind": "tcp", "port": "p"], ["kind": "serial", "host": "h"], [:]]),
        .init(["then": false], [1], []),
        .init(
            ["$defs": ["n": ["type": "integer"]], "items": ["$ref": "#/$defs/n"]],
            [[1]], [["x"]]),
        .init(
            ["properties": ["child": ["$ref": "#"]], "additionalProperties": false],
            [["child": ["child": [:]]]], [["child": ["child": ["x": 1]]]]),
        .init(
            ["$ref": "#/$defs/a~1b", "maximum": 5, "$defs": ["a/b": ["minimum": 1]]], [1, 5],
            [0, 6]),
    ]

    @Test(arguments: simple + compound)
    func acceptsAndRefuses(_ rule: Rule) throws {
        let schema = try JSONSchema(rule.schema)
        for document in rule.valid {
            #expect(schema.violations(of: document).isEmpty, "\(document)")
        }
        for document in rule.invalid {
            #expect(!schema.violations(of: document).isEmpty, "\(document)")
        }
    }

    @Test func ignoresAnnotations() throws {
        let schema = try JSONSchema([
            "$schema": "https://json-schema.org/draft/2020-12/schema", "$id": "x", "$comment": "c",
            "title": "t", "description": "d", "default": 5, "examples": [1], "deprecated": true,
            "readOnly": true, "writeOnly": false, "format": "date-time",
            "x-attribute": "AT_ACCESS_PASSWORD",
        ])
        #expect(schema.violations(of: "x").isEmpty)
    }

    @Test(
        arguments: [
            (["minimun": 1], "/minimun in the schema is a keyword that is not known"),
            (["contains": [:]], "/contains in the schema is a keyword that is not known"),
            ([], "the schema must be an object, true or false"),
            (
                ["properties": ["a": ["type": "int"]]],
                "/properties/a/type in the schema must name null, boolean, integer, number, "
                    + "string, array or object"
            ),
            (["type": []], "/type in the schema must name a type"),
            (["enum": []], "/enum in the schema must be a list of values, not empty"),
            (["minimum": "1"], "/minimum in the schema must be a number"),
            (["minLength": -1], "/minLength in the schema must be an integer that is not negative"),
            (["required": ["a", "a"]], "/required in the schema must not name a member twice"),
            (["required": "a"], "/required in the schema must be a list of names"),
            (
                ["multipleOf": 0],
                "/multipleOf in the schema must be a number above zero with at most 17 digits"
            ),
            (
                ["pattern": "(a"],
                "/pattern in the schema is not a usable regular expression: character 3: "
                    + "a '(' has no ')'"
            ),
            (
                ["patternProperties": ["*": true]],
                "/patternProperties/* in the schema is not a usable regular expression: "
                    + "character 1: '*' has nothing to repeat"
            ),
            (["allOf": []], "/allOf in the schema must be a list of schemas, not empty"),
            (["properties": []], "/properties in the schema must be an object with schemas in it"),
            (["uniqueItems": 1], "/uniqueItems in the schema must be true or false"),
            (
                ["$ref": "#/$defs/none"],
                "/$ref in the schema refers to '#/$defs/none', where there is no schema"
            ),
            (
                ["$ref": "https://example.org/x"],
                "/$ref in the schema must be a text such as '#/$defs/name' in this document"
            ),
            (["$ref": "#"], "the schema refers to itself without going into the value"),
            (
                ["$defs": ["a": ["allOf": [["$ref": "#/$defs/a"]]]]],
                "/$defs/a in the schema refers to itself without going into the value"
            ),
            (["not": 5], "/not in the schema must be an object, true or false"),
        ] as [(JSONValue, String)])
    func refusesSchemasThatItDoesNotUnderstand(_ schema: JSONValue, _ message: String) {
        let error = #expect(throws: JSONSchemaError.self) { try JSONSchema(schema) }
        #expect(error?.description == message)
    }

    @Test func addsDefaults() throws {
        let schema = try JSONSchema([
            "properties": [
                "timeout": ["default": 5], "port": ["$ref": "#/$defs/port"],
                "inner": ["properties": ["x": ["default": [1]]]],
                "list": ["items": ["properties": ["y": ["default": nil]]]],
            ],
            "allOf": [["properties": ["z": ["default": true]]]],
            "$defs": ["port": ["default": 4059]],
        ])
        #expect(schema.addingDefaults(to: [:]) == ["timeout": 5, "port": 4059, "z": true])
        #expect(
            schema.addingDefaults(to: [
                "timeout": 7, "inner": [:], "list": [[:], ["y": 1]], "z": 0,
            ])
                == [
                    "timeout": 7, "inner": ["x": [1]], "list": [["y": nil], ["y": 1]], "z": 0,
                    "port": 4059,
                ])
        #expect(schema.addingDefaults(to: "x") == "x")
    }

    @Test(.timeLimit(.minutes(1)))
    func stopsWhenASchemaGrinds() throws {
        // Each definition applies the next one twice: 2^40 checks.
        var definitions = JSONObject()
        for index in 0..<40 {
            let next: JSONValue = ["$ref": .string("#/$defs/d\(index + 1)")]
            definitions["d\(index)"] = ["allOf": [next, next]]
        }
        definitions["d40"] = true
        let schema = try JSONSchema(["$ref": "#/$defs/d0", "$defs": .object(definitions)])
        let messages = schema.violations(of: 1).map(\.description)
        #expect(messages == ["the document takes too long to check against its schema"])
    }

    @Test func boundsTheNumberOfViolations() throws {
        let schema = try JSONSchema(["items": ["type": "string"]])
        let document = JSONValue((0..<5000).map { JSONValue($0) })
        #expect(schema.violations(of: document).count == JSONSchema.mostViolations)
    }

    @Test func survivesMutatedSchemasAndDocuments() throws {
        let text =
            Array(
                #"{"type":"object","properties":{"a":{"type":"integer","multipleOf":0.5},"#
                    .utf8)
            + Array(
                #""b":{"anyOf":[{"const":1},{"pattern":"^x{1,3}$"}]}},"required":["a"],"#.utf8)
            + Array(##""additionalProperties":false,"$defs":{"c":{"items":{"$ref":"#"}}}}"##.utf8)
        let documents: [JSONValue] = [["a": 1, "b": "xx"], ["a": 0.3], [["a": 1]], "x"]
        let alphabet = Array(#"{}[]":,0159-.eaxtf$#/"#.utf8)
        var random = SeededRandom(seed: 4)
        var accepted = 0
        for _ in 0..<10_000 {
            var changed = text
            for _ in 0...Int.random(in: 0...2, using: &random) {
                let index = Int.random(in: changed.indices, using: &random)
                changed[index] = alphabet.randomElement(using: &random) ?? 0x30
            }
            guard let document = try? JSONValue(parsing: changed),
                let schema = try? JSONSchema(document)
            else { continue }
            accepted += 1
            for document in documents {
                _ = schema.violations(of: document)
                _ = schema.addingDefaults(to: document)
            }
        }
        #expect(accepted > 100)
    }
}
