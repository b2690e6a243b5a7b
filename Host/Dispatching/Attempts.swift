import Plugins
import Values

/// Decides what follows a session that did not finish its task: again, the next line, or the end.
///
/// Pure, so that every rule stands in a table of cases.
package struct Attempts: Hashable, Sendable {
    /// What to do next.
    package enum Step: Hashable, Sendable {
        /// The same line again after the delay.
        case again(line: Int, after: Duration)
        /// The next line, at once.
        case next(line: Int)
        /// No line is left.
        case over
    }

    /// Attempts per line, the first one included, in the order of the lines.
    private let allowed: [Int]
    private let delay: Duration
    private let isEndless: Bool
    private var line = 0
    private var used = 0
    private var hostFailures = 0
    private var lostSessions = 0
    /// Attempts that counted so far, over all lines.
    package private(set) var counted = 0

    /// How often a task goes again after failures that were not its device's, before it ends with an
    /// honest error instead of going round for ever.
    package static let hostFailureLimit = 10
    /// How often a task goes again after its session was lost with the process of its plugin, because of
    /// another device: a host of many thousand may have many that bring a driver down.
    package static let lostSessionLimit = 200

    /// Makes the plan of a task.
    ///
    /// - Parameters:
    ///   - retries: The job's attempts after a failure.
    ///   - lineAttempts: Each commline's own attempts on failure; the larger of both counts.
    ///   - delay: The job's pause before another attempt on the same line.
    ///   - isEndless: Whether the task begins anew after the last attempt, until it succeeds or its run is
    ///     cancelled. A refused password ends it all the same.
    package init(retries: Int, lineAttempts: [Int], delay: Duration, isEndless: Bool = false) {
        self.isEndless = isEndless
        allowed = lineAttempts.map { 1 + max(retries, $0, 0) }
        self.delay = delay
    }

    /// Takes the failure of a session and says what follows.
    ///
    /// - Parameters:
    ///   - code: Why it failed.
    ///   - lostPart: What it had to do with the end of its plugin's process, where that ended it.
    /// - Returns: The next step.
    package mutating func failed(with code: ErrorCode, _ lostPart: SessionLoss.Part? = nil) -> Step
    {
        if let lostPart, lostPart != .culprit {
            lostSessions += 1
            guard lostSessions <= Self.lostSessionLimit, allowed.indices.contains(line) else {
                return .over
            }
            // At once the first time; then others have their turn before.
            return .again(line: line, after: lostSessions == 1 ? .zero : .milliseconds(250))
        }
        if code.isTheHostsOwn, lostPart == nil {
            hostFailures += 1
            guard hostFailures <= Self.hostFailureLimit, allowed.indices.contains(line) else {
                return .over
            }
            return .again(line: line, after: .seconds(1))
        }
        counted += 1
        used += 1
        guard allowed.indices.contains(line) else { return .over }
        if used < allowed[line], !code.isHopeless { return .again(line: line, after: delay) }
        line += 1
        used = 0
        if allowed.indices.contains(line) { return .next(line: line) }
        guard isEndless, code != .authentication else { return .over }
        line = 0
        return .again(line: 0, after: max(delay, Self.shortestRound))
    }

    /// The least pause before an endless task begins anew: a dead device may not keep a core busy.
    private static let shortestRound = Duration.seconds(10)
}

extension ErrorCode {
    /// Whether the device had no part in the failure, so that it costs no attempt.
    var isTheHostsOwn: Bool { self == .store || self == .pluginCrashed }

    /// Whether the same line cannot do better: wrong settings stay wrong, and a meter that is asked
    /// with a wrong password again and again locks its door.
    var isHopeless: Bool {
        switch self {
        case .configuration, .authentication, .accessDenied, .objectUndefined, .indeterminate: true
        default: false
        }
    }
}
