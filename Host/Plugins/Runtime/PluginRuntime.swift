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

    package init(
        role: SessionRole, mode: SessionMode, json: String, items: [UInt32] = [],
        memory: [String: Int] = [:], counters: [String: CounterBlock] = [:]
    ) {
        self.role = role
        self.mode = mode
        self.json = json
        self.items = items
        self.memory = memory
        self.counters = counters
    }
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
    func open(
        _ opening: SessionOpening, at stamp: TimeStamp, _ standing: SessionStanding,
        on reactor: Reactor, _ answered: @escaping @Sendable (OpenAnswer) -> Void)
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
