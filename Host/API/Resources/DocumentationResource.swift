import Access
import HTTP

/// The OpenAPI document and the page that people read.
enum DocumentationResource {
    static let endpoints: [Endpoint] = [
        .root("/openapi.json", .open, openAPIForm, openAPI),
        .root("/docs", .open, pageForm, page),
    ]

    private static let openAPIForm: EndpointForm = {
        var form = EndpointForm(
            id: "readOpenAPI", tag: .host,
            summary: Phrase("Описание API (OpenAPI 3.1).", "Reads the description of the API."),
            answers: [
                .json(
                    .map(.anything(Phrase("Часть документа.", "A part of the document."))),
                    Phrase("Документ OpenAPI.", "The OpenAPI document."))
            ])
        form.isHeavy = true
        return form
    }()

    private static let pageForm: EndpointForm = {
        var form = EndpointForm(
            id: "readDocumentation", tag: .host,
            summary: Phrase("Описание API для людей.", "Shows the API to people."),
            answers: [
                .init(
                    200, Phrase("Страница.", "The page."),
                    [("text/html", .text(upTo: 10_000_000))])
            ])
        form.isHeavy = true
        return form
    }()

    @Sendable private static func openAPI(_ call: Call) async throws(Failure) -> Answer {
        Answer(
            HTTPResponse(
                .ok,
                headers: ["Content-Type": "application/json", "Cache-Control": "no-cache"],
                body: .bytes(call.services.documents.openAPIBytes)))
    }

    /// The page runs no script and loads nothing, so that it works offline and needs no trust.
    @Sendable private static func page(_ call: Call) async throws(Failure) -> Answer {
        Answer(
            HTTPResponse(
                .ok,
                headers: [
                    "Content-Type": "text/html; charset=utf-8",
                    "Content-Language": call.language.rawValue, "Vary": "Accept-Language",
                    "Cache-Control": "no-cache", "X-Content-Type-Options": "nosniff",
                    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",
                ], body: .bytes(call.services.documents.page(in: call.language))))
    }
}
