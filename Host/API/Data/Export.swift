import Access
import HTTP
import JSON
import Store

/// A column of an export: a member of the rows that the API shows.
struct ExportColumn: Sendable {
    /// The member's name.
    let name: String
    /// The header in both languages.
    let title: Phrase
    /// Whether the member holds a number as text.
    let isNumber: Bool

    init(_ name: String, _ ru: String, _ en: String, isNumber: Bool = false) {
        self.name = name
        title = Phrase(ru, en)
        self.isNumber = isNumber
    }

    /// The member's value as a cell.
    func cell(of row: JSONObject) -> CSV.Cell {
        switch row[name] {
        case nil, .null?: .empty
        case .string(let text)?: isNumber ? .number(text) : .text(text)
        case .number(let number)?: .number(number.text)
        case .bool(let flag)?: .text(flag ? "true" : "false")
        case .array(let elements)?:
            .text(elements.map { $0.string ?? $0.text() }.joined(separator: "; "))
        case let value?: .text(value.text())
        }
    }
}

/// The two formats of an export.
enum ExportFormat: String, CaseIterable, Sendable {
    case csv
    case jsonLines = "jsonl"

    var mediaType: String {
        switch self {
        case .csv: "text/csv"
        case .jsonLines: "application/jsonl"
        }
    }

    static let parameter = EndpointForm.Parameter(
        "format", .choice(allCases.map(\.rawValue)),
        Phrase(
            "csv (по умолчанию, UTF-8) или jsonl — строка JSON на запись.",
            "csv (by default, UTF-8), or jsonl, a line of JSON a row."))

    /// What an export answers.
    static let answers: [EndpointForm.Outcome] = [
        .init(
            200, Phrase("Все строки.", "All rows."),
            allCases.map { ($0.mediaType, .text(upTo: .max)) })
    ]
}

/// Streams all rows of a list: what is in memory is one page, however many there are.
struct Export: Sendable {
    /// Gives a page of rows from a place on.
    typealias Pages =
        @Sendable (Cursor?) async throws(StoreError) -> (
            rows: [JSONObject], next: Cursor?
        )

    /// The name of the file without its ending.
    let name: String
    let columns: [ExportColumn]
    let pages: Pages

    /// Rows of one page.
    static let pageSize = 1_000

    /// Makes the answer; the first page is read before it begins, so that a refusal is a problem.
    func answer(_ call: Call) async throws(Failure) -> Answer {
        let format = call.query["format"].flatMap(ExportFormat.init) ?? .csv
        let first: (rows: [JSONObject], next: Cursor?)
        do throws(StoreError) {
            first = try await pages(nil)
        } catch {
            throw Failure(error)
        }
        let language = call.language
        let response = HTTPResponse(
            .ok,
            headers: [
                "Content-Type": format.mediaType + (format == .csv ? "; charset=utf-8" : ""),
                "Content-Disposition": "attachment; filename=\"\(name).\(format.rawValue)\"",
                "Content-Language": language == .russian ? "ru" : "en",
                "Cache-Control": "no-store",
            ],
            body: .stream(length: nil) { (writer) async throws(BodyWriter.Failure) in
                try await write(first, format, language, writer)
            })
        return Answer(response)
    }

    private func write(
        _ first: (rows: [JSONObject], next: Cursor?), _ format: ExportFormat,
        _ language: Language, _ writer: BodyWriter
    ) async throws(BodyWriter.Failure) {
        var page = first
        var table = CSV()
        if format == .csv { table.append(columns.map { .text($0.title[language]) }) }
        while true {
            switch format {
            case .csv:
                for row in page.rows { table.append(columns.map { $0.cell(of: row) }) }
                try await writer.write(table.take())
            case .jsonLines:
                var bytes: [UInt8] = []
                for row in page.rows {
                    bytes += JSONValue.object(row).bytes()
                    bytes.append(0x0A)
                }
                try await writer.write(bytes)
            }
            guard let cursor = page.next else { return }
            do throws(StoreError) {
                page = try await pages(cursor)
            } catch {
                // The client must not take a part for the whole.
                throw .abandoned
            }
        }
    }
}

extension Export {
    /// An export of many devices' rows.
    init<Row>(
        name: String, columns: [ExportColumn], of paging: DevicePaging<Row>, from store: Store,
        _ render: @escaping @Sendable (Located<Row>) -> JSONObject
    ) {
        self.init(name: name, columns: columns) { (cursor) async throws(StoreError) in
            let page = try await paging.page(limit: Self.pageSize, cursor: cursor, from: store)
            return (page.items.map(render), page.next)
        }
    }
}
