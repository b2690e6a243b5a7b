import Access
import HTTP
import JSON
import Store
import Values

/// Brief journals as text to be kept in a file: of one device, or of all devices of a run.
enum JournalText {
    /// What the answers hold.
    static let contents: [(mediaType: String, shape: Shape)] = [
        ("text/plain", .text(upTo: .max))
    ]

    static let form = EndpointForm(
        id: "readRunJournal", tag: .runs,
        summary: Phrase(
            "Общий журнал запуска по всем устройствам, текстом.",
            "Reads the journals of all devices of a run as text."),
        answers: [.init(200, Phrase("Журнал.", "The journal."), contents)])

    /// The journal of one task.
    static func answer(_ call: Call, task id: UUID, in project: UUID) async throws(Failure)
        -> Answer
    {
        let task = try await call.read { (snapshot) throws(StoreError) in
            try snapshot.task(id, in: project)
        }
        let writer = Writer(call)
        return stream(named: "journal-\(id)") { (body) async throws(BodyWriter.Failure) in
            try await writer.write(task, to: body)
        }
    }

    /// The journals of all tasks of a run, one behind the other.
    @Sendable static func ofRun(_ call: Call) async throws(Failure) -> Answer {
        let (id, project) = (try call.id(.run), try call.project.id)
        let first = try await call.read { (snapshot) throws(StoreError) in
            try snapshot.tasks(ofRun: snapshot.run(id, in: project).id, ListQuery(limit: pageSize))
        }
        let writer = Writer(call)
        return stream(named: "journal-\(id)") { (body) async throws(BodyWriter.Failure) in
            var page = first
            while true {
                for task in page.items { try await writer.write(task, to: body) }
                guard let cursor = page.next else { return }
                page = try await writer.read { (snapshot) throws(StoreError) in
                    try snapshot.tasks(
                        ofRun: id, ListQuery(limit: pageSize, cursor: cursor))
                }
            }
        }
    }

    private static let pageSize = 200

    private static func stream(
        named name: String,
        _ produce: @escaping @Sendable (BodyWriter) async throws(BodyWriter.Failure) -> Void
    ) -> Answer {
        Answer(
            HTTPResponse(
                .ok,
                headers: [
                    "Content-Type": "text/plain; charset=utf-8", "Cache-Control": "no-store",
                    "Content-Disposition": "attachment; filename=\"\(name).txt\"",
                ], body: .stream(length: nil, produce)))
    }

    /// Writes journals page by page in the reader's language.
    private struct Writer: Sendable {
        private let store: Store
        private let texts: MessageTexts
        private let language: Language

        init(_ call: Call) {
            store = call.services.store
            texts = MessageTexts(call)
            language = call.language
        }

        func write(_ task: RunTask, to body: BodyWriter) async throws(BodyWriter.Failure) {
            let result = ExecutionForm.name(task.state, task.result)[language]
            let note = task.notes.map { texts.text($0.message) }.joined(separator: ";")
            var text = "=== \(task.serialNumber) (\(task.deviceType)): \(result)"
            text += note.isEmpty ? "\n" : "; \(Self.line(note))\n"
            var cursor: Cursor?
            repeat {
                let next = cursor
                let page = try await read { (snapshot) throws(StoreError) in
                    try snapshot.journal(ofTask: task.id, cursor: next)
                }
                for line in page.items {
                    let time = Timestamp(milliseconds: line.at.milliseconds).rfc3339
                    let message = Self.line(texts.text(line.message))
                    text += "\(time) [\(line.level)] \(message)\n"
                }
                try await body.write(text)
                text = ""
                cursor = page.next
            } while cursor != nil
        }

        func read<T: Sendable>(
            _ question: @escaping @Sendable (Snapshot) throws(StoreError) -> T
        ) async throws(BodyWriter.Failure) -> T {
            do throws(StoreError) {
                return try await store.read(question)
            } catch {
                // The reader must not take a part for the whole.
                throw .abandoned
            }
        }

        /// What a device or a driver said, on one line.
        private static func line(_ text: String) -> String {
            String(text.map { $0.isNewline ? " " : $0 })
        }
    }
}
