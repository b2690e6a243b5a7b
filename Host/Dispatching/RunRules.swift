import JSON
import Store
import Values

/// How the tasks of a run are queued and tried again, as its frozen context says.
struct RunRules: Hashable, Sendable {
    /// The place in the queue: priorities of people who wait lie above all others.
    var priority: Int
    var retries: Int
    var retryDelay: Duration
    var isEndless: Bool
    var notAfter: Moment?

    /// From here on an entry of the queue belongs to somebody who waits.
    static let interactive = 1_000

    init(_ order: RunOrder) {
        priority = order.priority + (order.isInteractive ? Self.interactive : 0)
        retries = order.retries
        retryDelay = order.retryDelay
        isEndless = order.isEndless
        notAfter = order.notAfter
    }

    /// Reads what `RunOrder.context` made.
    init(_ run: Run) {
        let context = run.context
        priority =
            run.priority + (context["interactive"]?.bool ?? false ? Self.interactive : 0)
        retries = context["retries"]?.int ?? 0
        retryDelay = .seconds(context["retryDelaySeconds"]?.int ?? 0)
        isEndless = context["endless"]?.bool ?? false
        notAfter = (context["notAfter"]?.int).map { Moment(milliseconds: Int64($0)) }
    }

    /// The plan of a task over lines with their own attempts.
    func attempts(_ lines: [TaskLine]) -> Attempts {
        Attempts(
            retries: retries, lineAttempts: lines.map(\.attempts), delay: retryDelay,
            isEndless: isEndless)
    }
}
