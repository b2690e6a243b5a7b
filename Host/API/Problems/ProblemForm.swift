import Access
import JSON

/// The body of a refused request (RFC 9457).
enum ProblemForm {
    static let mediaType = "application/problem+json"

    static let shape = ObjectShape(
        "Problem",
        [
            .output(
                "type", .text(upTo: 200),
                Phrase("Ссылка на описание кода.", "Where the code is described.")),
            .output("title", .text(upTo: 500), Phrase("Что не так.", "What is wrong.")),
            .output("status", .integer(400...599), Phrase("Код HTTP.", "The HTTP status.")),
            .output(
                "code", .choice(ProblemCode.allCases.map(\.rawValue)),
                Phrase("Неизменный код ошибки.", "The stable code.")),
            .output(
                "detail", .text(upTo: 2_000),
                Phrase("Подробности и что делать.", "Details, and what to do.")),
            .output(
                "errors", .list(.object(issue)),
                Phrase("Все ошибочные поля.", "Every field at fault.")),
        ])

    private static let issue = ObjectShape(
        "ProblemField",
        [
            .output(
                "pointer", .text(upTo: 2_000),
                Phrase("Указатель JSON на поле тела.", "The JSON pointer into the body.")),
            .output(
                "parameter", .text(upTo: 200),
                Phrase("Имя параметра запроса.", "The name of a parameter.")),
            .output("header", .text(upTo: 200), Phrase("Имя заголовка.", "The name of a header.")),
            .output("message", .text(upTo: 2_000), Phrase("Что не так.", "What is wrong.")),
        ])
}

extension Failure {
    /// The problem in one language.
    func body(in language: Language) -> JSONValue {
        var object: JSONObject = [
            "type": .string("/docs#problem-" + code.rawValue),
            "title": .string(code.title[language]),
            "status": JSONValue(code.status),
            "code": .string(code.rawValue),
        ]
        if let detail { object["detail"] = .string(detail[language]) }
        if !issues.isEmpty {
            object["errors"] = .array(issues.prefix(Self.mostIssues).map { $0.json(language) })
        }
        return .object(object)
    }

    /// More faults than this are not listed: a file of the wrong kind has one in every row.
    private static let mostIssues = 200
}

extension Issue {
    fileprivate func json(_ language: Language) -> JSONValue {
        var object = JSONObject()
        switch place {
        case .body(let pointer): object["pointer"] = .string(pointer.description)
        case .parameter(let name): object["parameter"] = .string(name)
        case .header(let name): object["header"] = .string(name)
        }
        object["message"] = .string(message[language])
        return .object(object)
    }
}
