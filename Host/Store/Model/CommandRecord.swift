import JSON
import Values

/// An entry of the history of commands.
package struct CommandRecord: Hashable, Sendable {
    package var id: UUID
    package var project: UUID
    package var device: UUID
    /// The task that carried it out, if one did.
    package var task: UUID?
    package var item: Int?
    /// The function's symbol, as `FUNC_RELAY_TURN_ON_DIO_LOAD_RELAY1`.
    package var function: String
    package var parameters: JSONValue
    package var comment: String
    package var user: UUID?
    /// Who asked: `user`, `schedule`, or the symbol of an outer system.
    package var initiator: String
    package var launch: CommandLaunch
    package var state: ExecutionState
    package var result: ExecutionResult?
    package var created: Moment
    package var started: Moment?
    package var finished: Moment?
    /// What happened to it, in order.
    package var stages: [CommandStage]
    package var revision: Int64

    package init(
        id: UUID, project: UUID, device: UUID, task: UUID? = nil, item: Int? = nil,
        function: String, parameters: JSONValue = .null, comment: String = "", user: UUID? = nil,
        initiator: String, launch: CommandLaunch = .undefined, state: ExecutionState = .pending,
        result: ExecutionResult? = nil,
        created: Moment, started: Moment? = nil, finished: Moment? = nil,
        stages: [CommandStage] = [], revision: Int64 = 1
    ) {
        self.id = id
        self.project = project
        self.device = device
        self.task = task
        self.item = item
        self.function = function
        self.parameters = parameters
        self.comment = comment
        self.user = user
        self.initiator = initiator
        self.launch = launch
        self.state = state
        self.result = result
        self.created = created
        self.started = started
        self.finished = finished
        self.stages = stages
        self.revision = revision
    }
}

/// How a command was launched.
package enum CommandLaunch: String, Hashable, Sendable, CaseIterable {
    /// By a user of this host.
    case system
    /// By a job's schedule.
    case schedule
    /// By an outer system.
    case external
    /// Nobody told.
    case undefined
}

/// One step in the life of a command.
package struct CommandStage: Hashable, Sendable {
    /// The step's symbol, as `sent` or `DIO_STATE_OFF_TASK_SENT`.
    package var symbol: String
    package var code: Int32
    package var message: StoredMessage?
    package var at: Moment

    package init(symbol: String, code: Int32 = 0, message: StoredMessage? = nil, at: Moment) {
        self.symbol = symbol
        self.code = code
        self.message = message
        self.at = at
    }
}
