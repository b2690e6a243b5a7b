import HTTP
import JSON

/// What a handler answers.
struct Answer: Sendable {
    var response: HTTPResponse

    init(_ response: HTTPResponse) {
        self.response = response
    }

    /// An answer in JSON.
    static func json(_ value: JSONValue, status: HTTPStatus = .ok) -> Answer {
        Answer(.json(value, status: status, headers: ["Cache-Control": "no-store"]))
    }

    /// An answer that says no more than that it worked.
    static let empty = Answer(HTTPResponse(.noContent))

    /// The same answer with one more header.
    func with(_ name: String, _ value: String) -> Answer {
        var copy = self
        copy.response.headers.set(name, value)
        return copy
    }

    /// The same answer with the revision of what it shows.
    func tagged(_ revision: Int64) -> Answer { with("ETag", "\"\(revision)\"") }
}
