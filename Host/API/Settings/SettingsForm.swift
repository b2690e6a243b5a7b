import Manifests
import Access
import JSON
import Plugins
import Store

/// The settings of channels and protocols as callers see and send them, by the plugins' schemas.
struct SettingsForm {
    let catalogue: Catalogue

    init(_ catalogue: Catalogue) {
        self.catalogue = catalogue
    }

    /// The member of channels and protocols that holds them.
    static let field = Field(
        "settings", .map(.anything(Phrase("Значение.", "A value."))),
        Phrase(
            "Настройки по схеме типа (GET /plugins). Секрет показан как {\"set\": true}; если его "
                + "не менять, он остаётся прежним.",
            "Settings by the schema of the type (GET /plugins). A secret is shown as "
                + "{\"set\": true}, and stays as it is unless it is given anew."))

    // MARK: Showing

    /// The settings of a channel without their secrets.
    func shown(_ settings: SettingsText, ofChannel type: String) -> JSONObject {
        shown(settings, catalogue.channelTypes[type]?.settings)
    }

    /// The settings of a protocol without their secrets.
    func shown(_ settings: SettingsText, ofProtocol type: String) -> JSONObject {
        SecretSettings.shown(settings) { catalogue.isSecret($0, ofProtocol: type) }
    }

    /// What a schema does not know may be a secret: it is hidden as well.
    private func shown(_ settings: SettingsText, _ schema: SettingsSchema?) -> JSONObject {
        SecretSettings.shown(settings) { name in schema?[name].map(\.isSecret) ?? true }
    }

    // MARK: Reading

    /// Reads the settings of a channel that a caller sends.
    ///
    /// - Parameters:
    ///   - given: The member `settings`.
    ///   - type: The channel's type.
    ///   - current: The settings that are there, of the same type; nil for none.
    /// - Returns: The text to store.
    /// - Throws: `invalid_body` for a type that there is not, and for every setting that is wrong.
    func read(
        _ given: JSONObject, ofChannel type: String, keeping current: SettingsText?
    ) throws(Failure) -> SettingsText {
        let place = JSONPointer(["type"])
        if let issue = KnownTypes.issue(channel: type, catalogue, at: place) {
            throw .invalidBody([issue])
        }
        let whole = SecretSettings.merged(given, keeping: current)
        return try text(
            whole, catalogue.checkChannel(type: type, whole),
            catalogue.channelTypes[type]?.settings, keeping: current)
    }

    /// Reads the settings of a protocol that a caller sends.
    ///
    /// - Parameters:
    ///   - given: The member `settings`.
    ///   - type: The protocol's type.
    ///   - current: The settings that are there, of the same type; nil for none.
    /// - Returns: The text to store.
    /// - Throws: `invalid_body` for a type that there is not, and for every setting that is wrong.
    func read(
        _ given: JSONObject, ofProtocol type: String, keeping current: SettingsText?
    ) throws(Failure) -> SettingsText {
        let place = JSONPointer(["type"])
        if let issue = KnownTypes.issue(protocol: type, catalogue, at: place) {
            throw .invalidBody([issue])
        }
        let whole = SecretSettings.merged(given, keeping: current)
        return try text(
            whole, catalogue.checkProtocol(type: type, whole),
            catalogue.protocolTypes[type]?.settings, keeping: current)
    }

    private func text(
        _ whole: JSONObject, _ check: SettingsCheck?, _ schema: SettingsSchema?,
        keeping current: SettingsText?
    ) throws(Failure) -> SettingsText {
        let issues = Self.issues(check, schema, at: JSONPointer(["settings"]))
        guard issues.isEmpty else { throw .invalidBody(issues) }
        return SecretSettings.text(whole, keeping: current)
    }

    /// What is wrong with settings, as faults of the place where they stand.
    static func issues(
        _ check: SettingsCheck?, _ schema: SettingsSchema?, at place: JSONPointer
    ) -> [Issue] {
        guard let check, let schema else { return [] }
        return check.violations.map { violation in
            .body(
                JSONPointer(place.tokens + violation.pointer.tokens),
                SettingsPhrase.phrase(of: violation, schema))
        }
    }
}
