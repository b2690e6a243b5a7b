import Access
import JSON

/// Turns shapes into JSON Schemas and keeps those with a name for the OpenAPI document.
struct SchemaWriter {
    /// The named schemas that were met, by name.
    private(set) var components: [String: JSONValue] = [:]

    /// The schema of a shape, or the reference to it.
    mutating func schema(of shape: Shape, as use: ShapeUse) -> JSONValue {
        switch shape {
        case .text(let length):
            var schema: JSONObject = ["type": "string"]
            if length.lowerBound > 0 { schema["minLength"] = .whole(length.lowerBound) }
            schema["maxLength"] = .whole(length.upperBound)
            return .object(schema)
        case .form(let form):
            return .object(["type": "string", form.schema.keyword: .string(form.schema.value)])
        case .choice(let symbols):
            return .object(["type": "string", "enum": .array(symbols.map(JSONValue.string))])
        case .integer(let range):
            return .object([
                "type": "integer", "minimum": .whole(Int(range.lowerBound)),
                "maximum": .whole(Int(range.upperBound)),
            ])
        case .number(let range):
            return .object([
                "type": "number", "minimum": .whole(Int(range.lowerBound)),
                "maximum": .whole(Int(range.upperBound)),
            ])
        case .flag: return .object(["type": "boolean"])
        case .list(let element, let count):
            var list: JSONObject = ["type": "array", "items": schema(of: element, as: use)]
            if use != .output {
                if count.lowerBound > 0 { list["minItems"] = .whole(count.lowerBound) }
                list["maxItems"] = .whole(count.upperBound)
            }
            return .object(list)
        case .map(let shape):
            return .object([
                "type": "object", "additionalProperties": schema(of: shape, as: use),
            ])
        case .nullable(let shape):
            return .object([
                "anyOf": .array([schema(of: shape, as: use), .object(["type": "null"])])
            ])
        case .anything(let note): return .object(["description": .string(note.en)])
        case .object(let shape): return schema(of: shape, as: use)
        }
    }

    /// The schema of an object; a named one goes to the components.
    private mutating func schema(of shape: ObjectShape, as use: ShapeUse) -> JSONValue {
        guard let name = shape.name.map({ $0 + use.suffix }) else { return write(shape, as: use) }
        if components[name] == nil {
            // Marks the name first: a shape may contain itself.
            components[name] = .null
            components[name] = write(shape, as: use)
        }
        return .object(["$ref": .string("#/components/schemas/" + name)])
    }

    private mutating func write(_ shape: ObjectShape, as use: ShapeUse) -> JSONValue {
        var properties = JSONObject()
        let fields = use == .output ? shape.outputs : shape.inputs
        for field in fields {
            var schema = schema(of: field.shape, as: use)
            if case .object(var object) = schema {
                // In OpenAPI 3.1 a reference may have a description beside it.
                object["description"] = .string(field.note.en)
                schema = .object(object)
            }
            properties[field.name] = schema
        }
        var object: JSONObject = ["type": "object", "properties": .object(properties)]
        let required = use == .input ? fields.filter(\.isRequired).map(\.name) : []
        if !required.isEmpty { object["required"] = .array(required.map(JSONValue.string)) }
        if use != .output { object["additionalProperties"] = false }
        return .object(object)
    }
}

extension ShapeUse {
    /// What the name of a schema ends in.
    fileprivate var suffix: String {
        switch self {
        case .input: "Input"
        case .patch: "Patch"
        case .output: ""
        }
    }
}

extension JSONValue {
    /// A whole number.
    static func whole(_ number: Int) -> JSONValue { .number(JSONNumber(Int64(number))) }
}
