import Reactor
import Synchronization

/// Devices whose sessions brought a worker down: suspects get a worker of their own, and those who do it again
/// wait.
final class Quarantine: Sendable {
    /// Where a session may go.
    enum Placement: Hashable, Sendable {
        /// With others.
        case shared
        /// Into a worker of its own.
        case alone
        /// Nowhere, for so long; the reason is what happened last.
        case refused(left: Duration, crashes: Int, reason: String)
    }

    /// What is known of one device.
    struct Entry: Hashable, Sendable {
        var crashes = 0
        /// Sessions in a row that ended well, alone.
        var cleanSessions = 0
        /// Nothing is tried before this moment, in monotonic nanoseconds.
        var until: UInt64 = 0
        var reason = ""
    }

    /// So many sessions alone that end well, and a device is among the others again.
    static let cleanSessionsNeeded = 3
    static let firstTerm = Duration.seconds(15 * 60)
    static let longestTerm = Duration.seconds(24 * 3600)
    /// More suspects than these are a matter of the plugin, not of devices.
    private static let mostEntries = 10_000

    private let entries = Mutex<[String: Entry]>([:])

    /// Notes that a device's session brought its worker down.
    func blame(_ subject: String, reason: String, at now: UInt64) {
        guard !subject.isEmpty else { return }
        entries.withLock { entries in
            guard entries[subject] != nil || entries.count < Self.mostEntries else { return }
            var entry = entries[subject] ?? Entry()
            entry.crashes += 1
            entry.cleanSessions = 0
            entry.reason = reason
            entry.until = entry.crashes < 2 ? 0 : now &+ Self.term(entry.crashes).clampedNanoseconds
            entries[subject] = entry
        }
    }

    private static func term(_ crashes: Int) -> Duration {
        min(longestTerm, firstTerm * (1 << min(crashes - 2, 10)))
    }

    /// Notes that a device's session ended without harm.
    func ended(_ subject: String) {
        guard !subject.isEmpty else { return }
        entries.withLock { entries in
            guard var entry = entries[subject] else { return }
            entry.cleanSessions += 1
            entries[subject] = entry.cleanSessions < Self.cleanSessionsNeeded ? entry : nil
        }
    }

    /// Says where a device's next session may go.
    func placement(of subject: String, at now: UInt64) -> Placement {
        guard !subject.isEmpty else { return .shared }
        return entries.withLock { entries in
            guard let entry = entries[subject] else { return .shared }
            guard entry.until > now else { return .alone }
            return .refused(
                left: .nanoseconds(Int64(clamping: entry.until - now)), crashes: entry.crashes,
                reason: entry.reason)
        }
    }

    /// All suspects, the worst first.
    var suspects: [(subject: String, entry: Entry)] {
        entries.withLock { entries in
            entries.map { ($0.key, $0.value) }
        }.sorted { ($1.1.crashes, $0.0) < ($0.1.crashes, $1.0) }
    }

    /// Forgives one device, or all.
    func forgive(_ subject: String?) {
        entries.withLock { entries in
            if let subject { entries[subject] = nil } else { entries = [:] }
        }
    }
}
