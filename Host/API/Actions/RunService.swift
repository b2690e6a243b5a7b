import Dispatching
import Jobs
import Store
import Values

/// What the API needs of the part that carries runs out.
protocol RunService: RunStarter {
    /// How much waits and runs.
    var load: DispatchLoad { get async }
}

extension Dispatcher: RunService {}
