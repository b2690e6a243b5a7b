import JSON
import Store
import Values

/// What is written of a task when it is over: its result, its note, and a fate for every item.
struct TaskEnd {
    let result: ExecutionResult
    /// Items that ended without an answer, with the code they share.
    let leftovers: [(item: TaskItem, code: ErrorCode)]
    let notes: [TaskNote]

    /// Decides how a task ended.
    ///
    /// - Parameters:
    ///   - task: What the dispatcher knows.
    ///   - items: All items of the task.
    ///   - outcomes: The final codes of those that have one.
    init(of task: EndingTask, items: [TaskItem], outcomes: [Int: ErrorCode]) {
        let open = items.filter { outcomes[$0.number] == nil }
        if !task.hasLines || items.isEmpty || (task.isWithdrawn && !open.isEmpty) {
            result = task.cancelled ?? (outcomes.isEmpty ? .nothingToDo : .error)
            leftovers = task.hasLines ? open.map { ($0, ErrorCode.configuration) } : []
            let id =
                task.isWithdrawn
                ? "host.task.device_withdrawn"
                : task.hasLines ? "host.task.undefined" : "host.task.no_commline"
            notes = [
                TaskNote(code: ErrorCode.configuration.rawValue, message: StoredMessage(id: id))
            ]
            return
        }
        if let cancelled = task.cancelled, !open.isEmpty {
            result = cancelled
            leftovers = open.map { ($0, ErrorCode.cancelled) }
            let id =
                cancelled == .cancelledByUser
                ? "host.task.cancelled_by_user" : "host.task.cancelled_by_schedule"
            notes = [
                TaskNote(code: ErrorCode.cancelled.rawValue, message: StoredMessage(id: id))
            ]
            return
        }
        let code = task.last.map { $0.code == .ok ? .internalError : $0.code } ?? .internalError
        leftovers = open.map { ($0, code) }
        var codes = items.compactMap { outcomes[$0.number] }
        codes += leftovers.map(\.code)
        let verdict = Verdict(of: codes)
        switch verdict {
        case .success: result = .success
        case .partial: result = .partial
        case .error: result = .error
        }
        notes = Self.notes(of: task, items: items, outcomes: outcomes, verdict: verdict)
    }

    /// Joins the manual's phrases: what stopped the session, then what was not received.
    private static func notes(
        of task: EndingTask, items: [TaskItem], outcomes: [Int: ErrorCode], verdict: Verdict
    ) -> [TaskNote] {
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
        let missing = items.filter { (outcomes[$0.number] ?? .internalError) != .ok }
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
