import JSON

/// A settings document that was looked at: brought into the schema's types, completed, and judged.
package struct SettingsCheck: Sendable {
    /// What was given, in the schema's types: `"48"` has become `48`, `"false"` has become `false`; members
    /// that were null are gone.
    package var given: JSONObject
    /// The same with the defaults of the channel's type: what a driver gets.
    package var complete: JSONObject
    /// What is wrong, secrets never quoted.
    package var violations: [JSONSchema.Violation]

    package var isValid: Bool { violations.isEmpty }
}

extension SettingsSchema {
    /// Looks at a settings document.
    ///
    /// Older systems write every value as a text; where the schema wants a number or a flag, a text that is
    /// one counts as it.
    ///
    /// - Parameters:
    ///   - document: As a person or an import gave it.
    ///   - channelType: The type of the channel over which it will work, where that is known.
    /// - Returns: The document in two forms, and what is wrong with it.
    package func check(_ document: JSONObject, channelType: String? = nil) -> SettingsCheck {
        var given = JSONObject()
        for (name, value) in document {
            let schema = self[name]?.schema ?? [:]
            if value.isNull, !Self.types(of: schema).contains("null") { continue }
            given[name] = Self.coerced(value, schema)
        }
        var complete = given
        for setting in settings where complete[setting.name] == nil {
            let special = channelType.flatMap { setting.channelDefaults[$0] }
            if let value = special ?? setting.default { complete[setting.name] = value }
        }
        return SettingsCheck(
            given: given, complete: complete, violations: violations(of: complete))
    }

    private static func types(of schema: JSONObject) -> [String] {
        switch schema["type"] {
        case .string(let type): [type]
        case .array(let types): types.compactMap(\.string)
        default: []
        }
    }

    /// A text that says a number or a flag, where one of these is wanted and a text is not.
    private static func coerced(_ value: JSONValue, _ schema: JSONObject) -> JSONValue {
        guard case .string(let text) = value else { return value }
        let types = types(of: schema)
        guard !types.contains("string") else { return value }
        let trimmed = text.trimmingASCIISpace
        for type in types {
            switch type {
            case "integer":
                if let number = Int64(trimmed) { return JSONValue(number) }
                if let number = UInt64(trimmed) { return JSONValue(number) }
            case "number":
                if let number = JSONNumber(trimmed) { return .number(number) }
            case "boolean":
                switch trimmed.lowercased() {
                case "true": return true
                case "false": return false
                default: break
                }
            default: break
            }
        }
        return value
    }
}

extension String {
    /// Without spaces, tabs and line ends at both sides.
    var trimmingASCIISpace: String {
        let isSpace: (UInt8) -> Bool = { $0 == 0x20 || (0x09...0x0D).contains($0) }
        let bytes = utf8.drop(while: isSpace).reversed().drop(while: isSpace).reversed()
        return String(decoding: Array(bytes), as: UTF8.self)
    }
}
