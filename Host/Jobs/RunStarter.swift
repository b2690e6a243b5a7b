import Dispatching
import Store
import Values

/// What the scheduler needs of the part that carries runs out.
package protocol RunStarter: Sendable {
    /// Starts a run; it is on disk when this returns.
    func start(_ order: RunOrder) async throws(DispatchError) -> Run

    /// Cancels a run of a project; its sessions may take a while to say goodbye.
    func cancel(
        run: UUID, project: UUID, as result: ExecutionResult
    ) async throws(DispatchError)
}

extension Dispatcher: RunStarter {}
