/// A JSON document or a part of one (RFC 8259).
///
/// Objects keep the order of their members and numbers keep their text, so that what was read is
/// written back as it was. Two values are equal when they mean the same: members in any order, and
/// numbers as numbers (1.0 = 1); texts are compared by their code points.
public enum JSONValue: Sendable {
    /// `null`.
    case null
    /// `true` or `false`.
    case bool(Bool)
    /// A number with its exact text.
    case number(JSONNumber)
    /// A text.
    case string(String)
    /// A list.
    case array([JSONValue])
    /// Names with values, in order.
    case object(JSONObject)
}

// MARK: - Access

extension JSONValue {
    /// The text, or nil where the value is not one.
    public var string: String? {
        if case .string(let text) = self { text } else { nil }
    }

    /// The integer, or nil where the value is not a number, has a fraction, or does not fit.
    public var int: Int? {
        if case .number(let number) = self { number.int64.map { Int($0) } } else { nil }
    }

    /// The number with its exact text, or nil where the value is not a number.
    public var number: JSONNumber? {
        if case .number(let number) = self { number } else { nil }
    }

    /// The nearest binary number, or nil where the value is not a number.
    public var double: Double? { number?.double }

    /// The truth value, or nil where the value is not one.
    public var bool: Bool? {
        if case .bool(let flag) = self { flag } else { nil }
    }

    /// The list, or nil where the value is not one.
    public var array: [JSONValue]? {
        if case .array(let elements) = self { elements } else { nil }
    }

    /// The object, or nil where the value is not one.
    public var object: JSONObject? {
        if case .object(let object) = self { object } else { nil }
    }

    /// Whether the value is `null`.
    public var isNull: Bool {
        if case .null = self { true } else { false }
    }

    /// The value of a member, or nil where there is none or the value is not an object.
    ///
    /// - Parameter key: The member's name.
    public subscript(key: String) -> JSONValue? {
        if case .object(let object) = self { object[key] } else { nil }
    }

    /// An element, or nil where there is none or the value is not a list.
    ///
    /// - Parameter index: Zero-based.
    public subscript(index: Int) -> JSONValue? {
        guard case .array(let elements) = self, elements.indices.contains(index) else { return nil }
        return elements[index]
    }

    /// The name of the value's type in JSON Schema: `null`, `boolean`, `number`, `string`, `array`
    /// or `object`.
    public var typeName: String {
        switch self {
        case .null: "null"
        case .bool: "boolean"
        case .number: "number"
        case .string: "string"
        case .array: "array"
        case .object: "object"
        }
    }
}

// MARK: - Making values

extension JSONValue {
    /// Makes a number from an integer of any type.
    ///
    /// - Parameter integer: The integer.
    public init(_ integer: some BinaryInteger) {
        self = .number(JSONNumber(integer))
    }

    /// Makes a text.
    ///
    /// - Parameter text: The text.
    public init(_ text: String) {
        self = .string(text)
    }

    /// Makes a truth value.
    ///
    /// - Parameter flag: The truth value.
    public init(_ flag: Bool) {
        self = .bool(flag)
    }

    /// Makes a list.
    ///
    /// - Parameter elements: Its elements in order.
    public init(_ elements: some Sequence<JSONValue>) {
        self = .array(Array(elements))
    }
}

extension JSONValue: ExpressibleByNilLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral, ExpressibleByStringInterpolation,
    ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    /// Makes `null`.
    ///
    /// - Parameter nilLiteral: Nothing.
    public init(nilLiteral: ()) { self = .null }

    /// Makes a truth value.
    ///
    /// - Parameter value: The truth value.
    public init(booleanLiteral value: Bool) { self = .bool(value) }

    /// Makes a number.
    ///
    /// - Parameter value: The integer.
    public init(integerLiteral value: Int64) { self = .number(JSONNumber(value)) }

    /// Makes a number with the shortest text that reads back the same.
    ///
    /// - Parameter value: The number; a literal too large for a `Double` gives `null`.
    public init(floatLiteral value: Double) {
        self = JSONNumber(value).map { .number($0) } ?? .null
    }

    /// Makes a text.
    ///
    /// - Parameter value: The text.
    public init(stringLiteral value: String) { self = .string(value) }

    /// Makes a list.
    ///
    /// - Parameter elements: Its elements in order.
    public init(arrayLiteral elements: JSONValue...) { self = .array(elements) }

    /// Makes an object; of two members with one name the later value counts.
    ///
    /// - Parameter elements: Its members in order.
    public init(dictionaryLiteral elements: (String, JSONValue)...) {
        self = .object(JSONObject(elements))
    }
}

// MARK: - Equality

extension JSONValue: Hashable {
    /// Whether two values mean the same.
    ///
    /// - Parameters:
    ///   - left: A value.
    ///   - right: Another one.
    /// - Returns: True for equal values; the order of members does not matter.
    public static func == (left: JSONValue, right: JSONValue) -> Bool {
        switch (left, right) {
        case (.null, .null): true
        case (.bool(let a), .bool(let b)): a == b
        case (.number(let a), .number(let b)): a == b
        case (.string(let a), .string(let b)): KeyText(a) == KeyText(b)
        case (.array(let a), .array(let b)): a == b
        case (.object(let a), .object(let b)): a == b
        default: false
        }
    }

    /// Hashes what the value means.
    ///
    /// - Parameter hasher: Where it goes.
    public func hash(into hasher: inout Hasher) {
        switch self {
        case .null: hasher.combine(0)
        case .bool(let flag): hasher.combine(flag)
        case .number(let number): hasher.combine(number)
        case .string(let text): hasher.combine(text)
        case .array(let elements): hasher.combine(elements)
        case .object(let object): hasher.combine(object)
        }
    }
}
