/// A JSON Schema against which documents are checked.
///
/// Of JSON Schema 2020-12 it knows `type`, `enum`, `const`; `minimum`, `maximum`,
/// `exclusiveMinimum`, `exclusiveMaximum`, `multipleOf`; `minLength`, `maxLength`, `pattern`;
/// `items`, `prefixItems`, `minItems`, `maxItems`, `uniqueItems`; `properties`, `required`,
/// `additionalProperties`, `patternProperties`, `propertyNames`, `minProperties`, `maxProperties`,
/// `dependentRequired`; `allOf`, `anyOf`, `oneOf`, `not`, `if`, `then`, `else`; `$defs` and `$ref`
/// to a schema in the same document. `title`, `description`, `default`, `examples`, `deprecated`,
/// `readOnly`, `writeOnly`, `format`, `$schema`, `$id`, `$comment` and everything that starts with
/// `x-` say something to people or to programs and check nothing. Any other keyword is refused, so
/// that a rule which is not understood is never taken for one that is kept.
///
/// A `pattern` is a regular expression of ECMA-262 without look-around, references to groups, word
/// boundaries and Unicode properties; its time grows with the text and not with the expression.
///
/// Values of properties with `"writeOnly": true` or `"x-secret": true` are secrets and appear in no
/// message.
public struct JSONSchema: Sendable {
    /// One place where a document breaks the schema.
    public struct Violation: Hashable, Sendable {
        /// The offending value; for a missing member, where it should be.
        public let pointer: JSONPointer
        /// What is wrong, in English: `must be an integer from 32 to 2030, but is "abc"`.
        public let message: String
        /// The schema's keyword that is broken, such as `maximum`.
        public let keyword: String
    }

    /// How many violations are told of one document at most.
    public static let mostViolations = 1000

    let nodes: [SchemaNode]

    /// Compiles a schema.
    ///
    /// - Parameter schema: The schema's document.
    /// - Throws: `JSONSchemaError` for a keyword that is not known or has a wrong value, and for
    ///   references that lead nowhere or in a circle.
    public init(_ schema: JSONValue) throws(JSONSchemaError) {
        var compiler = SchemaCompiler()
        nodes = try compiler.compile(schema)
    }

    /// Checks a document.
    ///
    /// - Parameter document: What to check.
    /// - Returns: Every violation up to ``mostViolations``, in the document's order where the
    ///   schema allows it; none for a valid document.
    public func violations(of document: JSONValue) -> [Violation] {
        var validator = SchemaValidator(nodes)
        return validator.validate(document)
    }

    /// Finds the secrets of a document.
    ///
    /// - Parameter document: A document, which need not be valid.
    /// - Returns: The places of values whose schema says `"writeOnly": true` or `"x-secret": true`.
    public func secrets(in document: JSONValue) -> Set<JSONPointer> {
        var validator = SchemaValidator(nodes)
        _ = validator.validate(document)
        return validator.secrets
    }

    /// Adds members that are missing and have a default.
    ///
    /// - Parameter document: A document, which need not be valid.
    /// - Returns: The document with the defaults of `properties`, also of those in schemas that
    ///   `$ref`, `allOf`, `items` and `prefixItems` lead to; a default itself is taken as it is.
    public func addingDefaults(to document: JSONValue) -> JSONValue {
        SchemaDefaults(nodes: nodes).add(to: document, node: 0)
    }
}

extension JSONSchema.Violation: CustomStringConvertible {
    /// The violation with its place, for people.
    public var description: String {
        pointer.tokens.isEmpty ? "the document \(message)" : "\(pointer) \(message)"
    }
}

/// Why a schema cannot be used, and where.
public struct JSONSchemaError: Error, Hashable, Sendable {
    /// Where in the schema.
    public let pointer: JSONPointer
    /// What is wrong, in English.
    public let message: String
}

extension JSONSchemaError: CustomStringConvertible {
    /// The error with its place, for people.
    public var description: String {
        pointer.tokens.isEmpty ? "the schema \(message)" : "\(pointer) in the schema \(message)"
    }
}
