import JSON

/// What is said to people: a template's id with its parameters, and a free detail.
///
/// It is stored and passed on in this form, and becomes text only where a language is known:
/// `Catalogue.text(of:in:)`.
package struct Message: Hashable, Sendable {
    /// The plugin in whose manifest the template lies, or nil for the host's own.
    package var plugin: String?
    /// The template's id; empty where `detail` says everything.
    package var id: String
    /// The values of the template's `{names}`.
    package var parameters: JSONObject
    /// Free text beside it, or empty.
    package var detail: String

    package init(
        plugin: String? = nil, id: String = "", parameters: JSONObject = [:], detail: String = ""
    ) {
        self.plugin = plugin
        self.id = id
        self.parameters = parameters
        self.detail = detail
    }

    /// True where there is nothing to say.
    package var isEmpty: Bool { id.isEmpty && detail.isEmpty }

    /// The form in which a store keeps it.
    package var json: JSONValue {
        var object = JSONObject()
        if let plugin { object["plugin"] = .string(plugin) }
        if !id.isEmpty { object["id"] = .string(id) }
        if !parameters.isEmpty { object["parameters"] = .object(parameters) }
        if !detail.isEmpty { object["detail"] = .string(detail) }
        return .object(object)
    }

    /// Reads what `json` gave; members that are missing or strange are empty.
    package init(json: JSONValue) {
        self.init(
            plugin: json["plugin"]?.string, id: json["id"]?.string ?? "",
            parameters: json["parameters"]?.object ?? [:], detail: json["detail"]?.string ?? "")
    }
}
