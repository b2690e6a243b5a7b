import JSON
import Store
import Values

/// What is written of a task when it is over: its result, its note, and a fate for every item.
struct TaskEnd {
    let result: ExecutionResult
    /// Items that ended without an answer, with the code they share.
    let leftovers: [(item: TaskItem, code: ErrorCode)]
    let notes: [TaskNote]

    init(of task: ActiveTask, cancelled: ExecutionResult?) {
        let open = task.openItems
        if task.lines.isEmpty || task.items.isEmpty {
            result = cancelled ?? .nothingToDo
            leftovers = []
            let id = task.lines.isEmpty ? "host.task.no_commline" : "host.task.undefined"
            notes = [
                TaskNote(code: ErrorCode.configuration.rawValue, message: StoredMessage(id: id))
            ]
            return
        }
        if let cancelled, !open.isEmpty {
            result = cancelled
            leftovers = open.map { ($0, ErrorCode.cancelled) }
            notes = [
                TaskNote(
                    code: ErrorCode.cancelled.rawValue,
                    message: StoredMessage(
                        id: cancelled == .cancelledBySchedule
                            ? "host.task.cancelled_by_schedule" : "host.task.cancelled_by_user"))
            ]
            return
        }
        let code = task.last.map { $0.code == .ok ? .internalError : $0.code } ?? .internalError
        leftovers = open.map { ($0, code) }
        var codes = task.items.compactMap { task.outcomes[$0.number] }
        codes += leftovers.map(\.code)
        let verdict = Verdict(of: codes)
        switch verdict {
        case .success: result = .success
        case .partial: result = .partial
        case .error: result = .error
        }
        notes = Self.notes(of: task, verdict: verdict)
    }

    /// Joins the manual's phrases: what stopped the session, then what was not received.
    private static func notes(of task: ActiveTask, verdict: Verdict) -> [TaskNote] {
        guard verdict != .success else { return [] }
        var notes: [TaskNote] = []
        if let end = task.last, end.code != .ok {
            let phrase =
                end.hadSession ? "host.task.exchange_failed" : "host.task.session_not_started"
            notes.append(TaskNote(code: end.code.rawValue, message: StoredMessage(id: phrase)))
            if let message = end.message {
                notes.append(TaskNote(code: end.code.rawValue, message: message))
            }
        }
        let missing = task.items.filter { (task.outcomes[$0.number] ?? .internalError) != .ok }
        if !missing.isEmpty {
            let titles = missing.map(\.title).joined(separator: ", ")
            notes.append(
                TaskNote(
                    code: verdict.code.rawValue,
                    message: StoredMessage(
                        id: "host.task.not_received",
                        parameters: .object(["what": .string(titles)]))))
        }
        return notes
    }
}
