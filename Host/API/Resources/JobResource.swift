import Access
import HTTP
import JSON
import Store
import Values

/// Jobs of a project: what is collected or commanded, on what, and when.
enum JobResource {
    private static let reading = Requirement.permission(.readDataCollectionJob)
    private static let writing = Requirement.permission(.writeDataCollectionJob)

    static let endpoints: [Endpoint] = [
        Endpoint.project(.get, "/jobs", reading, listForm, list),
        Endpoint.project(.post, "/jobs", writing, addForm, add),
        Endpoint.project(.get, "/jobs/{job}", reading, readForm, read),
        Endpoint.project(.put, "/jobs/{job}", writing, replaceForm, edit),
        Endpoint.project(.patch, "/jobs/{job}", writing, editForm, edit),
        Endpoint.project(
            .delete, "/jobs/{job}", .permission(.deleteDataCollectionJob), removeForm, remove),
        Endpoint.project(.post, "/jobs/{job}/copy", writing, copyForm, copy),
    ].flatMap { $0 }

    // MARK: Forms

    static let one = EndpointForm.Outcome.json(
        .object(JobForm.shape), Phrase("Задача.", "The job."))

    private static let listForm = EndpointForm(
        id: "listJobs", tag: .jobs,
        summary: Phrase("Задачи сбора и управления.", "Lists jobs of collection and control."),
        parameters: ListForm.parameters(JobForm.columns, JobForm.rowShape),
        answers: [ListForm.answer(JobForm.rowShape)])
    private static let addForm = EndpointForm(
        id: "addJob", tag: .jobs,
        summary: Phrase(
            "Добавить задачу; её расписание выключено.", "Adds a job; its schedule is off."),
        body: .init(.object(JobForm.shape)),
        answers: [.json(.object(JobForm.shape), status: 201, Phrase("Добавлена.", "It is added."))]
    )
    private static let readForm = EndpointForm(
        id: "readJob", tag: .jobs, summary: Phrase("Задача.", "Reads a job."), answers: [one])
    private static let replaceForm = EndpointForm(
        id: "replaceJob", tag: .jobs, summary: Phrase("Заменить задачу.", "Replaces a job."),
        parameters: [ListForm.ifMatch], body: .init(.object(JobForm.shape)), answers: [one])
    private static let editForm = EndpointForm(
        id: "editJob", tag: .jobs, summary: Phrase("Изменить задачу.", "Changes a job."),
        parameters: [ListForm.ifMatch], body: .patch(JobForm.shape), answers: [one])
    private static let removeForm = EndpointForm(
        id: "deleteJob", tag: .jobs,
        summary: Phrase(
            "Удалить задачу; её запуски останутся под её именем.",
            "Deletes a job; its runs stay under its name."),
        parameters: [ListForm.ifMatch],
        answers: [.empty(Phrase("Задача удалена.", "It is deleted."))])
    private static let copyForm = EndpointForm(
        id: "copyJob", tag: .jobs,
        summary: Phrase(
            "Создать задачу на основе существующей; в теле — что изменить, хотя бы имя.",
            "Makes a job like this one; the body says what is different, such as the name."),
        body: .patch(JobForm.shape),
        answers: [.json(.object(JobForm.shape), status: 201, Phrase("Создана.", "It is made."))])

    // MARK: Handlers

    @Sendable private static func list(_ call: Call) async throws(Failure) -> Answer {
        let project = try call.project.id
        let request = try ListRequest(
            call.query, columns: JobForm.columns, shape: JobForm.rowShape)
        let page = try await call.read { (snapshot) throws(StoreError) in
            let page = try snapshot.jobs(in: project, request.query)
            var views: [JobView] = []
            for job in page.items { views.append(try JobView(job, snapshot)) }
            return Page(items: views, next: page.next, total: page.total)
        }
        let next = await call.services.jobs.nextStarts(of: page.items.map(\.job.id))
        return page.answer(fields: request.fields) {
            $0.render(next: next[$0.job.id], isRow: true)
        }
    }

    @Sendable private static func read(_ call: Call) async throws(Failure) -> Answer {
        try await show(try call.id(.job), call)
    }

    @Sendable private static func add(_ call: Call) async throws(Failure) -> Answer {
        let wanted = try await JobInput.read(call.members, keeping: nil, call)
        return try await insert(wanted, call)
    }

    @Sendable private static func copy(_ call: Call) async throws(Failure) -> Answer {
        let original = try await find(call)
        let shown = try await view(original.id, call).render(next: nil)
        var input = try Edit.input(call, JobForm.shape, current: shown).object
        if !call.members.has("name") {
            let name = String(original.name.prefix(180))
            input["name"] = .string(
                call.language == .russian ? name + " (копия)" : name + " (copy)")
        }
        let wanted = try await JobInput.read(Members(input), keeping: nil, call)
        return try await insert(wanted, call)
    }

    private static func insert(_ wanted: Job, _ call: Call) async throws(Failure) -> Answer {
        let (caller, project) = (try call.caller, try call.project)
        let stored = try await call.storing(wanted, references: JobForm.references) {
            (transaction, wanted) throws(StoreError) in
            var job = wanted
            job.id = transaction.newID()
            job.project = project.id
            job.user = caller.user.id
            job.created = transaction.now
            try transaction.insert(job)
            try note(job, "added", by: caller, transaction)
            return try transaction.job(job.id)
        }
        return try await show(stored.id, call, status: .created)
            .with("Location", call.location("/jobs/\(stored.id)"))
    }

    @Sendable private static func edit(_ call: Call) async throws(Failure) -> Answer {
        let (caller, expected) = (try call.caller, try call.expectedRevision)
        let current = try await find(call)
        let next = await call.services.jobs.nextStarts(of: [current.id])[current.id]
        let shown = try await view(current.id, call).render(next: next)
        let input = try Edit.input(call, JobForm.shape, current: shown)
        let wanted = try await JobInput.read(input, keeping: current, call)
        _ = try await call.storing(wanted, references: JobForm.references) {
            (transaction, wanted) throws(StoreError) in
            try transaction.update(wanted, expecting: expected ?? current.revision)
            try note(wanted, "updated", by: caller, transaction)
            return wanted
        }
        await call.services.jobs.refresh(wanted.id)
        return try await show(wanted.id, call)
    }

    @Sendable private static func remove(_ call: Call) async throws(Failure) -> Answer {
        let (caller, expected) = (try call.caller, try call.expectedRevision)
        let job = try await find(call)
        try await call.write { (transaction) throws(StoreError) in
            try transaction.deleteJob(job.id, expecting: expected)
            try note(job, "removed", by: caller, transaction)
        }
        await call.services.jobs.refresh(job.id)
        return .empty
    }

    // MARK: Common

    /// Finds the job that the path names.
    static func find(_ call: Call) async throws(Failure) -> Job {
        let (id, project) = (try call.id(.job), try call.project.id)
        return try await call.read { (snapshot) throws(StoreError) in
            try snapshot.job(id, in: project)
        }
    }

    /// Answers with a job as it is now.
    static func show(
        _ id: UUID, _ call: Call, status: HTTPStatus = .ok
    ) async throws(Failure) -> Answer {
        let view = try await view(id, call)
        let next = await call.services.jobs.nextStarts(of: [id])[id]
        return .json(.object(view.render(next: next)), status: status).tagged(view.job.revision)
    }

    private static func view(_ id: UUID, _ call: Call) async throws(Failure) -> JobView {
        let project = try call.project.id
        return try await call.read { (snapshot) throws(StoreError) in
            try JobView(try snapshot.job(id, in: project), snapshot)
        }
    }

    /// Writes into the audit what was done to a job.
    static func note(
        _ job: Job, _ what: String, by caller: Caller, _ transaction: Transaction
    ) throws(StoreError) {
        try caller.note(
            .configurationChanged,
            [
                "job": .string(job.id.description), "name": .string(job.name),
                "change": .string(what),
            ], project: job.project, in: transaction)
    }
}
