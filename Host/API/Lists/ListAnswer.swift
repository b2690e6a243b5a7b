import Access
import JSON
import Store

extension Page {
    /// The page as an answer, each row cut to the members that were asked for.
    func answer(
        fields: [String]?, _ render: (Element) -> JSONObject
    ) -> Answer {
        var body: JSONObject = [
            "items": .array(items.map { .object(render($0).only(fields)) }),
            "nextCursor": next.map { .string($0.text) } ?? .null,
        ]
        if let total { body["total"] = JSONValue(total) }
        return .json(.object(body))
    }
}

extension JSONObject {
    /// The object with these members alone, in the object's own order; nil leaves all.
    func only(_ names: [String]?) -> JSONObject {
        guard let names else { return self }
        return JSONObject(lazy.filter { names.contains($0.key) }.map { ($0.key, $0.value) })
    }
}

/// The parameters and answers that all lists share, for the OpenAPI document.
enum ListForm {
    /// The parameters of a list.
    ///
    /// - Parameters:
    ///   - columns: What can be filtered by.
    ///   - shape: What the rows look like.
    /// - Returns: The parameters in the order of the page.
    static func parameters<Field>(
        _ columns: [ListColumn<Field>], _ shape: ObjectShape
    ) -> [EndpointForm.Parameter] {
        let names = columns.map(\.name).joined(separator: ", ")
        let sortable = columns.filter(\.field.isSortable).map(\.name)
        var parameters = paging
        parameters.append(
            .init(
                "filter", .text(upTo: 4_000), repeated: true,
                Phrase(
                    "Условие поле:оператор:значение; операторы eq, ne, lt, le, gt, ge, contains; "
                        + "несколько значений через запятую; все условия должны выполняться. "
                        + "Поля: \(names).",
                    "A condition field:operator:value; operators eq, ne, lt, le, gt, ge, contains; "
                        + "several values with commas; all conditions must hold. Fields: \(names).")
            ))
        if !sortable.isEmpty {
            parameters.append(
                .init(
                    "sort", .choice(sortable.flatMap { [$0, "-" + $0] }),
                    Phrase(
                        "Порядок; с минусом — по убыванию. По умолчанию — порядок добавления.",
                        "The order; descending with a minus. By default the order of adding.")))
        }
        parameters.append(
            .init(
                "fields", .text(upTo: 1_000),
                Phrase(
                    "Какие поля показать, через запятую.",
                    "The members to show, with commas.")))
        return parameters
    }

    /// The parameters of every list that has pages.
    static let paging: [EndpointForm.Parameter] = [
        .init(
            "limit", .integer(1...Int64(Limits.page.upperBound)),
            Phrase("Строк на странице, по умолчанию 100.", "Rows of a page, 100 by default.")),
        .init(
            "cursor", .text(upTo: 1_000),
            Phrase("nextCursor предыдущей страницы.", "The nextCursor of the page before.")),
        .init(
            "total", .flag,
            Phrase("Показать ли общее число строк.", "Whether to count all rows.")),
    ]

    /// The condition of an edit.
    static let ifMatch = EndpointForm.Parameter(
        "If-Match", in: .header, .text(upTo: 64),
        Phrase(
            "ETag прочитанной записи; обязателен для PUT.",
            "The ETag of what was read; needed for PUT."))

    /// The answer of a list.
    static func answer(_ shape: ObjectShape) -> EndpointForm.Outcome {
        let rows: [Field] = [
            .output("items", .list(.object(shape)), Phrase("Строки.", "The rows.")),
            .output(
                "nextCursor", .nullable(.text(upTo: 1_000)),
                Phrase(
                    "Где начинается следующая страница; null в конце.",
                    "Where the next page begins; null at the end.")),
            .output(
                "total", .integer(0...Int64.max),
                Phrase("Общее число, если просили.", "The number of all rows, if asked for.")),
        ]
        return .json(
            .object(ObjectShape(shape.name.map { $0 + "Page" }, rows)),
            Phrase("Страница списка.", "A page of the list."))
    }
}

extension ListForm {
    /// The answer of a list that is always shown whole.
    static func whole(_ shape: ObjectShape) -> EndpointForm.Outcome {
        .json(
            .object(
                ObjectShape(
                    shape.name.map { $0 + "List" },
                    [
                        .output("items", .list(.object(shape)), Phrase("Строки.", "The rows.")),
                        .output(
                            "nextCursor", .nullable(.text(upTo: 1_000)),
                            Phrase("Всегда null.", "Always null: the list is whole.")),
                    ])), Phrase("Весь список.", "The whole list."))
    }
}

extension Answer {
    /// A list that is always shown whole.
    static func whole<Element>(
        _ elements: [Element], _ render: (Element) -> JSONObject
    ) -> Answer {
        .json([
            "items": .array(elements.map { .object(render($0)) }), "nextCursor": .null,
        ])
    }
}
