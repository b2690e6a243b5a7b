import Access
import Dispatching
import JSON

extension Failure {
    /// Why the dispatcher did not do what it was asked to do.
    init(_ error: DispatchError) {
        switch error {
        case .noTargets, .noContents, .unknownRun: self.init(.notFound)
        case .unknownDevices(let ids):
            let names = ids.prefix(10).map(\.description).joined(separator: ", ")
            self = .invalidBody([
                .body(
                    JSONPointer(["targets", "devices"]),
                    Phrase("Нет таких устройств: \(names).", "No such devices: \(names)."))
            ])
        case .unknownGroups(let ids):
            let names = ids.prefix(10).map(\.description).joined(separator: ", ")
            self = .invalidBody([
                .body(
                    JSONPointer(["targets", "groups"]),
                    Phrase("Нет таких групп: \(names).", "No such groups: \(names)."))
            ])
        case .alreadyDone:
            self.init(
                .conflict, Phrase("Запуск уже завершён.", "The run is over already."))
        case .stopping:
            self.init(
                .unavailable,
                Phrase(
                    "Хост останавливается; повторите после перезапуска.",
                    "The host is going down; ask again after its restart."))
        case .store(let error): self.init(error)
        }
    }
}
