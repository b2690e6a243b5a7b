import Access
import JSON
import Store
import Values

extension Field {
    /// The identifier of a thing.
    static let id = Field.output(
        "id", .form(.id), Phrase("Идентификатор.", "The identifier."))

    /// The revision of a thing that can be edited.
    static let revision = Field.output(
        "revision", .integer(1...Int64.max),
        Phrase(
            "Номер редакции; он же ETag.", "Grows with each change; the ETag is the same number."))

    /// When a thing was made.
    static let createdAt = Field.output(
        "createdAt", .form(.time), Phrase("Когда создано.", "When it was made."))
}

extension JSONValue {
    /// An identifier.
    init(_ id: UUID) { self = .string(id.description) }

    /// An identifier, or null.
    init(_ id: UUID?) { self = id.map { .string($0.description) } ?? .null }

    /// A text, or null.
    init(orNull text: String?) { self = text.map { .string($0) } ?? .null }

    /// A number, or null.
    init(orNull number: Double?) {
        self = number.flatMap { JSONNumber($0) }.map { .number($0) } ?? .null
    }

    /// An instant of the host's clock, in UTC.
    init(_ moment: Moment) {
        self = .string(Timestamp(milliseconds: moment.milliseconds).rfc3339)
    }

    /// An instant of the host's clock, or null.
    init(_ moment: Moment?) { self = moment.map { JSONValue($0) } ?? .null }

    /// A list of texts.
    init(texts: some Sequence<String>) { self = .array(texts.map { .string($0) }) }
}
