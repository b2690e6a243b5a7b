import Access
import HTTP
import JSON
import Store

/// The archives of measurements.
enum ArchiveResource {
    /// Whoever may read stored data has to know the archives that it lies in.
    private static let reading = Requirement.any([.readDatastoreArchive, .readDatastore])

    static let endpoints: [Endpoint] = [
        .host(.get, "/archives", reading, listForm, list),
        .host(.get, "/archives/{archive}", reading, readForm, read),
        .host(
            .put, "/archives/{archive}", .permission(.writeDatastoreArchive), replaceForm, edit),
        .host(
            .patch, "/archives/{archive}", .permission(.writeDatastoreArchive), editForm, edit),
    ]

    private static let shape = ObjectShape(
        "Archive",
        [
            .output("id", .text(upTo: 64), Phrase("Обозначение.", "The symbol.")),
            .revision,
            .output(
                "category", .choice(Archive.Category.allCases.map(\.rawValue)),
                Phrase("Что в нём хранится.", "What it holds.")),
            .required("nameRu", .text(1...200), Phrase("Имя по-русски.", "The Russian name.")),
            .required("nameEn", .text(1...200), Phrase("Имя по-английски.", "The English name.")),
            .required(
                "isActive", .flag,
                Phrase(
                    "Записывается ли собранное.", "Whether what is collected for it is written.")),
            .required(
                "retentionSeconds", .integer(86_400...3_153_600_000),
                Phrase("Сколько хранить, с.", "How long records are kept, in seconds.")),
            .required(
                "keepsForever", .flag, Phrase("Хранить всегда.", "Whether they are kept for ever.")
            ),
        ])

    private static let one = EndpointForm.Outcome.json(
        .object(shape), Phrase("Архив.", "The archive."))
    private static let listForm = EndpointForm(
        id: "listArchives", tag: .archives, summary: Phrase("Архивы.", "Lists archives."),
        answers: [ListForm.whole(shape)])
    private static let readForm = EndpointForm(
        id: "readArchive", tag: .archives, summary: Phrase("Архив.", "Reads an archive."),
        answers: [one])
    private static let replaceForm = EndpointForm(
        id: "replaceArchive", tag: .archives,
        summary: Phrase("Заменить настройки архива.", "Replaces an archive's settings."),
        parameters: [ListForm.ifMatch], body: .init(.object(shape)), answers: [one])
    private static let editForm = EndpointForm(
        id: "editArchive", tag: .archives,
        summary: Phrase("Изменить настройки архива.", "Changes an archive's settings."),
        parameters: [ListForm.ifMatch], body: .patch(shape), answers: [one])

    @Sendable private static func list(_ call: Call) async throws(Failure) -> Answer {
        let archives = try await call.read { (snapshot) throws(StoreError) in
            try snapshot.archives(nil)
        }
        return .whole(archives, render)
    }

    @Sendable private static func read(_ call: Call) async throws(Failure) -> Answer {
        let archive = try await find(call)
        return .json(.object(render(archive))).tagged(archive.revision)
    }

    @Sendable private static func edit(_ call: Call) async throws(Failure) -> Answer {
        let (caller, expected) = (try call.caller, try call.expectedRevision)
        let current = try await find(call)
        let input = try Edit.input(call, shape, current: render(current))
        var wanted = current
        wanted.nameRussian = input.text("nameRu")
        wanted.nameEnglish = input.text("nameEn")
        wanted.isActive = input.flag("isActive")
        wanted.retentionSeconds = Int64(input.integer("retentionSeconds"))
        wanted.keepsForever = input.flag("keepsForever")
        let stored = try await call.storing(wanted) { (transaction, wanted) throws(StoreError) in
            try transaction.update(wanted, expecting: expected ?? current.revision)
            try caller.note(.archiveUpdated, ["archive": .string(wanted.id)], in: transaction)
            return try transaction.archive(wanted.id)
        }
        return .json(.object(render(stored))).tagged(stored.revision)
    }

    private static func find(_ call: Call) async throws(Failure) -> Archive {
        let id = call.pathParameters[PathParameter.archive.rawValue] ?? ""
        return try await call.read { (snapshot) throws(StoreError) in try snapshot.archive(id) }
    }

    private static func render(_ archive: Archive) -> JSONObject {
        [
            "id": .string(archive.id), "revision": JSONValue(archive.revision),
            "category": .string(archive.category.rawValue),
            "nameRu": .string(archive.nameRussian), "nameEn": .string(archive.nameEnglish),
            "isActive": .bool(archive.isActive),
            "retentionSeconds": JSONValue(archive.retentionSeconds),
            "keepsForever": .bool(archive.keepsForever),
        ]
    }
}
