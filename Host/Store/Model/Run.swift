import JSON
import Values

/// One execution of a job, or a one-off run with no job behind it.
package struct Run: Hashable, Sendable {
    package var id: UUID
    package var project: UUID
    package var job: UUID?
    /// The moment of the job's schedule that the run stands for; nil for one started by hand.
    package var occurrence: Moment?
    package var name: String
    /// Who asked: `user`, `schedule`, or the symbol of an outer system.
    package var initiator: String
    package var user: UUID?
    /// 0...999, higher first.
    package var priority: Int
    /// The job's contents as they were at the start; never settings or secrets.
    package var context: JSONValue
    package var state: ExecutionState
    package var result: ExecutionResult?
    package var created: Moment
    package var started: Moment?
    package var finished: Moment?
    /// Counted from the tasks; what is given when a run is made is ignored.
    package var tally: RunTally
    package var revision: Int64

    package init(
        id: UUID, project: UUID, job: UUID? = nil, name: String, initiator: String,
        user: UUID? = nil, priority: Int = 0, context: JSONValue, state: ExecutionState = .pending,
        result: ExecutionResult? = nil, created: Moment, started: Moment? = nil,
        finished: Moment? = nil, tally: RunTally = RunTally(), revision: Int64 = 1,
        occurrence: Moment? = nil
    ) {
        self.id = id
        self.project = project
        self.job = job
        self.occurrence = occurrence
        self.name = name
        self.initiator = initiator
        self.user = user
        self.priority = priority
        self.context = context
        self.state = state
        self.result = result
        self.created = created
        self.started = started
        self.finished = finished
        self.tally = tally
        self.revision = revision
    }
}

/// Where a run or a task stands.
package enum ExecutionState: String, Hashable, Sendable, CaseIterable {
    case pending, running, done
}

/// How a run or a task ended.
package enum ExecutionResult: String, Hashable, Sendable, CaseIterable {
    case success
    /// Some of the requested parameters do not exist in the device.
    case partial
    case error
    /// No devices, or no line to reach the device.
    case nothingToDo = "nothing_to_do"
    case cancelledByUser = "cancelled_by_user"
    /// The schedule's next start came first.
    case cancelledBySchedule = "cancelled_by_schedule"
}

/// A run's statistics, counted from its tasks.
package struct RunTally: Hashable, Sendable {
    package var pending = 0
    package var running = 0
    package var results: [ExecutionResult: Int] = [:]

    package init(pending: Int = 0, running: Int = 0, results: [ExecutionResult: Int] = [:]) {
        self.pending = pending
        self.running = running
        self.results = results
    }

    package var done: Int { results.values.reduce(0, +) }
    package var all: Int { pending + running + done }

    /// The number of tasks that ended in one way.
    package subscript(result: ExecutionResult) -> Int { results[result, default: 0] }
}
