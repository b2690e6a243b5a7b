import Scheduling
import Store
import Values

/// What is to be done about a job's schedule, decided from the clock and from what was done before.
struct JobPlan: Sendable {
    let id: UUID
    let schedule: Schedule
    let missed: MissedPolicy
    /// The newest occurrence that is done with.
    var handled: Int64
    /// Nothing is tried before, because something has just failed.
    var restsUntil: Int64?

    /// What to do now.
    enum Decision: Hashable, Sendable {
        /// Start a run for the occurrence.
        case begin(Int64)
        /// Start nothing, and call everything up to the moment done with.
        case passOver(Int64)
        /// Look again at the moment.
        case wait(until: Int64)
        /// There is nothing to come.
        case rest
    }

    /// A start that is late by no more than this was not missed.
    static let grace: Int64 = 60_000

    /// A clock that is set back by more than this had been wrong before.
    ///
    /// What was done by it does not count then. It is more than any change of the clocks of a zone.
    static let mostRepeated: Int64 = 26 * 3_600_000

    /// Decides.
    ///
    /// However many occurrences lie between, only the newest one is started. While the host runs it is
    /// started even where the clock was set over it; what came while the host was down is up to the job.
    ///
    /// - Parameters:
    ///   - now: What the clock shows, in milliseconds UTC.
    ///   - hostWasDown: Whether the host has just started.
    /// - Returns: The one thing to do; after something is passed over it is decided again.
    func decide(at now: Int64, hostWasDown: Bool) -> Decision {
        if let restsUntil, restsUntil > now { return .wait(until: restsUntil) }
        if handled > now + Self.mostRepeated { return .passOver(now) }
        if let due = schedule.due(at: now, for: id), due > handled {
            if let closing = schedule.closing(of: due), closing <= now { return .passOver(due) }
            let isMissed = hostWasDown && now - schedule.start(of: due, for: id) > Self.grace
            return isMissed && missed == .skip ? .passOver(due) : .begin(due)
        }
        return schedule.upcoming(after: now, handled: handled, for: id)
            .map { .wait(until: $0.start) } ?? .rest
    }
}
