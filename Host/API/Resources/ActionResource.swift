import Access
import Dispatching
import HTTP
import JSON
import Store
import Values

/// Reading devices at once.
enum ActionResource {
    static let endpoints: [Endpoint] = Endpoint.project(
        .post, "/actions", .permission(.executeActionsRead), form, start)

    private static let form = EndpointForm(
        id: "startAction", tag: .actions,
        summary: Phrase(
            "Прочитать устройства сейчас; ответ — запуск, за которым можно следить.",
            "Reads devices now; the answer is a run to follow."),
        parameters: [
            .init(
                "Idempotency-Key", in: .header, .text(1...200),
                Phrase(
                    "Повтор запроса с тем же ключом не начинает нового запуска.",
                    "The same request with the same key starts no second run."))
        ], body: .init(.object(ActionOrder.shape)),
        answers: [
            .json(
                .object(RunForm.shape), status: 202,
                Phrase("Запуск начат.", "The run is started."))
        ])

    @Sendable private static func start(_ call: Call) async throws(Failure) -> Answer {
        let (caller, project) = (try call.caller, try call.project)
        let archives = try await call.read { (snapshot) throws(StoreError) in
            try snapshot.archives().map(\.id)
        }
        let order = try ActionOrder.read(
            call.members, project: project.id, user: caller.user.id, archives: archives)
        let id = try await start(order, call)
        let (run, user) = try await call.read { (snapshot) throws(StoreError) in
            let run = try snapshot.run(id, in: project.id)
            return (run, try snapshot.loginName(of: run.user))
        }
        return .json(.object(RunForm.render(run, user: user)), status: .accepted)
            .with("Location", call.location("/runs/\(id)"))
    }

    private static func start(_ order: RunOrder, _ call: Call) async throws(Failure) -> UUID {
        let runs = call.services.runs
        let start: @Sendable () async throws(Failure) -> UUID = { () async throws(Failure) in
            do throws(DispatchError) {
                return try await runs.start(order).id
            } catch {
                throw Failure(error)
            }
        }
        guard let text = call.request.headers["idempotency-key"] else { return try await start() }
        guard (1...200).contains(text.utf8.count) else {
            throw Failure(
                .invalidParameter,
                issues: [
                    Issue(
                        .header("Idempotency-Key"),
                        Phrase("От 1 до 200 байт.", "1 to 200 bytes."))
                ])
        }
        let key = IdempotencyKeys.Key(
            user: try call.caller.user.id, project: order.project, text: text)
        return try await call.services.idempotency.once(
            key, request: call.body.hashValue, now: call.services.store.now.milliseconds, start)
    }
}
