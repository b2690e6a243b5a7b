import Store
import Values

/// A task that is not done yet, as the dispatcher holds it.
///
/// A hundred thousand of them wait at once: what only a session needs (the device's card, settings, items)
/// is read when its turn comes, and is then as fresh as it can be.
struct ActiveTask {
    let id: UUID
    let run: UUID
    let device: UUID
    let priority: Int
    var lines: [TaskLine]
    var attempts: Attempts
    /// The line of the next attempt.
    var line = 0
    var state = State.waiting
    /// How the last attempt ended.
    var last: AttemptEnd?
    /// The last attempt, until the book of contacts has it.
    var mark: ContactMark?
    /// What a session that yielded left for the next one.
    var checkpoint: [UInt8]?
    /// The device is gone or disabled since the run began.
    var isWithdrawn = false

    enum State {
        /// In the queue for its lease.
        case waiting
        /// Pausing before another attempt.
        case delayed
        /// It has its lease, and its session is being prepared or held.
        case running(AttemptControl)
        /// Its result is being written.
        case finishing
    }

    init(id: UUID, run: UUID, device: UUID, lines: [TaskLine], rules: RunRules) {
        self.id = id
        self.run = run
        self.device = device
        self.lines = lines
        priority = rules.priority
        attempts = rules.attempts(lines)
    }

    /// The claim of the next attempt; nil where there is no line.
    var claim: Claim? { lines.indices.contains(line) ? lines[line].claim : nil }

    /// Whether somebody waits for it.
    var isInteractive: Bool { priority >= RunRules.interactive }
}

/// A run that is not done yet.
struct ActiveRun {
    let id: UUID
    let project: UUID
    let rules: RunRules
    /// Tasks that are not done.
    var open: Set<UUID>
    var results: [ExecutionResult: Int] = [:]
    /// How its open tasks end because somebody, or the schedule, cancelled it.
    var cancelled: ExecutionResult?
    /// Nothing new is started: the window of its job is over.
    var isClosed = false

    /// How the run ends when its tasks ended so.
    var result: ExecutionResult {
        if let cancelled { return cancelled }
        let failed = results[.error, default: 0]
        let late = results[.cancelledBySchedule, default: 0]
        let done = results[.success, default: 0] + results[.partial, default: 0]
        if failed + late > 0 {
            if done > 0 { return .partial }
            return failed > 0 ? .error : .cancelledBySchedule
        }
        if done == 0 { return .nothingToDo }
        let incomplete = results[.partial, default: 0] + results[.nothingToDo, default: 0]
        return incomplete > 0 ? .partial : .success
    }
}
