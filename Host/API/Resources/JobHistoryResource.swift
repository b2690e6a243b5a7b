import Access
import HTTP
import JSON
import Store
import Values

/// What a job has done and will do, and the runs that have no job behind them.
enum JobHistoryResource {
    private static let reading = Requirement.permission(.readDataCollectionJob)

    static let endpoints: [Endpoint] = [
        Endpoint.project(.get, "/jobs/{job}/runs", reading, runsForm, runs),
        Endpoint.project(.get, "/jobs/{job}/switches", reading, switchesForm, switches),
        Endpoint.project(.get, "/jobs/{job}/occurrences", reading, comingForm, coming),
        Endpoint.project(.get, "/one-off-runs", reading, oneOffForm, oneOff),
    ].flatMap { $0 }

    // MARK: Forms

    private static let switchShape = ObjectShape(
        "JobSwitch",
        [
            .output("time", .form(.time), Phrase("Когда.", "When.")),
            .output("isOn", .flag, Phrase("Включено ли.", "Whether it was switched on.")),
            .output("user", .nullable(.text(upTo: 64)), Phrase("Кто.", "Who did it.")),
        ])
    private static let startShape = ObjectShape(
        "JobOccurrence",
        [
            .output("scheduledAt", .form(.time), Phrase("Момент.", "The schedule's moment.")),
            .output(
                "startAt", .form(.time),
                Phrase("Запуск, с учётом разброса.", "When it is started, with its jitter.")),
        ])

    private static let runsForm = EndpointForm(
        id: "listJobRuns", tag: .jobs,
        summary: Phrase(
            "История запусков задачи, новые первыми; доступна и после её удаления.",
            "Lists a job's runs, the newest first, also of a job that was deleted."),
        parameters: ListForm.parameters(RunForm.columns, RunForm.shape),
        answers: [ListForm.answer(RunForm.shape)])
    private static let switchesForm = EndpointForm(
        id: "listJobSwitches", tag: .jobs,
        summary: Phrase(
            "Кто и когда включал и выключал расписание, новые первыми.",
            "Lists who switched the schedule when, the newest first."),
        answers: [ListForm.whole(switchShape)])
    private static let comingForm = EndpointForm(
        id: "listJobOccurrences", tag: .jobs,
        summary: Phrase(
            "Ближайшие моменты расписания, и выключенного.",
            "Lists the next moments of the schedule, also of one that is off."),
        parameters: [
            .init("limit", .integer(1...100), Phrase("Сколько, по умолчанию 10.", "10 by default."))
        ], answers: [ListForm.whole(startShape)])
    private static let oneOffForm = EndpointForm(
        id: "listOneOffRuns", tag: .runs,
        summary: Phrase(
            "Прочие задачи: разовые запуски с инициатором, новые первыми.",
            "Lists one-off runs with who asked for them, the newest first."),
        parameters: ListForm.parameters(RunForm.columns, RunForm.shape),
        answers: [ListForm.answer(RunForm.shape)])

    // MARK: Handlers

    @Sendable private static func runs(_ call: Call) async throws(Failure) -> Answer {
        let job = try call.id(.job)
        return try await RunResource.list(call) { (snapshot, project, query) throws(StoreError) in
            let page = try snapshot.runs(ofJob: job, in: project, query)
            let hasRuns = !page.items.isEmpty
            if !hasRuns { _ = try snapshot.knownJob(job, in: project) }
            return page
        }
    }

    @Sendable private static func oneOff(_ call: Call) async throws(Failure) -> Answer {
        try await RunResource.list(call) { (snapshot, project, query) throws(StoreError) in
            try snapshot.oneOffRuns(in: project, query)
        }
    }

    @Sendable private static func switches(_ call: Call) async throws(Failure) -> Answer {
        let (id, project) = (try call.id(.job), try call.project.id)
        let rows = try await call.read { (snapshot) throws(StoreError) in
            let job = try snapshot.job(id, in: project)
            var rows: [(JobSwitch, String?)] = []
            for row in try snapshot.switches(ofJob: job.id) {
                rows.append((row, try snapshot.loginName(of: row.user)))
            }
            return rows
        }
        return .whole(rows) { row, user in
            [
                "time": JSONValue(row.at), "isOn": .bool(row.isOn), "user": JSONValue(orNull: user),
            ]
        }
    }

    @Sendable private static func coming(_ call: Call) async throws(Failure) -> Answer {
        let limit = try call.queryNumber("limit") ?? 10
        let job = try await JobResource.find(call)
        let now = call.services.store.now.milliseconds
        var starts: [(Int64, Int64)] = []
        if job.schedule != .null,
            case .success(let schedule) = ScheduleForm.read(job.schedule, at: JSONPointer())
        {
            var place = now
            while starts.count < limit, let next = schedule.next(after: place) {
                starts.append((next, schedule.start(of: next, for: job.id)))
                place = next
            }
        }
        return .whole(starts) { occurrence, start in
            [
                "scheduledAt": JSONValue(Moment(milliseconds: occurrence)),
                "startAt": JSONValue(Moment(milliseconds: start)),
            ]
        }
    }
}

extension Snapshot {
    /// Makes sure of a job that has no runs on the page: it is in the project, or has runs there.
    fileprivate func knownJob(_ id: UUID, in project: UUID) throws(StoreError) {
        let job = try existing { (snapshot) throws(StoreError) in try snapshot.job(id, in: project)
        }
        guard job == nil else { return }
        guard try !runs(ofJob: id, in: project, ListQuery(limit: 1)).items.isEmpty else {
            throw .notFound(.job)
        }
    }
}
