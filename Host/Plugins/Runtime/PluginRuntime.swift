import Reactor
import Values

/// Which side of the conversation a session of a plugin speaks.
package enum SessionRole: Hashable, Sendable {
    case driver
    case simulator
}

/// What a plugin needs to open a session; plain data, as events and actions are.
package struct SessionOpening: Sendable {
    package var role: SessionRole
    package var mode: SessionMode
    /// The request document.
    package var json: String
    /// The numbers of its items.
    package var items: [UInt32]
    /// Bytes of the device's memory, keys included, by key.
    package var memory: [String: Int]
    package var counters: [String: CounterBlock]
    /// Whom a crash is blamed on, the device; empty for nobody.
    package var subject: String
    /// Keeps the session's secrets out of what a worker says; does not leave the host.
    package var filter: SecretFilter

    package init(
        role: SessionRole, mode: SessionMode, json: String, items: [UInt32] = [],
        memory: [String: Int] = [:], counters: [String: CounterBlock] = [:], subject: String = "",
        filter: SecretFilter = SecretFilter([])
    ) {
        self.subject = subject
        self.filter = filter
        self.role = role
        self.mode = mode
        self.json = json
        self.items = items
        self.memory = memory
        self.counters = counters
    }
}

/// A session is gone with the process that it lived in.
package struct SessionLoss: Sendable {
    /// What a session had to do with it.
    package enum Part: Hashable, Sendable {
        /// Nothing: no attempt counts.
        case bystander
        /// The process ended inside its callback, with other sessions beside it: it goes again alone, and no
        /// attempt counts.
        case suspect
        /// It was alone in the process: its attempt counts.
        case culprit
    }

    package var part: Part
    /// What happened, for people.
    package var message: Message
}

/// What came of opening a session.
package enum OpenAnswer: Sendable {
    case opened(any HostedSession, Turn)
    /// The plugin refused; `text` is its own.
    case refused(code: ErrorCode, detail: Int32, text: String, Turn)
}

/// Where the code of one plugin runs: in this process, or in worker processes.
///
/// Events go in and turns come out as plain data, so that a session does not know the difference. Nothing
/// is assumed about when `answered` is called: at once for code in this process, later for another one.
package protocol PluginRuntime: AnyObject, Sendable {
    /// Opens a session, on the thread of `reactor`, where everything about it happens from then on.
    ///
    /// - Parameters:
    ///   - opening: What is opened.
    ///   - stamp: The moment.
    ///   - standing: What the link must know.
    ///   - reactor: Where the session lives.
    ///   - lost: Called at most once, instead of whatever is being waited for: the answer, or the end of a
    ///     turn. The session is gone then and is not closed any more.
    ///   - answered: Called once, with the session or why there is none.
    func open(
        _ opening: SessionOpening, at stamp: TimeStamp, _ standing: SessionStanding,
        on reactor: Reactor, lost: @escaping @Sendable (SessionLoss) -> Void,
        _ answered: @escaping @Sendable (OpenAnswer) -> Void)

    /// What there is of worker processes; nil where the code runs in this one.
    var workers: WorkerSnapshot? { get }

    /// For how long the oldest callback in the host's own threads has been running; nil where none runs, and
    /// for code in worker processes, which watch themselves.
    var longestCallback: Duration? { get }

    /// A newer version serves new sessions: this one ends with its last session.
    func retire()

    /// Ends what the runtime has; all sessions are over.
    func stop() async
}

/// One session inside a plugin, used on the thread of its reactor only.
package protocol HostedSession: AnyObject, Sendable {
    /// Delivers one event; the next one follows only after `ended`.
    func handle(
        _ event: StampedEvent, _ standing: SessionStanding,
        _ ended: @escaping @Sendable (Turn) -> Void)

    /// Ends the session; called once, and nothing after it.
    func close()
}
