/// When a worker may be started again after others have crashed; pure, so that each rule stands in a table.
///
/// The first restart is immediate. A crash after which no session ended well before the next one doubles the
/// pause; after many of them in a row the circuit opens: nothing is started for a while, and then one worker,
/// to see.
struct RestartPolicy: Hashable, Sendable {
    static let shortestPause = Duration.milliseconds(100)
    static let longestPause = Duration.seconds(30)
    /// Crashes in a row that open the circuit.
    static let mostFailures = 8
    static let openFor = Duration.seconds(60)

    /// Crashes since a session last ended well.
    private(set) var failures = 0
    /// Nothing is started before this moment, in monotonic nanoseconds.
    private(set) var notBefore: UInt64 = 0

    /// A worker crashed.
    mutating func crashed(at now: UInt64) {
        failures += 1
        notBefore = now &+ pause.clampedNanoseconds
    }

    /// A session ended well.
    mutating func succeeded() {
        failures = 0
        notBefore = 0
    }

    private var pause: Duration {
        switch failures {
        case ...1: return .zero
        case Self.mostFailures...: return Self.openFor
        default: return min(Self.longestPause, Self.shortestPause * (1 << (failures - 2)))
        }
    }

    /// How long a start has to wait.
    func wait(at now: UInt64) -> Duration {
        notBefore > now ? .nanoseconds(Int64(clamping: notBefore - now)) : .zero
    }

    /// True while sessions are refused at once.
    func isOpen(at now: UInt64) -> Bool {
        failures >= Self.mostFailures && notBefore > now
    }
}
