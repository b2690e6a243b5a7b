import Access
import Store
import Values

/// A member of a list's rows that callers can filter and perhaps sort by.
struct ListColumn<Field: QueryField>: Sendable {
    /// How a value in a filter is read.
    enum Kind: Sendable {
        case text, integer, flag, id, time
        /// One of some symbols.
        case symbols([String])
        /// One of some symbols, as the API writes them and as the store does.
        case mapped([String: String])
    }

    /// The name of the member.
    let name: String
    let field: Field
    let kind: Kind

    init(_ name: String, _ field: Field, _ kind: Kind) {
        self.name = name
        self.field = field
        self.kind = kind
    }

    /// Reads one value of a filter.
    ///
    /// - Returns: Nil when the text is not of the column's kind.
    func value(_ text: String) -> FieldValue? {
        if text == "null" { return .null }
        switch kind {
        case .text: return .text(text)
        case .integer: return Int64(text).map { .integer($0) }
        case .flag: return Bool(text).map { .flag($0) }
        case .id: return UUID(text).map { .id($0) }
        case .time:
            return Timestamp(rfc3339: text).map {
                .moment(Moment(milliseconds: $0.milliseconds))
            }
        case .symbols(let symbols): return symbols.contains(text) ? .text(text) : nil
        case .mapped(let symbols): return symbols[text].map { .text($0) }
        }
    }

    /// What a value of the column looks like.
    var expectation: Phrase {
        switch kind {
        case .text: Phrase("текст", "text")
        case .integer: Phrase("целое число", "a whole number")
        case .flag: Phrase("true или false", "true or false")
        case .id: Phrase("идентификатор", "an identifier")
        case .time: Phrase("время RFC 3339", "an RFC 3339 time")
        case .symbols(let symbols):
            Phrase(symbols.joined(separator: ", "), symbols.joined(separator: ", "))
        case .mapped(let symbols):
            Phrase(
                symbols.keys.sorted().joined(separator: ", "),
                symbols.keys.sorted().joined(separator: ", "))
        }
    }
}
