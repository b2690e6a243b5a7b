import Manifests
import JSON
import Plugins
import Store

extension StoredMessage {
    /// Keeps a session's message: the plugin that has the template stands before its id.
    package init(of message: Message) {
        self.init(
            id: message.plugin.map { $0 + "/" + message.id } ?? message.id,
            parameters: message.parameters.isEmpty ? .null : .object(message.parameters),
            detail: message.detail)
    }

    /// Renders the message for a reader.
    ///
    /// - Parameters:
    ///   - language: The reader's.
    ///   - catalogue: The plugins' templates.
    /// - Returns: The text; the id itself where its template is gone with its plugin.
    package func text(in language: Language, _ catalogue: Catalogue) -> String {
        if let own = TaskMessage.find(id) {
            let template = language == .ru ? own.russian : own.english
            return Self.filled(template, with: parameters) + (detail.isEmpty ? "" : ": " + detail)
        }
        let parts = id.split(separator: "/", maxSplits: 1)
        let plugin = parts.count == 2 ? String(parts[0]) : nil
        return catalogue.text(
            of: Message(
                plugin: plugin, id: plugin == nil ? id : String(parts[1]),
                parameters: parameters.object ?? [:], detail: detail),
            in: language)
    }

    private static func filled(_ template: String, with parameters: JSONValue) -> String {
        var text = ""
        var rest = template[...]
        while let open = rest.firstIndex(of: "{") {
            text += rest[..<open]
            guard let close = rest[open...].firstIndex(of: "}") else { break }
            let name = String(rest[rest.index(after: open)..<close])
            switch parameters[name] {
            case .string(let value)?: text += value
            case let value?: text += value.text()
            case nil: text += "—"
            }
            rest = rest[rest.index(after: close)...]
        }
        return text + rest
    }
}
