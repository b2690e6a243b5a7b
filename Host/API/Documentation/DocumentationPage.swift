import Access
import HTTP

/// The page of the API for people, written from the route table: no script, nothing from elsewhere.
enum DocumentationPage {
    /// Writes the page.
    ///
    /// - Parameters:
    ///   - endpoints: The table.
    ///   - version: The product's version.
    ///   - language: The reader's.
    /// - Returns: HTML in UTF-8.
    static func bytes(
        _ endpoints: [Endpoint], version: String, _ language: Language
    ) -> [UInt8] {
        var page = PageWriter(language: language)
        page.begin(title: "Commline \(version)")
        page.paragraph(introduction)
        page.contents(of: endpoints)
        for tag in Tag.allCases {
            let own = endpoints.filter { $0.form.tag == tag && !$0.isShorter }
            guard !own.isEmpty else { continue }
            page.heading(tag.label, id: tag.rawValue)
            for endpoint in own { page.endpoint(endpoint) }
        }
        page.problems()
        page.permissions()
        page.end()
        return Array(page.html.utf8)
    }

    private static let introduction = Phrase(
        """
        Ответы — JSON, описание для программ — /openapi.json. Войдите (POST /api/v1/sessions) и \
        передавайте ключ в заголовке Authorization: Bearer. Пути с /projects/{project} работают и \
        без этой части, если вы состоите в одном проекте. Для PUT нужен заголовок If-Match с ETag \
        прочитанной записи; PATCH — слияние по RFC 7396. Ошибки — application/problem+json с \
        неизменным code и указателями на ошибочные поля.
        """,
        """
        Answers are JSON; /openapi.json describes them to programs. Log in (POST /api/v1/sessions) \
        and send the token in the header Authorization: Bearer. Paths with /projects/{project} work \
        without that part too, for who is in one project only. PUT needs If-Match with the ETag of \
        what was read; PATCH is a merge (RFC 7396). Errors are application/problem+json with a \
        stable code and pointers to the members at fault.
        """)
}

extension Endpoint {
    /// Whether it is the shorter one of two addresses.
    fileprivate var isShorter: Bool {
        scope == .project && !pattern.parameterNames.contains(PathParameter.project.rawValue)
    }
}

/// Writes HTML.
private struct PageWriter {
    let language: Language
    private(set) var html = ""

    init(language: Language) {
        self.language = language
    }

    mutating func begin(title: String) {
        html += """
            <!DOCTYPE html>
            <html lang="\(language.rawValue)"><head><meta charset="utf-8">
            <meta name="viewport" content="width=device-width">
            <title>\(escaped(title))</title><style>
            body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}
            code{font-family:ui-monospace,monospace}h3{margin:2rem 0 .2rem}
            table{border-collapse:collapse;width:100%;margin:.5rem 0}
            td,th{border:1px solid #8886;padding:.2rem .5rem;text-align:left;vertical-align:top}
            .m{display:inline-block;min-width:4.5rem;font-weight:600}
            .p{color:#777}nav a{margin-right:1rem}
            :root{color-scheme:light dark}
            </style></head><body><h1>\(escaped(title))</h1>

            """
    }

    mutating func end() { html += "</body></html>\n" }

    mutating func paragraph(_ phrase: Phrase) {
        html += "<p>\(escaped(phrase[language]))</p>\n"
    }

    mutating func heading(_ phrase: Phrase, id: String) {
        html += "<h2 id=\"\(id)\">\(escaped(phrase[language]))</h2>\n"
    }

    mutating func contents(of endpoints: [Endpoint]) {
        html += "<nav>"
        for tag in Tag.allCases where endpoints.contains(where: { $0.form.tag == tag }) {
            html += "<a href=\"#\(tag.rawValue)\">\(escaped(tag.label[language]))</a> "
        }
        html += "</nav>\n"
    }

    mutating func endpoint(_ endpoint: Endpoint) {
        let form = endpoint.form
        html += "<h3 id=\"\(form.id)\"><span class=\"m\">\(endpoint.method)</span>"
        html += "<code>\(escaped(endpoint.pattern.description))</code></h3>\n"
        html += "<p>\(escaped(form.summary[language]))<br>"
        html += "<span class=\"p\">\(escaped(endpoint.requirement.phrase[language]))</span></p>\n"
        rows(form.parameters.map { ($0.name, $0.shape.words(in: language), $0.note[language]) })
        if let body = form.body { fields(of: body.shape, as: body.use, Words.body) }
        for answer in form.answers {
            html += "<p><b>\(answer.status)</b> \(escaped(answer.note[language]))</p>\n"
            if let content = answer.contents.first {
                fields(of: content.shape, as: .output, Words.answer)
            }
        }
    }

    /// The members of an object, one level deep.
    private mutating func fields(of shape: Shape, as use: ShapeUse, _ title: Phrase) {
        guard case .object(let object) = shape else { return }
        let fields = use == .output ? object.outputs : object.inputs
        html += "<details><summary>\(escaped(title[language])) "
        html += "<code>\(escaped(object.name ?? ""))</code></summary>\n"
        rows(
            fields.map { field in
                let mark = use == .input && field.isRequired ? " *" : ""
                return (field.name + mark, field.shape.words(in: language), field.note[language])
            })
        html += "</details>\n"
    }

    private mutating func rows(_ rows: [(String, String, String)]) {
        guard !rows.isEmpty else { return }
        html += "<table>"
        for (name, kind, note) in rows {
            html += "<tr><td><code>\(escaped(name))</code></td><td>\(escaped(kind))</td>"
            html += "<td>\(escaped(note))</td></tr>"
        }
        html += "</table>\n"
    }

    mutating func problems() {
        heading(Words.problems, id: "problems")
        rows(
            ProblemCode.allCases.map { code in
                (code.rawValue, String(code.status), code.title[language])
            })
    }

    mutating func permissions() {
        heading(Words.permissions, id: "permissions")
        rows(
            Permission.allCases.map { permission in
                (
                    permission.symbol, permission.isOurs ? "Commline" : "ceHES",
                    permission.label[language]
                )
            })
    }

    private func escaped(_ text: String) -> String {
        text.reduce(into: "") { result, character in
            switch character {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            default: result.append(character)
            }
        }
    }

    private enum Words {
        static let body = Phrase("Тело", "Body")
        static let answer = Phrase("Ответ", "Answer")
        static let problems = Phrase("Коды ошибок", "Codes of problems")
        static let permissions = Phrase("Разрешения", "Permissions")
    }
}

extension Shape {
    /// What a person calls the shape.
    fileprivate func words(in language: Language) -> String {
        switch self {
        case .text: Phrase("текст", "text")[language]
        case .form(let form): form.rawValue
        case .choice(let symbols):
            symbols.count > 12
                ? Phrase("обозначение", "a symbol")[language] : symbols.joined(separator: " | ")
        case .integer: Phrase("целое", "whole number")[language]
        case .number: Phrase("число", "number")[language]
        case .flag: "true | false"
        case .list(let element, _): "[" + element.words(in: language) + "]"
        case .object(let object): object.name ?? "{…}"
        case .map(let element): "{ …: " + element.words(in: language) + " }"
        case .nullable(let shape): shape.words(in: language) + " | null"
        case .anything: Phrase("любое", "anything")[language]
        }
    }
}
