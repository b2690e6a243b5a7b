import Access
import HTTP

/// The body of a refused request (RFC 9457).
enum ProblemForm {
    static let shape = ObjectShape(
        "Problem",
        [
            .output("type", .text(upTo: 200), Phrase("URN кода.", "The URN of the code.")),
            .output("title", .text(upTo: 500), Phrase("Что не так.", "What is wrong.")),
            .output("status", .integer(400...599), Phrase("Код HTTP.", "The HTTP status.")),
            .output(
                "code", .text(upTo: 100), Phrase("Неизменный код ошибки.", "The stable code.")),
            .output(
                "detail", .text(upTo: 2_000),
                Phrase("Подробности и что делать.", "Details, and what to do.")),
            .output(
                "errors", .list(.object(issue)),
                Phrase("Все ошибочные поля.", "Every value at fault.")),
        ])

    private static let issue = ObjectShape(
        "ProblemField",
        [
            .output(
                "pointer", .text(upTo: 2_000),
                Phrase(
                    "Указатель JSON на поле тела или имя параметра.",
                    "The JSON pointer into the body, or the name of a parameter.")),
            .output("message", .text(upTo: 2_000), Phrase("Что не так.", "What is wrong.")),
        ])
}

extension Failure {
    /// More faults than this are not listed: a file of the wrong kind has one in every row.
    private static let mostIssues = 200

    /// The failure as the server answers it.
    var problem: Problem {
        Problem(
            HTTPStatus(code.status), code.rawValue, code.title.localized,
            detail: detail?.localized,
            errors: issues.prefix(Self.mostIssues).map {
                Problem.FieldError($0.place.text, $0.message.localized)
            }, headers: headers)
    }
}

extension Issue.Place {
    /// The pointer, or the name of the parameter or header.
    var text: String {
        switch self {
        case .body(let pointer): pointer.description
        case .parameter(let name), .header(let name): name
        }
    }
}

extension Phrase {
    /// The text as the server takes it.
    var localized: LocalizedText { LocalizedText(en, ru: ru) }

    /// The text in one language.
    subscript(language: Language) -> String {
        switch language {
        case .english: en
        case .russian: ru
        }
    }
}
