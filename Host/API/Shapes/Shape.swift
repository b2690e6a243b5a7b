import Access
import JSON

/// The form of a JSON value.
///
/// Bodies are checked against the same shapes that the OpenAPI document is generated from, so that
/// the two cannot differ.
indirect enum Shape: Sendable {
    /// Text of so many characters.
    case text(ClosedRange<Int>)
    /// Text of a fixed form.
    case form(TextForm)
    /// One of some symbols.
    case choice([String])
    case integer(ClosedRange<Int64>)
    case number(ClosedRange<Double>)
    case flag
    case list(Shape, ClosedRange<Int>)
    case object(ObjectShape)
    /// Members of any name, each of one shape.
    case map(Shape)
    /// The value, or null.
    case nullable(Shape)
    /// Anything, with words that say what it is.
    case anything(Phrase)

    /// Text of at most so many characters.
    static func text(upTo longest: Int) -> Shape { .text(0...longest) }

    /// A list of any length that a page or a body can hold.
    static func list(_ shape: Shape) -> Shape { .list(shape, 0...100_000) }
}

/// An object with named members and no others.
struct ObjectShape: Sendable {
    /// The name under which the OpenAPI document keeps it; nil writes it out where it is used.
    let name: String?
    let fields: [Field]

    init(_ name: String?, _ fields: [Field]) {
        self.name = name
        self.fields = fields
    }

    /// The members that a caller sends.
    var inputs: [Field] { fields.filter { $0.use != .output } }

    /// The members that the host answers.
    var outputs: [Field] { fields.filter { $0.use != .input } }
}

/// One member of an object.
struct Field: Sendable {
    /// Which way the member travels.
    enum Use: Sendable {
        case both, input, output
    }

    let name: String
    let shape: Shape
    let use: Use
    /// Whether a caller must send it.
    let isRequired: Bool
    let note: Phrase

    init(
        _ name: String, _ shape: Shape, use: Use = .both, required: Bool = false,
        _ note: Phrase
    ) {
        self.name = name
        self.shape = shape
        self.use = use
        isRequired = required
        self.note = note
    }

    /// A member that the host alone decides.
    static func output(_ name: String, _ shape: Shape, _ note: Phrase) -> Field {
        Field(name, shape, use: .output, note)
    }

    /// A member that a caller must send.
    static func required(_ name: String, _ shape: Shape, _ note: Phrase) -> Field {
        Field(name, shape, required: true, note)
    }
}

/// Who reads or writes a shape.
enum ShapeUse: Sendable {
    /// A whole thing that a caller sends.
    case input
    /// Some members of a thing that exists already.
    case patch
    /// What the host answers.
    case output
}
