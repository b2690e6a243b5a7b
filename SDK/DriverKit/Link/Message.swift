import JSON

/// A text for people: the id of a template of the manifest with the values for its `{names}`.
///
/// The templates are in Russian and English; a driver names one and never writes sentences itself. Free
/// text is only ever a detail: shown as it is where there is no id, after the template's text otherwise.
public struct Message: Hashable, Sendable {
    /// The id of the template; empty for free text.
    public var id: String
    /// The values for the template's names.
    public var parameters: JSONObject
    /// Free text, or empty.
    public var detail: String

    /// Makes a message from a template.
    ///
    /// - Parameters:
    ///   - id: The template's id in the manifest's `messages`.
    ///   - parameters: The values for its names.
    ///   - detail: Free text, or empty.
    public init(_ id: String, _ parameters: JSONObject = [:], detail: String = "") {
        self.id = id
        self.parameters = parameters
        self.detail = detail
    }

    /// Makes a message of free text.
    ///
    /// - Parameter detail: The text.
    public init(detail: String) {
        self.init("", detail: detail)
    }
}

extension Message: CustomStringConvertible {
    /// The parts of the message in one line, for logs and tests.
    public var description: String {
        var parts: [String] = []
        if !id.isEmpty { parts.append(id) }
        if !parameters.isEmpty { parts.append(JSONValue.object(parameters).text()) }
        if !detail.isEmpty { parts.append(detail) }
        return parts.joined(separator: " ")
    }
}
