// What a schema wants, in words: "an integer from 32 to 2030".

extension SchemaNode {
    /// What a value must be by the rules of this schema alone, or nil where they say nothing.
    var expectation: String? {
        if let constant { return JSONSchema.quote(constant) }
        if let allowed {
            let shown = allowed.prefix(20).map { JSONSchema.quote($0) }
            let rest = allowed.count > 20 ? " or \(allowed.count - 20) others" : ""
            return allowed.count == 1 ? shown[0] : "one of \(shown.joined(separator: ", "))\(rest)"
        }
        guard let types = types ?? impliedTypes else { return nil }
        var parts: [String] = []
        if types.contains(.number) {
            parts.append("a number" + numberRules)
        } else if types.contains(.integer) {
            parts.append("an integer" + numberRules)
        }
        if types.contains(.string) { parts.append("a text" + textRules) }
        if types.contains(.boolean) { parts.append("true or false") }
        if types.contains(.array) { parts.append("a list" + listRules) }
        if types.contains(.object) { parts.append("an object" + objectRules) }
        if types.contains(.null) { parts.append("null") }
        return parts.joined(separator: " or ")
    }

    /// The type of which the rules speak where no type is named.
    private var impliedTypes: SchemaTypes? {
        if minimum ?? maximum ?? exclusiveMinimum ?? exclusiveMaximum ?? divisor?.number != nil {
            return .number
        }
        if minLength ?? maxLength != nil || pattern != nil { return .string }
        if minItems ?? maxItems != nil || hasUniqueItems { return .array }
        if minProperties ?? maxProperties != nil { return .object }
        return nil
    }

    private var numberRules: String {
        var result = ""
        if let minimum, let maximum {
            result = " from \(minimum) to \(maximum)"
        } else if let minimum {
            result = " of at least \(minimum)"
        } else if let maximum {
            result = " of at most \(maximum)"
        }
        if let exclusiveMinimum { result += " above \(exclusiveMinimum)" }
        if let exclusiveMaximum {
            result += exclusiveMinimum == nil ? "" : " and"
            result += " below \(exclusiveMaximum)"
        }
        if let divisor { result += " that is a multiple of \(divisor.number)" }
        return result
    }

    private var textRules: String {
        let rule = Self.range(minLength, maxLength, "character")
        guard let pattern else { return rule }
        return rule + " that matches \(pattern.text)"
    }

    private var listRules: String {
        let rule = Self.range(minItems, maxItems, "element")
        guard hasUniqueItems else { return rule }
        return rule + (rule.isEmpty ? " of elements that differ" : " that differ")
    }

    private var objectRules: String {
        let rule = Self.range(minProperties, maxProperties, "member")
        return rule.isEmpty ? "" : " with" + rule.dropFirst(3)
    }

    private static func range(_ least: Int?, _ most: Int?, _ unit: String) -> String {
        switch (least, most) {
        case (nil, nil): ""
        case (let least?, nil): " of at least \(count(least, unit))"
        case (nil, let most?): " of at most \(count(most, unit))"
        case (let least?, let most?):
            least == most ? " of \(count(least, unit))" : " of \(least) to \(count(most, unit))"
        }
    }

    private static func count(_ count: Int, _ unit: String) -> String {
        "\(count) \(unit)" + (count == 1 ? "" : "s")
    }
}

extension JSONSchema {
    /// A value of the schema as a message shows it.
    static func quote(_ value: JSONValue) -> String {
        shorten(value.text(), to: 60)
    }

    /// A value of a document as a message shows it.
    static func show(_ value: JSONValue) -> String {
        switch value {
        case .array(let elements):
            elements.count == 1 ? "a list of 1 element" : "a list of \(elements.count) elements"
        case .object(let object):
            object.count == 1 ? "an object with 1 member" : "an object with \(object.count) members"
        default:
            shorten(value.text(), to: 60)
        }
    }

    private static func shorten(_ text: String, to limit: Int) -> String {
        text.unicodeScalars.count > limit
            ? String(String.UnicodeScalarView(text.unicodeScalars.prefix(limit))) + "…" : text
    }
}
