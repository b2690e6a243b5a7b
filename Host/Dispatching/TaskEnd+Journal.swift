import JSON
import Store

extension TaskEnd {
    /// The last line of the task's brief journal.
    func journalLine(at now: Moment) -> JournalLine {
        let level: JournalLevel
        switch result {
        case .success, .nothingToDo: level = .info
        case .partial, .cancelledByUser, .cancelledBySchedule: level = .warning
        case .error: level = .error
        }
        return JournalLine(
            at: now, level: level,
            message: StoredMessage(
                id: "host.task.finished", parameters: ["result": .string(result.rawValue)]))
    }
}
