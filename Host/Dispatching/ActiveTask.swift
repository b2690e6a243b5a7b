import Store
import Values

/// A task that is not done yet, as the dispatcher holds it.
struct ActiveTask {
    let id: UUID
    let run: UUID
    let device: Device
    let lines: [LinePlan]
    let priority: Int
    /// All items, as frozen with the run.
    let items: [TaskItem]
    var outcomes: [Int: ErrorCode] = [:]
    var attempts: Attempts
    /// The line of the next attempt.
    var line = 0
    var state = State.waiting
    /// How the last attempt ended.
    var last: AttemptEnd?

    enum State {
        /// In the queue for its lease.
        case waiting
        /// Pausing before another attempt.
        case delayed
        case running(AttemptControl)
        /// Its result is being written.
        case finishing
    }

    /// Items that nobody has answered for.
    var openItems: [TaskItem] { items.filter { outcomes[$0.number] == nil } }

    /// The plan of the next attempt.
    var plan: AttemptPlan {
        AttemptPlan(
            task: id, run: run, device: device, line: lines[line], items: openItems,
            number: attempts.counted + 1)
    }
}

/// A run that is not done yet.
struct ActiveRun {
    let id: UUID
    let project: UUID
    /// Tasks that are not done.
    var open: Set<UUID>
    var results: [ExecutionResult: Int] = [:]
    /// How the run ends because somebody cancelled it; nil where nobody did.
    var cancelled: ExecutionResult?

    var isCancelled: Bool { cancelled != nil }

    /// How the run ends when its tasks ended so.
    var result: ExecutionResult {
        if let cancelled { return cancelled }
        let failed = results[.error, default: 0]
        let done = results[.success, default: 0] + results[.partial, default: 0]
        if failed > 0 { return done > 0 ? .partial : .error }
        if done == 0 { return .nothingToDo }
        let incomplete = results[.partial, default: 0] + results[.nothingToDo, default: 0]
        return incomplete > 0 ? .partial : .success
    }
}
