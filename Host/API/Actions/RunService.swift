import Dispatching
import Store
import Values

/// What the API needs of the part that carries runs out.
protocol RunService: Sendable {
    /// Starts a one-off run; it is on disk when this returns.
    func start(_ order: RunOrder) async throws(DispatchError) -> Run
    /// Cancels a run of a project.
    func cancel(run: UUID, project: UUID, as result: ExecutionResult) async throws(DispatchError)
    /// How much waits and runs.
    var load: DispatchLoad { get async }
}

extension Dispatcher: RunService {}
