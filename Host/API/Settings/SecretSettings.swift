import JSON
import Store

/// Settings with secrets in them: shown without, and edited without being shown.
enum SecretSettings {
    /// What stands in the place of a secret that is set.
    static let placeholder: JSONValue = ["set": true]

    /// The settings as callers see them.
    ///
    /// Text that is no JSON object is hidden as a whole: nobody can say what in it is secret.
    static func shown(
        _ settings: SettingsText?, isSecret: (String) -> Bool
    ) -> JSONObject {
        guard let object = parsed(settings) else { return JSONObject() }
        return JSONObject(
            object.map { name, value in
                (name, isSecret(name) && !value.isNull ? placeholder : value)
            })
    }

    /// The settings that a caller wants, with each placeholder replaced by its secret.
    ///
    /// A placeholder that stands for nothing is dropped.
    static func merged(_ given: JSONObject, keeping current: SettingsText?) -> JSONObject {
        let old = parsed(current) ?? JSONObject()
        return JSONObject(
            given.compactMap { name, value in
                guard value == placeholder else { return (name, value) }
                return old[name].map { (name, $0) }
            })
    }

    /// The text to store: that which is there where nothing has changed, so that what was imported
    /// keeps its characters.
    static func text(_ settings: JSONObject, keeping current: SettingsText?) -> SettingsText {
        if let current, let old = parsed(current), old == settings { return current }
        return SettingsText(JSONValue.object(settings).text())
    }

    /// The settings as JSON; nil for text that is none.
    static func parsed(_ settings: SettingsText?) -> JSONObject? {
        guard let settings else { return nil }
        // What is wrong with the text was said when it came in.
        return (try? JSONValue(parsing: Array(settings.text.utf8)))?.object
    }

    /// Whether a device's attribute is a secret.
    ///
    /// Source: ceCloud, table 13: passwords, keys and communities; by their names, because imports
    /// may bring attributes that no plugin has described.
    static func isAttributeSecret(_ name: String) -> Bool {
        ["PASSWORD", "COMMUNITY", "SECRET", "TOKEN", "_KEY", "PHRASE"].contains(
            where: name.contains)
    }
}
