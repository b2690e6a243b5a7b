import JSON

/// An error as a client sees it: `application/problem+json` (RFC 9457).
///
/// `code` is stable and for programs, `title` and `detail` are for people, in their language. `errors` names
/// every offending field of a body. Never a secret, never a stack trace.
package struct Problem: Error, Hashable, Sendable {
    /// One field that is wrong.
    package struct FieldError: Hashable, Sendable {
        /// The JSON pointer (RFC 6901) of the field in the body, or the name of a parameter.
        package let pointer: String
        package let message: LocalizedText

        package init(_ pointer: String, _ message: LocalizedText) {
            self.pointer = pointer
            self.message = message
        }
    }

    package var status: HTTPStatus
    /// What went wrong, for programs, for example `unknown_device`; it never changes its meaning.
    package var code: String
    /// What went wrong, in general.
    package var title: LocalizedText
    /// What went wrong this time, and what to do about it.
    package var detail: LocalizedText?
    package var errors: [FieldError]
    /// Fields that the response needs, such as `Retry-After` or `WWW-Authenticate`.
    package var headers: HeaderFields

    package init(
        _ status: HTTPStatus, _ code: String, _ title: LocalizedText,
        detail: LocalizedText? = nil, errors: [FieldError] = [], headers: HeaderFields = [:]
    ) {
        self.status = status
        self.code = code
        self.title = title
        self.detail = detail
        self.errors = errors
        self.headers = headers
    }

    /// The body, in a language.
    package func json(in language: Language) -> JSONValue {
        var members: JSONObject = [
            "type": .string("urn:commline:problem:\(code)"),
            "title": .string(title.text(in: language)),
            "status": JSONValue(status.code),
            "code": .string(code),
        ]
        if let detail { members["detail"] = .string(detail.text(in: language)) }
        if !errors.isEmpty {
            let fields = errors.map { error -> JSONValue in
                [
                    "pointer": .string(error.pointer),
                    "message": .string(error.message.text(in: language)),
                ]
            }
            members["errors"] = .array(fields)
        }
        return .object(members)
    }

    /// The response, in a language.
    package func response(in language: Language) -> HTTPResponse {
        var headers = self.headers
        headers.set("Content-Type", "application/problem+json")
        headers.set("Content-Language", language.rawValue)
        headers.set("Cache-Control", "no-store")
        return HTTPResponse(status, headers: headers, body: .bytes(json(in: language).bytes()))
    }
}
