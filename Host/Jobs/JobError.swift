import Dispatching
import Store

/// Why a job was not started or cancelled.
package enum JobError: Error, Hashable, Sendable {
    /// There is no such job in the project.
    case unknownJob
    /// A run of the job is going on: cancel it first.
    case alreadyRunning
    /// No run of the job is going on.
    case notRunning
    /// The dispatcher refused.
    case dispatch(DispatchError)
    /// The store refused.
    case store(StoreError)
}

extension JobError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .unknownJob: "there is no such job"
        case .alreadyRunning: "a run of the job is going on; cancel it first"
        case .notRunning: "no run of the job is going on"
        case .dispatch(let error): error.description
        case .store(let error): "the store refused: \(error)"
        }
    }
}
