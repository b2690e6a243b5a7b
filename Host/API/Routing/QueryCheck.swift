import Access
import HTTP
import JSON

/// Compares the query of a request with what its route takes.
enum QueryCheck {
    /// Refuses a parameter that the route does not know, that stands twice, or whose value is not what
    /// it should be.
    static func check(_ query: Query, for form: EndpointForm) throws(Failure) {
        let known = form.parameters.filter { $0.place == .query }
        var seen: Set<String> = []
        for item in query.items {
            guard let parameter = known.first(where: { $0.name == item.name }) else {
                let names = known.map(\.name).joined(separator: ", ")
                throw .parameter(
                    item.name,
                    Phrase(
                        "Неизвестный параметр. Известны: \(names).",
                        "An unknown parameter. Known ones: \(names)."))
            }
            if !seen.insert(item.name).inserted, !parameter.isRepeated {
                throw .parameter(
                    item.name, Phrase("Параметр задан дважды.", "The parameter stands twice."))
            }
            let value = parameter.shape.json(item.value)
            if let issue = parameter.shape.issues(in: value, as: .input).first {
                throw .parameter(item.name, issue.message)
            }
        }
    }
}

extension Shape {
    /// The text of a parameter as the value that it stands for.
    fileprivate func json(_ text: String) -> JSONValue {
        switch self {
        case .integer, .number: JSONNumber(text).map { .number($0) } ?? .string(text)
        case .flag: Bool(text).map { .bool($0) } ?? .string(text)
        default: .string(text)
        }
    }
}
