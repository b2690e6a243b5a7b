import JSON

/// What handlers read from a request; what is wrong with it becomes a problem by itself.
extension Call {
    /// A parameter of the path, as a type.
    ///
    /// - Parameters:
    ///   - name: A name in the route's pattern.
    ///   - type: What its text is read as.
    /// - Returns: The value.
    /// - Throws: 400 `invalid_parameter` when the text is no such value.
    package func parameter<Value: LosslessStringConvertible>(
        _ name: String, as type: Value.Type = String.self
    ) throws(Problem) -> Value {
        guard let text = pathParameters[name], let value = Value(text) else {
            throw .invalidParameter(name)
        }
        return value
    }

    /// A parameter of the query, as a type.
    ///
    /// - Parameters:
    ///   - name: Its name.
    ///   - type: What its text is read as.
    /// - Returns: The value, or nil when the query does not have it.
    /// - Throws: 400 `invalid_parameter` when the text is no such value.
    package func queryValue<Value: LosslessStringConvertible>(
        _ name: String, as type: Value.Type = String.self
    ) throws(Problem) -> Value? {
        guard let text = query[name] else { return nil }
        guard let value = Value(text) else { throw .invalidParameter(name) }
        return value
    }

    /// The body as JSON.
    ///
    /// - Returns: The document.
    /// - Throws: 415 when `Content-Type` names something else, 400 `invalid_json` with the place of the error.
    package func json() throws(Problem) -> JSONValue {
        if let type = request.headers["content-type"], !Self.isJSON(type) {
            throw Problem(
                .unsupportedMediaType, "unsupported_media_type",
                LocalizedText("The body has to be JSON.", ru: "Тело запроса должно быть JSON."))
        }
        guard case .bytes(let bytes) = request.body else { throw .notCollected }
        do throws(JSONError) {
            return try JSONValue(parsing: bytes)
        } catch {
            throw .invalidJSON(error)
        }
    }

    /// The body as a stream, however it is delivered.
    package var bodyStream: BodyStream {
        switch request.body {
        case .stream(let stream): stream
        case .bytes(let bytes): BodyStream(of: bytes)
        }
    }

    private static func isJSON(_ type: String) -> Bool {
        let essence = type.split(separator: ";").first?.trimmingBlanks.lowercased() ?? ""
        return essence == "application/json"
            || (essence.hasPrefix("application/") && essence.hasSuffix("+json"))
    }
}

extension Problem {
    /// A parameter of the path, the query or the header that cannot be read.
    ///
    /// - Parameters:
    ///   - name: The parameter.
    ///   - expected: What it should be.
    /// - Returns: 400 `invalid_parameter`.
    package static func invalidParameter(
        _ name: String, expected: LocalizedText? = nil
    ) -> Problem {
        let message =
            expected
            ?? LocalizedText("This is no valid value.", ru: "Недопустимое значение.")
        return Problem(
            .badRequest, "invalid_parameter",
            LocalizedText(
                "The parameter \(name) is not valid.", ru: "Параметр \(name) задан неверно."),
            errors: [FieldError(name, message)])
    }

    /// A body that is not JSON.
    package static func invalidJSON(_ error: JSONError) -> Problem {
        Problem(
            .badRequest, "invalid_json",
            LocalizedText("The body is not valid JSON.", ru: "Тело запроса не является JSON."),
            detail: LocalizedText(
                "\(error)", ru: "Строка \(error.line), столбец \(error.column): \(error.reason)"))
    }

    /// A handler asked for the bytes of a streamed body: a mistake in the route table.
    static let notCollected = Problem(
        .internalServerError, "internal",
        LocalizedText("The host has made a mistake.", ru: "Внутренняя ошибка хоста."))
}
