import JSON
import Store
import Values

/// A run as somebody, or a job's schedule, asked for it.
package struct RunOrder: Hashable, Sendable {
    /// The project that the run belongs to; devices of others do not exist for it.
    package var project: UUID
    /// The job behind it; nil for a one-off run.
    package var job: UUID?
    /// The moment of the job's schedule that the run stands for; nil for one started by hand.
    package var occurrence: Moment?
    /// The name; empty for a generated one.
    package var name: String
    /// Devices, in the order of their tasks.
    package var devices: [UUID]
    /// Groups, whose members are taken as they are when the run starts.
    package var groups: [UUID]
    /// What to read or command.
    package var contents: [ContentLine]
    /// 0…999, higher first.
    package var priority: Int
    /// Attempts after the first one failed.
    package var retries: Int
    /// The pause before each further attempt.
    package var retryDelay: Duration
    /// Whether a device that failed is tried again until it succeeds.
    package var isEndless: Bool
    /// Whether somebody waits for it: it goes before all that nobody waits for, and sessions that are in its
    /// way are asked to yield.
    package var isInteractive: Bool
    /// When nothing new is started any more; nil for never.
    package var notAfter: Moment?
    /// The system that asked: `ceHeS`, `Podis`, `Iec61968`.
    package var initiator: String
    /// Who asked.
    package var user: UUID?

    /// Makes an order.
    package init(
        project: UUID, job: UUID? = nil, occurrence: Moment? = nil, name: String = "",
        devices: [UUID] = [], groups: [UUID] = [], contents: [ContentLine], priority: Int = 500,
        retries: Int = 0,
        retryDelay: Duration = .zero, isEndless: Bool = false, isInteractive: Bool = false,
        notAfter: Moment? = nil, initiator: String = "ceHeS", user: UUID? = nil
    ) {
        self.project = project
        self.job = job
        self.occurrence = occurrence
        self.name = name
        self.devices = devices
        self.groups = groups
        self.contents = contents
        self.priority = priority
        self.retries = retries
        self.retryDelay = retryDelay
        self.isEndless = isEndless
        self.isInteractive = isInteractive
        self.notAfter = notAfter
        self.initiator = initiator
        self.user = user
    }

    /// The order as it is frozen in its run.
    package var context: JSONValue {
        var object = JSONObject()
        object["contents"] = .array(contents.map(\.json))
        object["priority"] = .number(JSONNumber(Int64(priority)))
        object["retries"] = .number(JSONNumber(Int64(retries)))
        object["retryDelaySeconds"] = .number(JSONNumber(retryDelay.components.seconds))
        if isEndless { object["endless"] = true }
        if isInteractive { object["interactive"] = true }
        if let notAfter { object["notAfter"] = .number(JSONNumber(notAfter.milliseconds)) }
        return .object(object)
    }
}
