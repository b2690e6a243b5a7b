import JSON
import Reactor
import Values

/// What an integrator is asked to do; plain data, so that it travels to a worker process as it is.
package struct SourceOpening: Hashable, Sendable {
    package enum Task: Hashable, Sendable {
        /// Hand over what the source has.
        case `import`
        /// Carry out commands through the source.
        case command
    }

    package var task: Task
    /// The request document.
    package var json: String
    /// The numbers of its items.
    package var items: [UInt32]
    /// Bytes of the source's memory by key, without the keys.
    package var memory: [String: Int]
    /// How many reports may wait for their confirmation.
    package var window: Int

    package init(
        task: Task, json: String, items: [UInt32] = [], memory: [String: Int] = [:],
        window: Int = 2048
    ) {
        self.task = task
        self.json = json
        self.items = items
        self.memory = memory
        self.window = window
    }
}

/// One thing that an integrator handed over, checked; plain data.
package struct SourceReport: Hashable, Sendable {
    package enum Content: Hashable, Sendable {
        /// A device of the source: `externalId` and what else is known of it.
        case device(JSONObject)
        /// A record of the device with this external id.
        case record(externalID: String, EmittedRecord)
        /// What the source ought to have and has not.
        case missing(JSONObject)
        /// A stage of a command.
        case outcome(ItemOutcome)
        /// A line of the task's journal.
        case note(SessionNote)
        case progress(done: UInt32, total: UInt32)
        /// How far the import has come; takes effect together with the records before it.
        case remember(MemoryWrite)
        /// A call that broke the contract, for the plugin's log and the task's journal.
        case breach(String)
    }

    /// 1 for the run's first report, then counting up; `SourceRun.confirm(upTo:)` wants it back.
    package var number: UInt64
    package var content: Content

    package init(number: UInt64, content: Content) {
        self.number = number
        self.content = content
    }
}

/// How a run ended; the last thing that its host hears.
package struct SourceEnd: Hashable, Sendable {
    package var code: ErrorCode
    /// The plugin's own code, 0 for none.
    package var detail: Int32
    /// The plugin's own words, or empty.
    package var text: String
    /// What the host says of an end that the plugin did not choose.
    package var message: Message?
    /// A final outcome for each item that the plugin left without one, as after a session.
    package var remaining: [ItemOutcome]
    /// The number of the last report, 0 where there was none.
    package var lastNumber: UInt64
    /// How many calls broke the contract, also those that were not reported one by one.
    package var breaches: UInt64

    package init(
        code: ErrorCode, detail: Int32 = 0, text: String = "", message: Message? = nil,
        remaining: [ItemOutcome] = [], lastNumber: UInt64 = 0, breaches: UInt64 = 0
    ) {
        self.code = code
        self.detail = detail
        self.text = text
        self.message = message
        self.remaining = remaining
        self.lastNumber = lastNumber
        self.breaches = breaches
    }
}

/// Who hears what an integrator hands over: the host, or the socket to it.
///
/// Both functions are called on the run's own thread, in order, and may block it.
package protocol SourceHost: AnyObject, Sendable {
    /// Takes one report; it is to be confirmed by `SourceRun.confirm(upTo:)` when it is on disk.
    func report(_ report: SourceReport)

    /// Hears the end, once and last.
    func ended(_ end: SourceEnd)
}
