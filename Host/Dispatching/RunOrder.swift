import JSON
import Store
import Values

/// What is to be read or commanded: one line of a run's contents.
package struct ContentLine: Hashable, Sendable {
    /// The kinds of contents, as an item of the driver ABI names them.
    package enum Kind: String, Hashable, Sendable, CaseIterable {
        case archive, journal, state, command
    }

    /// What a line covers.
    package enum Period: Hashable, Sendable {
        /// The last so many intervals of the archive (days of a profile), the newest complete one
        /// included, by the device's own calendar.
        case depth(Int)
        /// Nominal interval ends in milliseconds UTC, from inclusive, to exclusive.
        case range(from: Int64, to: Int64)
        /// Whatever is current.
        case none
    }

    /// The kind.
    package var kind: Kind
    /// The archive, journal, state or command.
    package var symbol: String
    /// The quantities; empty for all that the device's type offers.
    package var quantities: [String]
    /// The tags; empty for all that the device has.
    package var tags: [String]
    /// The period.
    package var period: Period
    /// Parameters of a command.
    package var parameters: JSONValue

    /// Makes a line.
    package init(
        kind: Kind, symbol: String, quantities: [String] = [], tags: [String] = [],
        period: Period = .none, parameters: JSONValue = .null
    ) {
        self.kind = kind
        self.symbol = symbol
        self.quantities = quantities
        self.tags = tags
        self.period = period
        self.parameters = parameters
    }

    /// The line as JSON, for the frozen context of a run.
    package var json: JSONValue {
        var object = JSONObject()
        object[kind.rawValue] = .string(symbol)
        if !quantities.isEmpty { object["quantities"] = .array(quantities.map(JSONValue.string)) }
        if !tags.isEmpty { object["tags"] = .array(tags.map(JSONValue.string)) }
        switch period {
        case .depth(let depth): object["depth"] = .number(JSONNumber(Int64(depth)))
        case .range(let from, let to):
            object["from"] = .number(JSONNumber(from))
            object["to"] = .number(JSONNumber(to))
        case .none: break
        }
        if parameters != .null { object["parameters"] = parameters }
        return .object(object)
    }
}

/// A one-off run as somebody asked for it.
package struct RunOrder: Hashable, Sendable {
    /// The project that the run belongs to; devices of others do not exist for it.
    package var project: UUID
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
    /// The system that asked: `ceHeS`, `Podis`, `Iec61968`.
    package var initiator: String
    /// Who asked.
    package var user: UUID?
    /// The job behind the run; nil for a one-off run.
    package var job: UUID? = nil
    /// The moment of the job's schedule that the run stands for; nil for one started by hand.
    package var occurrence: Moment? = nil
    /// Whether a device that failed is tried again until it succeeds.
    package var isEndless = false

    /// Makes an order.
    package init(
        project: UUID, name: String = "", devices: [UUID] = [], groups: [UUID] = [],
        contents: [ContentLine], priority: Int = 500, retries: Int = 0,
        retryDelay: Duration = .zero, initiator: String = "ceHeS", user: UUID? = nil
    ) {
        self.project = project
        self.name = name
        self.devices = devices
        self.groups = groups
        self.contents = contents
        self.priority = priority
        self.retries = retries
        self.retryDelay = retryDelay
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
        if isEndless { object["isEndless"] = true }
        return .object(object)
    }
}
