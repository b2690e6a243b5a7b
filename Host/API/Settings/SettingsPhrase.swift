import Manifests
import Access
import JSON
import Plugins

/// Says in both languages what is wrong with a setting.
enum SettingsPhrase {
    /// The words for a violation of a schema.
    ///
    /// - Parameters:
    ///   - violation: What the schema found; its words are English.
    ///   - schema: The schema, from which the Russian words are made.
    /// - Returns: What the setting should be; a secret's value is in neither text.
    static func phrase(
        of violation: JSONSchema.Violation, _ schema: SettingsSchema
    ) -> Phrase {
        let name = violation.pointer.tokens.first ?? ""
        let english = "\(name) \(violation.message)."
        switch violation.keyword {
        case "additionalProperties", "propertyNames", "unevaluatedProperties":
            let known = schema.settings.map(\.name).joined(separator: ", ")
            return Phrase(
                "Неизвестная настройка \(name). Известны: \(known).",
                "\(english) Known ones: \(known).")
        case "required":
            return Phrase("Настройка \(name) обязательна.", english)
        default:
            guard let setting = schema[name] else {
                return Phrase("Недопустимые настройки.", english)
            }
            return Phrase("Недопустимое значение: ожидается \(expectation(setting)).", english)
        }
    }

    /// What a setting may be, in Russian.
    private static func expectation(_ setting: SettingsSchema.Setting) -> String {
        if let values = setting.schema["enum"]?.array {
            return "одно из: "
                + values.map { $0.string ?? $0.text() }.joined(separator: ", ")
        }
        let bounds = bounds(setting.schema)
        return switch setting.schema["type"]?.string {
        case "integer": "целое число" + bounds
        case "number": "число" + bounds
        case "boolean": "true или false"
        case "string": "текст" + lengths(setting.schema)
        default: "другое значение"
        }
    }

    private static func bounds(_ schema: JSONObject) -> String {
        let least = schema["minimum"].map { " от " + $0.text() } ?? ""
        let most = schema["maximum"].map { " до " + $0.text() } ?? ""
        return least + most
    }

    private static func lengths(_ schema: JSONObject) -> String {
        let least = schema["minLength"].map { " от " + $0.text() } ?? ""
        let most = schema["maxLength"].map { " до " + $0.text() } ?? ""
        let lengths = least + most
        let form = schema["pattern"].map { _ in " установленного вида" } ?? ""
        return (lengths.isEmpty ? "" : lengths + " символов") + form
    }
}
