import Store
import Values

/// Why an order was not taken.
package enum DispatchError: Error, Hashable, Sendable {
    /// The order names no device and no group.
    case noTargets
    /// The order asks for nothing.
    case noContents
    /// Devices that are not in the project.
    case unknownDevices([UUID])
    /// Groups that are not in the project.
    case unknownGroups([UUID])
    /// The run is not there, or not in the project.
    case unknownRun
    /// The run is over: there is nothing left to cancel.
    case alreadyDone
    /// The host is going down and takes no more work.
    case stopping
    /// The store refused.
    case store(StoreError)
}

extension DispatchError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .noTargets: "the order names no device and no group"
        case .noContents: "the order asks for nothing: name an archive, journal, state or command"
        case .unknownDevices(let ids): "no such devices: " + Self.list(ids)
        case .unknownGroups(let ids): "no such groups: " + Self.list(ids)
        case .unknownRun: "there is no such run"
        case .alreadyDone: "the run is finished already"
        case .stopping: "the host is going down; ask again after its restart"
        case .store(let error): "the store refused: \(error)"
        }
    }

    private static func list(_ ids: [UUID]) -> String {
        ids.prefix(10).map(\.description).joined(separator: ", ")
            + (ids.count > 10 ? " and \(ids.count - 10) more" : "")
    }
}
