import Access
import HTTP
import JSON
import Jobs
import Store
import Values

/// Starting, cancelling and switching jobs.
enum JobStartResource {
    private static let starting = Requirement.permission(.writeSchedulerJobLaunches)

    static let endpoints: [Endpoint] = [
        Endpoint.project(.post, "/jobs/{job}/start", starting, startForm, start),
        Endpoint.project(.post, "/jobs/{job}/cancel", starting, cancelForm, cancel),
        Endpoint.project(.post, "/jobs/{job}/enable", starting, enableForm, enable),
        Endpoint.project(.post, "/jobs/{job}/disable", starting, disableForm, disable),
        Endpoint.project(
            .post, "/jobs/{job}/one-off", .permission(.executeActionsRead), oneOffForm, oneOff),
    ].flatMap { $0 }

    // MARK: Forms

    private static let run = EndpointForm.Outcome.json(
        .object(RunForm.shape), status: 202, Phrase("Запуск начат.", "The run is started."))

    private static let startForm = EndpointForm(
        id: "startJob", tag: .jobs, summary: Phrase("Запустить сейчас.", "Starts a job now."),
        parameters: [IdempotencyKeys.parameter], answers: [run])
    private static let cancelForm = EndpointForm(
        id: "cancelJob", tag: .jobs,
        summary: Phrase("Отменить активный запуск.", "Cancels the run that is going on."),
        answers: [
            .json(
                .object(RunForm.shape), status: 202,
                Phrase("Отмена начата.", "The run is being cancelled."))
        ])
    private static let enableForm = EndpointForm(
        id: "enableJob", tag: .jobs,
        summary: Phrase("Включить расписание.", "Switches the schedule on."),
        answers: [JobResource.one])
    private static let disableForm = EndpointForm(
        id: "disableJob", tag: .jobs,
        summary: Phrase(
            "Выключить расписание; активный запуск продолжается.",
            "Switches the schedule off; a run that is going on goes on."),
        answers: [JobResource.one])
    private static let oneOffForm = EndpointForm(
        id: "startOneOff", tag: .jobs,
        summary: Phrase(
            "Разовый запуск с настройками задачи на других устройствах.",
            "A one-off run with a job's settings on other devices."),
        parameters: [IdempotencyKeys.parameter],
        body: .init(
            .object(
                ObjectShape(
                    "OneOff",
                    [
                        .required(
                            "targets", .object(ActionOrder.targets),
                            Phrase("Что опросить.", "What to ask."))
                    ]))), answers: [run])

    // MARK: Handlers

    @Sendable private static func start(_ call: Call) async throws(Failure) -> Answer {
        let (caller, project, job) = (try call.caller, try call.project, try call.id(.job))
        let jobs = call.services.jobs
        let id = try await call.once { () async throws(Failure) in
            do throws(JobError) {
                return try await jobs.startNow(job, in: project.id, by: caller.user.id).id
            } catch {
                throw Failure(error)
            }
        }
        return try await show(run: id, call)
    }

    @Sendable private static func oneOff(_ call: Call) async throws(Failure) -> Answer {
        let (caller, project) = (try call.caller, try call.project)
        let job = try await JobResource.find(call)
        let hasCommands = (job.contents.array ?? []).contains { $0["command"] != nil }
        if hasCommands, !caller.permissions.contains(.executeActionsControl) {
            throw Failure(
                .permissionDenied, Requirement.permission(.executeActionsControl).phrase)
        }
        let targets = call.members.members("targets")
        let (devices, groups) = (targets.ids("devices"), targets.ids("groups"))
        guard !devices.isEmpty || !groups.isEmpty else {
            throw .invalidBody([
                .body(
                    JSONPointer(["targets"]),
                    Phrase(
                        "Назовите хотя бы одно устройство или группу.",
                        "Name at least one device or group."))
            ])
        }
        let jobs = call.services.jobs
        let id = try await call.once { () async throws(Failure) in
            do throws(JobError) {
                return try await jobs.startOneOff(
                    like: job.id, in: project.id, devices: devices, groups: groups,
                    by: caller.user.id
                ).id
            } catch {
                throw Failure(error)
            }
        }
        return try await show(run: id, call)
    }

    @Sendable private static func cancel(_ call: Call) async throws(Failure) -> Answer {
        let (project, job) = (try call.project, try call.id(.job))
        let cancelled: [UUID]
        do throws(JobError) {
            cancelled = try await call.services.jobs.cancel(job, in: project.id)
        } catch {
            throw Failure(error)
        }
        guard let newest = cancelled.last else { throw Failure(JobError.notRunning) }
        return try await show(run: newest, call)
    }

    @Sendable private static func enable(_ call: Call) async throws(Failure) -> Answer {
        try await `switch`(call, on: true)
    }

    @Sendable private static func disable(_ call: Call) async throws(Failure) -> Answer {
        try await `switch`(call, on: false)
    }

    private static func `switch`(_ call: Call, on isOn: Bool) async throws(Failure) -> Answer {
        let caller = try call.caller
        let job = try await JobResource.find(call)
        guard !isOn || job.schedule != .null else {
            throw Failure(
                .conflict,
                Phrase("Сначала задайте расписание.", "Give the job a schedule first."))
        }
        try await call.write { (transaction) throws(StoreError) in
            try transaction.switchJob(job.id, on: isOn, by: caller.user.id)
            try JobResource.note(
                job, isOn ? "schedule on" : "schedule off", by: caller, transaction)
        }
        await call.services.jobs.refresh(job.id)
        return try await JobResource.show(job.id, call)
    }

    private static func show(run id: UUID, _ call: Call) async throws(Failure) -> Answer {
        let project = try call.project.id
        let (run, user) = try await call.read { (snapshot) throws(StoreError) in
            let run = try snapshot.run(id, in: project)
            return (run, try snapshot.loginName(of: run.user))
        }
        return .json(.object(RunForm.render(run, user: user)), status: .accepted)
            .with("Location", call.location("/runs/\(id)"))
    }
}
