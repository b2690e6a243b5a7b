import Access
import Jobs

extension Failure {
    /// Why a job was not started or cancelled.
    init(_ error: JobError) {
        switch error {
        case .unknownJob: self.init(.notFound)
        case .alreadyRunning:
            self.init(
                .conflict,
                Phrase(
                    "Запуск этой задачи уже идёт; сначала отмените его.",
                    "A run of the job is going on; cancel it first."))
        case .notRunning:
            self.init(
                .conflict,
                Phrase("Запуск этой задачи не идёт.", "No run of the job is going on."))
        case .dispatch(let error): self.init(error)
        case .store(let error): self.init(error)
        }
    }
}
