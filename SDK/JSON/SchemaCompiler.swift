/// Turns a schema's document into nodes.
struct SchemaCompiler {
    private var nodes: [SchemaNode] = []
    /// Which node stands at which place of the document, for references.
    private var places: [JSONPointer: Int] = [:]
    private var references: [(node: Int, target: JSONPointer, place: JSONPointer)] = []

    mutating func compile(_ document: JSONValue) throws(JSONSchemaError) -> [SchemaNode] {
        _ = try schema(document, JSONPointer())
        for (node, target, place) in references {
            guard let index = places[target] else {
                throw JSONSchemaError(
                    pointer: place, message: "refers to '#\(target)', where there is no schema")
            }
            nodes[node].reference = index
        }
        try refuseCircles()
        return nodes
    }

    private mutating func schema(
        _ value: JSONValue, _ place: JSONPointer
    ) throws(JSONSchemaError) -> Int {
        let index = nodes.count
        nodes.append(SchemaNode())
        places[place] = index
        switch value {
        case .bool(let flag):
            nodes[index].isFalse = !flag
        case .object(let keywords):
            var node = SchemaNode()
            for (keyword, value) in keywords {
                let place = place.appending(keyword)
                if try readSimple(keyword, value, place, into: &node) { continue }
                if try readNested(keyword, value, place, into: &node) { continue }
                if keyword == "$ref" {
                    references.append((index, try reference(value, place), place))
                } else if !Self.isAnnotation(keyword) {
                    throw JSONSchemaError(pointer: place, message: "is a keyword that is not known")
                }
            }
            nodes[index] = node
        default:
            throw JSONSchemaError(pointer: place, message: "must be an object, true or false")
        }
        return index
    }

    private static func isAnnotation(_ keyword: String) -> Bool {
        if keyword.hasPrefix("x-") { return true }
        switch keyword {
        case "$schema", "$id", "$comment", "title", "description", "default", "examples",
            "deprecated", "readOnly", "writeOnly", "format":
            return true
        default:
            return false
        }
    }

    // MARK: Keywords without schemas in them

    private func readSimple(
        _ keyword: String, _ value: JSONValue, _ place: JSONPointer, into node: inout SchemaNode
    ) throws(JSONSchemaError) -> Bool {
        let read = SchemaKeywordReader(place: place)
        switch keyword {
        case "type": node.types = try read.types(value)
        case "enum": node.allowed = try read.alternatives(value)
        case "const": node.constant = value
        case "default": node.defaultValue = value
        case "writeOnly", "x-secret": node.isSecret = try read.bool(value) || node.isSecret
        case "minimum": node.minimum = try read.number(value)
        case "maximum": node.maximum = try read.number(value)
        case "exclusiveMinimum": node.exclusiveMinimum = try read.number(value)
        case "exclusiveMaximum": node.exclusiveMaximum = try read.number(value)
        case "multipleOf": node.divisor = try read.divisor(value)
        case "minLength": node.minLength = try read.count(value)
        case "maxLength": node.maxLength = try read.count(value)
        case "pattern": node.pattern = try read.pattern(value)
        case "minItems": node.minItems = try read.count(value)
        case "maxItems": node.maxItems = try read.count(value)
        case "uniqueItems": node.hasUniqueItems = try read.bool(value)
        case "required": node.required = try read.names(value)
        case "dependentRequired": node.dependentRequired = try read.dependencies(value)
        case "minProperties": node.minProperties = try read.count(value)
        case "maxProperties": node.maxProperties = try read.count(value)
        default: return false
        }
        return true
    }

    private func reference(
        _ value: JSONValue, _ place: JSONPointer
    ) throws(JSONSchemaError) -> JSONPointer {
        guard let text = value.string, text.hasPrefix("#"),
            let pointer = JSONPointer(String(text.dropFirst()))
        else {
            throw JSONSchemaError(
                pointer: place, message: "must be a text such as '#/$defs/name' in this document")
        }
        return pointer
    }

    // MARK: Keywords with schemas in them

    private mutating func readNested(
        _ keyword: String, _ value: JSONValue, _ place: JSONPointer, into node: inout SchemaNode
    ) throws(JSONSchemaError) -> Bool {
        switch keyword {
        case "items": node.items = try schema(value, place)
        case "prefixItems": node.prefixItems = try list(value, place)
        case "additionalProperties": node.additionalProperties = try schema(value, place)
        case "propertyNames": node.propertyNames = try schema(value, place)
        case "properties":
            node.properties = try members(value, place)
            for (name, index) in node.properties { node.propertyNodes[KeyText(name)] = index }
        case "patternProperties":
            for (name, index) in try members(value, place) {
                let read = SchemaKeywordReader(place: place.appending(name))
                node.patternProperties.append(
                    .init(pattern: try read.pattern(.string(name)), node: index))
            }
        case "$defs": _ = try members(value, place)
        case "allOf": node.allOf = try list(value, place)
        case "anyOf": node.anyOf = try list(value, place)
        case "oneOf": node.oneOf = try list(value, place)
        case "not": node.not = try schema(value, place)
        case "if": node.condition = try schema(value, place)
        case "then": node.thenNode = try schema(value, place)
        case "else": node.elseNode = try schema(value, place)
        default: return false
        }
        return true
    }

    private mutating func list(
        _ value: JSONValue, _ place: JSONPointer
    ) throws(JSONSchemaError) -> [Int] {
        guard let elements = value.array, !elements.isEmpty else {
            throw JSONSchemaError(pointer: place, message: "must be a list of schemas, not empty")
        }
        var result: [Int] = []
        for (index, element) in elements.enumerated() {
            result.append(try schema(element, place.appending(index)))
        }
        return result
    }

    private mutating func members(
        _ value: JSONValue, _ place: JSONPointer
    ) throws(JSONSchemaError) -> [(name: String, node: Int)] {
        guard let object = value.object else {
            throw JSONSchemaError(pointer: place, message: "must be an object with schemas in it")
        }
        var result: [(name: String, node: Int)] = []
        for (name, member) in object {
            result.append((name, try schema(member, place.appending(name))))
        }
        return result
    }

    // MARK: Circles

    /// Refuses schemas that check a value by checking the same value with themselves.
    private func refuseCircles() throws(JSONSchemaError) {
        enum Mark { case fresh, open, done }
        var marks = [Mark](repeating: .fresh, count: nodes.count)
        for start in nodes.indices where marks[start] == .fresh {
            // A stack of its own, so that a long chain of schemas does not exhaust the thread's.
            var stack = [(node: start, next: nodes[start].applied)]
            marks[start] = .open
            while let node = stack.last?.node {
                guard let target = stack[stack.count - 1].next.popLast() else {
                    marks[node] = .done
                    stack.removeLast()
                    continue
                }
                switch marks[target] {
                case .done: break
                case .fresh:
                    marks[target] = .open
                    stack.append((target, nodes[target].applied))
                case .open:
                    let place = places.first { $0.value == target }?.key ?? JSONPointer()
                    throw JSONSchemaError(
                        pointer: place, message: "refers to itself without going into the value")
                }
            }
        }
    }
}
