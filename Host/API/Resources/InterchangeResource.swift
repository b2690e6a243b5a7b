import Access
import HTTP
import JSON
import Store
import Values

/// Import and export of the document of ceHES, appendix 1.
enum InterchangeResource {
    static let endpoints: [Endpoint] = [
        Endpoint.project(.post, "/import", importers, importForm, importDocument),
        Endpoint.project(.get, "/export", .permission(.executeExport), exportForm, export),
    ].flatMap { $0 }

    /// An import changes all of these, so that it needs the permission of each.
    private static let importers = Requirement.all([
        .executeImport, .writeDevices, .writeDeviceGroups, .writeChannelSettings,
        .writeProtocolSettings, .writeDeviceCommline,
    ])

    private static let importForm: EndpointForm = {
        var form = EndpointForm(
            id: "importDocument", tag: .interchange,
            summary: Phrase(
                "Импортировать файл ceHES (приложение 1): всё или ничего.",
                "Imports a file of ceHES (appendix 1): all of it or nothing."),
            body: .init(Appendix1.shape, limit: Limits.importBody),
            answers: [
                .json(
                    .object(ImportSummary.shape), Phrase("Что изменилось.", "What has changed."))
            ])
        form.isHeavy = true
        return form
    }()

    private static let exportForm: EndpointForm = {
        var form = EndpointForm(
            id: "exportDocument", tag: .interchange,
            summary: Phrase(
                "Экспортировать проект в файл ceHES (приложение 1); в нём есть пароли.",
                "Exports a project as a file of ceHES (appendix 1); it holds passwords."),
            answers: [.json(Appendix1.shape, Phrase("Файл.", "The file."))])
        form.isHeavy = true
        return form
    }()

    @Sendable private static func importDocument(_ call: Call) async throws(Failure) -> Answer {
        let (caller, project) = (try call.caller, try call.project)
        let document = try Appendix1(call.body)
        let catalogue = call.services.catalogue()
        let check = ImportCheck(document: document, catalogue: catalogue)
        let own = check.issues()
        guard own.isEmpty else { throw .invalidBody(own) }
        let others = try await call.read { (snapshot) throws(StoreError) in
            try check.issues(in: project.id, snapshot)
        }
        guard others.isEmpty else { throw .invalidBody(others) }
        let importer = Importer(document: document, catalogue: catalogue, project: project.id)
        let summary = try await call.write { (transaction) throws(StoreError) in
            let summary = try importer.run(in: transaction)
            try caller.note(
                .imported, .object(summary.json), project: project.id, in: transaction)
            return summary
        }
        return .json(.object(summary.json))
    }

    @Sendable private static func export(_ call: Call) async throws(Failure) -> Answer {
        let (caller, project) = (try call.caller, try call.project)
        let document = try await call.read { (snapshot) throws(StoreError) in
            try Exporter.document(of: project.id, snapshot)
        }
        try await call.write { (transaction) throws(StoreError) in
            try caller.note(
                .exported, ["project": .string(project.name)], project: project.id,
                in: transaction)
        }
        let meta = Appendix1.Meta(
            appName: "Commline", appVersion: call.services.version,
            created: Timestamp(milliseconds: call.services.store.now.milliseconds))
        let response = HTTPResponse(
            .ok,
            headers: [
                "Content-Type": "application/json", "Cache-Control": "no-store",
                "Content-Disposition": "attachment; filename=\"commline-export.json\"",
            ], body: .bytes(document.bytes(meta: meta)))
        return Answer(response)
    }
}
