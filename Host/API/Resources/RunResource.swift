import Access
import Dispatching
import HTTP
import JSON
import Store
import Values

/// Runs, their tasks and the journals of those.
enum RunResource {
    private static let reading = Requirement.permission(.readDataCollectionJob)

    static let endpoints: [Endpoint] = [
        Endpoint.project(.get, "/runs", reading, listForm, list),
        Endpoint.project(.get, "/runs/{run}", reading, readForm, read),
        Endpoint.project(
            .post, "/runs/{run}/cancel",
            .any([.writeSchedulerJobLaunches, .executeActionsRead]), cancelForm, cancel),
        Endpoint.project(.get, "/runs/{run}/tasks", reading, tasksForm, tasks),
        Endpoint.project(.get, "/runs/{run}/context", reading, contextForm, context),
        Endpoint.project(
            .get, "/runs/{run}/journal", reading, JournalText.form, JournalText.ofRun),
        Endpoint.project(.get, "/tasks/{task}", reading, taskForm, task),
        Endpoint.project(.get, "/tasks/{task}/journal", reading, journalForm, journal),
    ].flatMap { $0 }

    // MARK: Forms

    private static let listForm = EndpointForm(
        id: "listRuns", tag: .runs,
        summary: Phrase("Запуски, новые первыми.", "Lists runs, the newest first."),
        parameters: ListForm.parameters(RunForm.columns, RunForm.shape),
        answers: [ListForm.answer(RunForm.shape)])
    private static let readForm = EndpointForm(
        id: "readRun", tag: .runs, summary: Phrase("Запуск.", "Reads a run."),
        answers: [.json(.object(RunForm.shape), Phrase("Запуск.", "The run."))])
    private static let cancelForm = EndpointForm(
        id: "cancelRun", tag: .runs,
        summary: Phrase(
            "Отменить запуск: собственный, а с Write.Scheduler.JobLaunches — любой.",
            "Cancels a run of one's own, or any with Write.Scheduler.JobLaunches."),
        answers: [
            .json(
                .object(RunForm.shape), status: 202,
                Phrase("Отмена начата.", "The run is being cancelled."))
        ])
    private static let tasksForm = EndpointForm(
        id: "listTasks", tag: .runs, summary: Phrase("Задачи запуска.", "Lists a run's tasks."),
        parameters: ListForm.parameters(TaskForm.columns, TaskForm.shape),
        answers: [ListForm.answer(TaskForm.shape)])
    private static let contextForm = EndpointForm(
        id: "readRunContext", tag: .runs,
        summary: Phrase(
            "Контекст запуска: что читалось, каким оно было при старте.",
            "Reads a run's context: what was asked for, as it was at the start."),
        answers: [
            .json(
                .anything(Phrase("Контекст.", "The context.")),
                Phrase("Контекст.", "The context."))
        ])
    private static let taskForm = EndpointForm(
        id: "readTask", tag: .runs, summary: Phrase("Задача.", "Reads a task."),
        answers: [.json(.object(TaskForm.wholeShape), Phrase("Задача.", "The task."))])
    private static let journalForm = EndpointForm(
        id: "readJournal", tag: .runs,
        summary: Phrase(
            "Журнал задачи: JSON или text/plain по Accept.",
            "Reads a task's brief journal, as JSON or text/plain by Accept."),
        parameters: ListForm.paging.filter { $0.name != "total" },
        answers: [
            .init(
                200, Phrase("Часть журнала.", "A part of the journal; text is whole."),
                ListForm.answer(journalShape).contents + JournalText.contents)
        ])

    private static let journalShape = ObjectShape(
        "JournalLine",
        [
            .output("time", .form(.time), Phrase("Время.", "When.")),
            .output(
                "level", .choice(JournalLevel.allCases.map { "\($0)" }),
                Phrase("Уровень.", "The level.")),
            .output("message", .text(upTo: 10_000), Phrase("Сообщение.", "The message.")),
        ])

    // MARK: Handlers

    @Sendable private static func list(_ call: Call) async throws(Failure) -> Answer {
        try await list(call) { (snapshot, project, query) throws(StoreError) in
            try snapshot.runs(in: project, query)
        }
    }

    /// Answers a list of runs with who asked for them.
    static func list(
        _ call: Call,
        _ find:
            @escaping @Sendable (Snapshot, UUID, ListQuery<RunField>) throws(StoreError) -> Page<
                Run
            >
    ) async throws(Failure) -> Answer {
        let project = try call.project.id
        let request = try ListRequest(
            call.query, columns: RunForm.columns, shape: RunForm.shape, order: .newestFirst)
        let (page, names) = try await call.read { (snapshot) throws(StoreError) in
            let page = try find(snapshot, project, request.query)
            var names: [UUID: String] = [:]
            for user in Set(page.items.compactMap(\.user)) {
                names[user] = try snapshot.loginName(of: user)
            }
            return (page, names)
        }
        return page.answer(fields: request.fields) { run in
            RunForm.render(run, user: run.user.flatMap { names[$0] })
        }
    }

    @Sendable private static func read(_ call: Call) async throws(Failure) -> Answer {
        let (run, user) = try await find(call)
        return .json(.object(RunForm.render(run, user: user)))
    }

    @Sendable private static func cancel(_ call: Call) async throws(Failure) -> Answer {
        let (caller, project) = (try call.caller, try call.project)
        let run = try await find(call).run
        let mayCancelAny = caller.permissions.contains(.writeSchedulerJobLaunches)
        guard mayCancelAny || run.user == caller.user.id else {
            throw Failure(
                .permissionDenied,
                Phrase(
                    "Чужой запуск отменяет тот, у кого есть Write.Scheduler.JobLaunches.",
                    "Another one's run is cancelled with Write.Scheduler.JobLaunches."))
        }
        do throws(DispatchError) {
            try await call.services.runs.cancel(
                run: run.id, project: project.id, as: .cancelledByUser)
        } catch {
            throw Failure(error)
        }
        let (after, user) = try await find(call)
        return .json(.object(RunForm.render(after, user: user)), status: .accepted)
    }

    @Sendable private static func context(_ call: Call) async throws(Failure) -> Answer {
        .json(try await find(call).run.context)
    }

    @Sendable private static func tasks(_ call: Call) async throws(Failure) -> Answer {
        let (id, project) = (try call.id(.run), try call.project.id)
        let request = try ListRequest(
            call.query, columns: TaskForm.columns, shape: TaskForm.shape)
        let page = try await call.read { (snapshot) throws(StoreError) in
            let run = try snapshot.run(id, in: project)
            return try snapshot.tasks(ofRun: run.id, request.query)
        }
        let form = TaskForm(call)
        return page.answer(fields: request.fields) { form.render($0) }
    }

    @Sendable private static func task(_ call: Call) async throws(Failure) -> Answer {
        let (id, project) = (try call.id(.task), try call.project.id)
        let (task, outcomes) = try await call.read { (snapshot) throws(StoreError) in
            (try snapshot.task(id, in: project), try snapshot.outcomes(ofTask: id))
        }
        return .json(.object(TaskForm(call).render(task, outcomes)))
    }

    @Sendable private static func journal(_ call: Call) async throws(Failure) -> Answer {
        let (id, project) = (try call.id(.task), try call.project.id)
        if call.wantsText { return try await JournalText.answer(call, task: id, in: project) }
        let limit = try call.queryNumber("limit") ?? Limits.usualPage
        let cursor = call.query["cursor"].map { Cursor(text: $0) }
        let page = try await call.read { (snapshot) throws(StoreError) in
            let task = try snapshot.task(id, in: project)
            return try snapshot.journal(ofTask: task.id, limit: limit, cursor: cursor)
        }
        let texts = MessageTexts(call)
        return page.answer(fields: nil) { line in
            [
                "time": JSONValue(line.at), "level": .string("\(line.level)"),
                "message": .string(texts.text(line.message)),
            ]
        }
    }

    private static func find(_ call: Call) async throws(Failure) -> (run: Run, user: String?) {
        let (id, project) = (try call.id(.run), try call.project.id)
        return try await call.read { (snapshot) throws(StoreError) in
            let run = try snapshot.run(id, in: project)
            return (run, try snapshot.loginName(of: run.user))
        }
    }
}
