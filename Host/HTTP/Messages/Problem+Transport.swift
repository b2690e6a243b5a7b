/// The problems that the server itself finds.
extension Problem {
    /// The bytes are no request.
    init(_ error: HTTPParseError) {
        self.init(
            error.status, error.code,
            LocalizedText("The request is not valid HTTP.", ru: "Запрос не соответствует HTTP."))
    }

    /// Nothing is at the path, or the caller may not know that something is.
    package static let notFound = Problem(
        .notFound, "not_found",
        LocalizedText("There is nothing at this path.", ru: "По этому пути ничего нет."))

    static let invalidPath = Problem(
        .badRequest, "invalid_path",
        LocalizedText("The path cannot be decoded.", ru: "Путь не удаётся декодировать."))

    static let invalidQuery = Problem(
        .badRequest, "invalid_query",
        LocalizedText("The query cannot be decoded.", ru: "Строку запроса не удаётся декодировать.")
    )

    static func methodNotAllowed(_ method: HTTPMethod, allowed: String) -> Problem {
        Problem(
            .methodNotAllowed, "method_not_allowed",
            LocalizedText(
                "This path does not take \(method).", ru: "Этот путь не принимает \(method)."),
            detail: LocalizedText("It takes \(allowed).", ru: "Он принимает \(allowed)."),
            headers: ["Allow": allowed])
    }

    static func methodNotImplemented(_ method: HTTPMethod) -> Problem {
        Problem(
            .notImplemented, "method_not_implemented",
            LocalizedText(
                "The method \(method) is not known here.", ru: "Метод \(method) здесь неизвестен."))
    }

    /// A body above the route's limit, in bytes.
    package static func contentTooLarge(limit: UInt64) -> Problem {
        Problem(
            .contentTooLarge, "content_too_large",
            LocalizedText("The body is too large.", ru: "Тело запроса слишком велико."),
            detail: LocalizedText(
                "At most \(limit) bytes are taken here.",
                ru: "Здесь принимается не более \(limit) байт."))
    }

    static let requestTimeout = Problem(
        .requestTimeout, "request_timeout",
        LocalizedText("The request came too slowly.", ru: "Запрос поступал слишком медленно."))

    static let tooManyConnections = Problem(
        .serviceUnavailable, "too_many_connections",
        LocalizedText(
            "The host has as many connections as it may have.",
            ru: "Число соединений с хостом достигло предела."),
        headers: ["Retry-After": "5"])

    /// The host has no room for more work; for `Work.Overloaded`.
    package static let overloaded = Problem(
        .serviceUnavailable, "overloaded",
        LocalizedText("The host has too much to do.", ru: "Хост перегружен."),
        headers: ["Retry-After": "5"])

    /// A client over its rate.
    ///
    /// - Parameter seconds: After which it may try again.
    /// - Returns: 429 with `Retry-After`.
    package static func tooManyRequests(retryAfter seconds: Int) -> Problem {
        Problem(
            .tooManyRequests, "too_many_requests",
            LocalizedText("Too many requests.", ru: "Слишком много запросов."),
            detail: LocalizedText(
                "Try again in \(seconds) s.", ru: "Повторите через \(seconds) с."),
            headers: ["Retry-After": String(seconds)])
    }

    /// The body of a request that could not be read to its end.
    package init(_ failure: BodyStream.Failure) {
        switch failure {
        case .disconnected:
            self.init(
                .badRequest, "disconnected",
                LocalizedText("The body is incomplete.", ru: "Тело запроса неполно."))
        case .malformed(let error): self.init(error)
        case .tooLarge(let limit): self = .contentTooLarge(limit: limit)
        case .timedOut: self = .requestTimeout
        }
    }
}
