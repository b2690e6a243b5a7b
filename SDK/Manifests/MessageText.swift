import JSON

/// Makes text of a template: `{name}` stands for a parameter, `{{` and `}}` for braces.
package enum MessageText {
    /// The text; a parameter that is missing stays as `{name}`.
    package static func render(_ template: String, _ parameters: JSONObject) -> String {
        var result = ""
        var rest = Substring(template)
        while let brace = rest.firstIndex(where: { $0 == "{" || $0 == "}" }) {
            result += rest[..<brace]
            let character = rest[brace]
            rest = rest[rest.index(after: brace)...]
            if rest.first == character {
                result.append(character)
                rest = rest.dropFirst()
            } else if character == "{", let end = rest.firstIndex(of: "}") {
                let name = String(rest[..<end])
                result += parameters[name].map(text) ?? "{\(name)}"
                rest = rest[rest.index(after: end)...]
            } else {
                result.append(character)
            }
        }
        return result + rest
    }

    /// The names of a template's parameters, or nil where its braces do not match.
    package static func parameters(of template: String) -> Set<String>? {
        var names: Set<String> = []
        var rest = Substring(template)
        while let brace = rest.firstIndex(where: { $0 == "{" || $0 == "}" }) {
            let character = rest[brace]
            rest = rest[rest.index(after: brace)...]
            if rest.first == character {
                rest = rest.dropFirst()
            } else if character == "{", let end = rest.firstIndex(of: "}") {
                let name = rest[..<end]
                guard !name.isEmpty, !name.contains("{") else { return nil }
                names.insert(String(name))
                rest = rest[rest.index(after: end)...]
            } else {
                return nil
            }
        }
        return names
    }

    private static func text(_ value: JSONValue) -> String {
        value.string ?? value.text()
    }
}
