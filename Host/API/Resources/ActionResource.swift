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
        parameters: [IdempotencyKeys.parameter], body: .init(.object(ActionOrder.shape)),
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
        let runs = call.services.runs
        let id = try await call.once { () async throws(Failure) in
            do throws(DispatchError) {
                return try await runs.start(order).id
            } catch {
                throw Failure(error)
            }
        }
        let (run, user) = try await call.read { (snapshot) throws(StoreError) in
            let run = try snapshot.run(id, in: project.id)
            return (run, try snapshot.loginName(of: run.user))
        }
        return .json(.object(RunForm.render(run, user: user)), status: .accepted)
            .with("Location", call.location("/runs/\(id)"))
    }
}
