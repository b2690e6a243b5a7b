/// One schema of a compiled document; other schemas are named by their places in the list of all.
struct SchemaNode: Sendable {
    /// A member that a pattern selects, and its schema.
    struct PatternProperty: Sendable {
        let pattern: TextPattern
        let node: Int
    }

    /// A divisor taken apart: `mantissa` × 10^`exponent`.
    struct Divisor: Sendable {
        let number: JSONNumber
        let mantissa: UInt64
        let exponent: Int
    }

    // Any value.
    var isFalse = false
    var types: SchemaTypes?
    var allowed: [JSONValue]?
    var constant: JSONValue?
    var isSecret = false
    var defaultValue: JSONValue?

    // Numbers.
    var minimum: JSONNumber?
    var maximum: JSONNumber?
    var exclusiveMinimum: JSONNumber?
    var exclusiveMaximum: JSONNumber?
    var divisor: Divisor?

    // Texts.
    var minLength: Int?
    var maxLength: Int?
    var pattern: TextPattern?

    // Lists.
    var items: Int?
    var prefixItems: [Int] = []
    var minItems: Int?
    var maxItems: Int?
    var hasUniqueItems = false

    // Objects.
    var properties: [(name: String, node: Int)] = []
    var propertyNodes: [KeyText: Int] = [:]
    var patternProperties: [PatternProperty] = []
    var additionalProperties: Int?
    var propertyNames: Int?
    var required: [String] = []
    var dependentRequired: [(name: String, required: [String])] = []
    var minProperties: Int?
    var maxProperties: Int?

    // Other schemas for the same value.
    var reference: Int?
    var allOf: [Int] = []
    var anyOf: [Int] = []
    var oneOf: [Int] = []
    var not: Int?
    var condition: Int?
    var thenNode: Int?
    var elseNode: Int?

    /// The schemas that check the same value as this one.
    var applied: [Int] {
        allOf + anyOf + oneOf
            + [reference, not, condition, thenNode, elseNode].compactMap { $0 }
    }
}

/// The types that a value may have.
struct SchemaTypes: OptionSet, Hashable, Sendable {
    let rawValue: UInt8

    static let null = SchemaTypes(rawValue: 1)
    static let boolean = SchemaTypes(rawValue: 2)
    static let integer = SchemaTypes(rawValue: 4)
    static let number = SchemaTypes(rawValue: 8)
    static let string = SchemaTypes(rawValue: 16)
    static let array = SchemaTypes(rawValue: 32)
    static let object = SchemaTypes(rawValue: 64)

    init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    init?(name: String) {
        switch name {
        case "null": self = .null
        case "boolean": self = .boolean
        case "integer": self = .integer
        case "number": self = .number
        case "string": self = .string
        case "array": self = .array
        case "object": self = .object
        default: return nil
        }
    }

    func allow(_ value: JSONValue) -> Bool {
        switch value {
        case .null: contains(.null)
        case .bool: contains(.boolean)
        case .number(let number): contains(.number) || contains(.integer) && number.isInteger
        case .string: contains(.string)
        case .array: contains(.array)
        case .object: contains(.object)
        }
    }
}
