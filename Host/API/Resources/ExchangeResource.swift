import Access
import HTTP
import JSON
import Store
import Values

/// The extended journal of a task: every frame in both directions.
enum ExchangeResource {
    static let endpoints: [Endpoint] = Endpoint.project(
        .get, "/tasks/{task}/exchange",
        .all([.readDataCollectionJob, .readTasksExchange]), form, read)

    private static let shape = ObjectShape(
        "ExchangeLine",
        [
            .output("time", .form(.time), Phrase("Время.", "When.")),
            .output(
                "direction",
                .choice(["sent", "received", "connected", "disconnected", "info"]),
                Phrase("Направление.", "Which way, or what happened.")),
            .output("peer", .text(upTo: 300), Phrase("Другая сторона.", "The other end.")),
            .output("text", .text(upTo: 100_000), Phrase("Пояснение.", "A remark of the host.")),
            .output(
                "bytes", .text(upTo: 1_000_000),
                Phrase(
                    "Байты; секретные показаны как **.", "The bytes; secret ones are shown as **.")
            ),
            .output("length", .integer(0...Int64.max), Phrase("Число байтов.", "How many bytes.")),
        ])

    private static let form: EndpointForm = {
        let page = ListForm.answer(shape)
        return EndpointForm(
            id: "readExchange", tag: .runs,
            summary: Phrase(
                "Расширенный журнал задачи: JSON или text/plain по Accept.",
                "Reads a task's extended journal, as JSON or text/plain by Accept."),
            parameters: [
                .init(
                    "cursor", .text(upTo: 1_000),
                    Phrase("nextCursor предыдущей части.", "The nextCursor of the part before."))
            ],
            answers: [
                .init(
                    200, Phrase("Часть журнала.", "A part of the journal; text is whole."),
                    page.contents + [("text/plain", .text(upTo: 100_000_000))])
            ])
    }()

    @Sendable private static func read(_ call: Call) async throws(Failure) -> Answer {
        let (id, project) = (try call.id(.task), try call.project.id)
        let cursor = call.query["cursor"].map { Cursor(text: $0) }
        let page = try await call.read { (snapshot) throws(StoreError) in
            let task = try snapshot.task(id, in: project)
            return try snapshot.trace(ofTask: task.id, limit: 256 << 10, cursor: cursor)
        }
        guard call.wantsText else { return page.answer(fields: nil, render) }
        let store = call.services.store
        let first = page
        let response = HTTPResponse(
            .ok,
            headers: [
                "Content-Type": "text/plain; charset=utf-8", "Cache-Control": "no-store",
                "Content-Disposition": "attachment; filename=\"exchange-\(id).txt\"",
            ],
            body: .stream(length: nil) { (writer) async throws(BodyWriter.Failure) in
                try await write(first, ofTask: id, store, writer)
            })
        return Answer(response)
    }

    /// Writes the whole journal part by part, so that a long one is never in memory as a whole.
    private static func write(
        _ first: Page<TraceLine>, ofTask id: UUID, _ store: Store, _ writer: BodyWriter
    ) async throws(BodyWriter.Failure) {
        var page = first
        while true {
            try await writer.write(page.items.map(text).joined())
            guard let cursor = page.next else { return }
            do throws(StoreError) {
                page = try await store.read { (snapshot) throws(StoreError) in
                    try snapshot.trace(ofTask: id, limit: 256 << 10, cursor: cursor)
                }
            } catch {
                throw .abandoned
            }
        }
    }

    // MARK: Rendering

    private static func render(_ line: TraceLine) -> JSONObject {
        let isFrame = line.direction == .sent || line.direction == .received
        return [
            "time": JSONValue(line.wall), "direction": .string("\(line.direction)"),
            "peer": .string(line.peer),
            "text": .string(isFrame ? "" : String(decoding: line.bytes, as: UTF8.self)),
            "bytes": .string(isFrame ? hex(line) : ""),
            "length": JSONValue(isFrame ? line.bytes.count : 0),
        ]
    }

    /// One line of the text form, as `2026-11-21T09:00:00.123Z > 7E A0 0A`.
    private static func text(_ line: TraceLine) -> String {
        let time = Timestamp(milliseconds: line.wall.milliseconds).rfc3339
        let rest =
            switch line.direction {
            case .sent: "> " + hex(line)
            case .received: "< " + hex(line)
            case .connected: "* connected " + line.peer
            case .disconnected:
                "* disconnected " + line.peer + " " + String(decoding: line.bytes, as: UTF8.self)
            case .info: "* " + String(decoding: line.bytes, as: UTF8.self)
            }
        return time + " " + rest.filter { !$0.isNewline } + "\n"
    }

    private static let digits = Array("0123456789ABCDEF".utf8)

    /// The bytes in hexadecimal; blanked ones are stars, because their value is not theirs.
    private static func hex(_ line: TraceLine) -> String {
        var text: [UInt8] = []
        text.reserveCapacity(line.bytes.count * 3)
        for (index, byte) in line.bytes.enumerated() {
            if index > 0 { text.append(UInt8(ascii: " ")) }
            if line.blanked.contains(where: { $0.contains(index) }) {
                text += [UInt8(ascii: "*"), UInt8(ascii: "*")]
            } else {
                text += [digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: text, as: UTF8.self)
    }
}

extension Call {
    /// Whether the caller prefers text to JSON: it names `text/plain` and no JSON before it.
    var wantsText: Bool {
        for type in request.headers.list("accept") {
            let name = type.prefix { $0 != ";" }.lowercased()
            if name == "text/plain" || name == "text/*" { return true }
            if name == "application/json" || name == "*/*" { return false }
        }
        return false
    }
}
