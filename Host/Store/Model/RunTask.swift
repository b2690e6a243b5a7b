import JSON
import Values

/// One device inside a run.
package struct RunTask: Hashable, Sendable {
    package var id: UUID
    package var run: UUID
    package var project: UUID
    package var device: UUID
    /// The device's number and type when the run was made: it may be edited or deleted later.
    package var serialNumber: String
    package var deviceType: String
    package var state: ExecutionState
    package var result: ExecutionResult?
    /// Attempts that count so far.
    package var attempts: Int
    package var progress: TaskProgress
    package var started: Moment?
    package var finished: Moment?
    /// The fixed phrases of the task's note, in order.
    package var notes: [TaskNote]
    /// The items as numbered for the driver: an array, or null while not expanded.
    package var items: JSONValue
    /// The line that the last attempt used.
    package var commline: UUID?
    package var revision: Int64

    package init(
        id: UUID, run: UUID, project: UUID, device: UUID, serialNumber: String,
        deviceType: String, state: ExecutionState = .pending, result: ExecutionResult? = nil,
        attempts: Int = 0, progress: TaskProgress = TaskProgress(), started: Moment? = nil,
        finished: Moment? = nil, notes: [TaskNote] = [], items: JSONValue = .null,
        commline: UUID? = nil, revision: Int64 = 1
    ) {
        self.id = id
        self.run = run
        self.project = project
        self.device = device
        self.serialNumber = serialNumber
        self.deviceType = deviceType
        self.state = state
        self.result = result
        self.attempts = attempts
        self.progress = progress
        self.started = started
        self.finished = finished
        self.notes = notes
        self.items = items
        self.commline = commline
        self.revision = revision
    }
}

/// How far a task is, in the driver's own unit.
package struct TaskProgress: Hashable, Sendable {
    package var done: Int
    package var total: Int

    package init(done: Int = 0, total: Int = 0) {
        self.done = done
        self.total = total
    }
}

/// One phrase of a task's note, tied to a code of the error registry.
package struct TaskNote: Hashable, Sendable {
    package var code: Int32
    package var message: StoredMessage

    package init(code: Int32, message: StoredMessage) {
        self.code = code
        self.message = message
    }
}
