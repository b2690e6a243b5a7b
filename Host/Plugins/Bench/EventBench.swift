import Reactor
import Synchronization
import Values

/// Measures what an event costs on its way into a plugin and back, without any channel.
package enum EventBench {
    /// What was measured.
    package struct Result: Sendable {
        package var events: Int
        package var nanoseconds: UInt64

        package var eventsPerSecond: Double {
            Double(events) / (Double(nanoseconds) / 1_000_000_000)
        }
        package var microsecondsEach: Double { Double(nanoseconds) / 1000 / Double(events) }
    }

    /// Sends events to a driver that answers each with a send, in several sessions at once.
    ///
    /// - Parameters:
    ///   - plugin: The driver's.
    ///   - sessions: How many events are on their way at once: each session waits for its answer.
    ///   - events: How many altogether.
    ///   - size: Bytes of each.
    ///   - reactor: Where the sessions live.
    /// - Returns: The time of all events; nil where a session was lost or refused.
    package static func run(
        _ plugin: Plugin, sessions: Int, events: Int, size: Int, on reactor: Reactor
    ) async -> Result? {
        await withCheckedContinuation { continuation in
            reactor.execute {
                let driver = EventBenchDriver(
                    plugin, events: events, size: size, on: reactor
                ) { continuation.resume(returning: $0) }
                driver.assumeIsolated { $0.begin(sessions) }
            }
        }
    }
}

/// Keeps every session busy until all events are through.
private actor EventBenchDriver {
    nonisolated let reactor: Reactor
    nonisolated var unownedExecutor: UnownedSerialExecutor {
        reactor.asUnownedSerialExecutor()
    }
    private nonisolated let plugin: Plugin
    private let bytes: [UInt8]
    private let events: Int
    private var done: (@Sendable (EventBench.Result?) -> Void)?
    private var hosted: [any HostedSession] = []
    private var opening = 0
    private var ready: [any HostedSession] = []
    private var isSending = false
    private var sent = 0
    private var received = 0
    private var start: UInt64 = 0

    init(
        _ plugin: Plugin, events: Int, size: Int, on reactor: Reactor,
        _ done: @escaping @Sendable (EventBench.Result?) -> Void
    ) {
        self.plugin = plugin
        self.events = events
        self.reactor = reactor
        self.done = done
        bytes = [UInt8](repeating: 0x7E, count: size)
    }

    private var standing: SessionStanding {
        SessionStanding(isConnected: true, sendBudget: 1 << 20)
    }

    func begin(_ sessions: Int) {
        opening = sessions
        for _ in 0..<sessions {
            plugin.runtime.open(
                SessionOpening(role: .driver, mode: .task, json: "{}"), at: .now, standing,
                on: reactor, lost: { _ in self.assumeIsolated { $0.end(nil) } }
            ) { answer in
                self.assumeIsolated { $0.opened(answer) }
            }
        }
    }

    private func opened(_ answer: OpenAnswer) {
        guard case .opened(let session, _) = answer else { return end(nil) }
        hosted.append(session)
        opening -= 1
        guard opening == 0 else { return }
        start = SystemClock.monotonicNanoseconds
        for session in hosted { send(session) }
    }

    /// Sends for every session whose answer is there, one after the other: an answer may come inside the call.
    private func send(_ session: any HostedSession) {
        ready.append(session)
        guard !isSending else { return }
        isSending = true
        while let next = ready.popLast() {
            guard sent < events else { continue }
            sendOne(next)
        }
        isSending = false
    }

    private func sendOne(_ session: any HostedSession) {
        sent += 1
        session.handle(StampedEvent(.received(bytes), at: .now), standing) { turn in
            self.assumeIsolated { $0.ended(turn, session) }
        }
    }

    private func ended(_ turn: Turn, _ session: any HostedSession) {
        guard case .send(let bytes)? = turn.actions.first, bytes.bytes.count == self.bytes.count
        else { return end(nil) }
        received += 1
        guard received == events else { return send(session) }
        let time = SystemClock.monotonicNanoseconds - start
        for session in hosted { session.close() }
        hosted = []
        end(EventBench.Result(events: events, nanoseconds: time))
    }

    private func end(_ result: EventBench.Result?) {
        let done = self.done
        self.done = nil
        done?(result)
    }
}
