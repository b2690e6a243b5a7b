import Access
import JSON

/// One thing that is wrong with a request, and where.
struct Issue: Hashable, Sendable {
    /// Where the fault is.
    enum Place: Hashable, Sendable {
        /// A value of the body.
        case body(JSONPointer)
        /// A parameter of the path or the query.
        case parameter(String)
        case header(String)
    }

    let place: Place
    let message: Phrase

    init(_ place: Place, _ message: Phrase) {
        self.place = place
        self.message = message
    }

    /// A fault in the body.
    static func body(_ pointer: JSONPointer, _ message: Phrase) -> Issue {
        Issue(.body(pointer), message)
    }
}

extension Phrase {
    /// A value that is none of those allowed; a long list is cut.
    static func allowed(_ values: [String]) -> Phrase {
        let shown = values.prefix(20).joined(separator: ", ")
        let more = values.count > 20 ? ", …" : ""
        return Phrase("Допустимые значения: \(shown)\(more).", "Allowed values: \(shown)\(more).")
    }
}
