import JSON

/// What a handler answers.
struct Answer: Sendable {
    enum Content: Sendable {
        case none
        case json(JSONValue)
        /// Bytes of a media type.
        case bytes([UInt8], String)
        /// Pieces that come over time; see ``EventStream``.
        case stream(EventStream)
    }

    var status: Int
    var content: Content
    var headers: [(name: String, value: String)] = []

    /// An answer in JSON.
    static func json(_ value: JSONValue, status: Int = 200) -> Answer {
        Answer(status: status, content: .json(value))
    }

    /// An answer that says no more than that it worked.
    static let empty = Answer(status: 204, content: .none)

    /// The same answer with one more header.
    func with(_ name: String, _ value: String) -> Answer {
        var copy = self
        copy.headers.append((name, value))
        return copy
    }

    /// The same answer with the revision of what it shows.
    func tagged(_ revision: Int64) -> Answer { with("ETag", "\"\(revision)\"") }
}
