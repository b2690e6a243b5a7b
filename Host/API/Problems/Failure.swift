import Access
import HTTP

/// Why a request is refused: what becomes the answer of type `application/problem+json`.
struct Failure: Error, Sendable {
    let code: ProblemCode
    /// What exactly is wrong here and what to do; nil where the title says it all.
    var detail: Phrase?
    /// Every value of the request that is at fault.
    var issues: [Issue] = []
    /// What the log tells and the caller does not need to know; it holds no secret.
    var cause: String?
    /// Headers beside the problem, as `Retry-After`.
    var headers: HeaderFields = [:]

    init(
        _ code: ProblemCode, _ detail: Phrase? = nil, issues: [Issue] = [],
        headers: HeaderFields = [:]
    ) {
        self.code = code
        self.detail = detail
        self.issues = issues
        self.headers = headers
    }

    /// A body that does not have the form it should.
    static func invalidBody(_ issues: [Issue]) -> Failure {
        Failure(.invalidBody, issues: issues)
    }

    /// A parameter of the path or the query.
    static func parameter(_ name: String, _ message: Phrase) -> Failure {
        Failure(.invalidParameter, issues: [Issue(.parameter(name), message)])
    }
}
