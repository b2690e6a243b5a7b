import Reactor
import Synchronization
import Values

/// What a plugin has done since the host started; written by all its sessions, readable from any thread.
package final class PluginMetrics: Sendable {
    /// Upper bounds of the histogram of callback times, in microseconds; the last bucket has none.
    package static let bucketBounds: [UInt64] = [10, 50, 100, 500, 1_000, 5_000, 25_000, 100_000]
    /// A callback that takes longer is worth a warning.
    package static let slowNanoseconds: UInt64 = 100_000_000
    /// This many slow callbacks within a minute make a plugin degraded.
    private static let slowLimit = 3
    private static let slowWindow: UInt64 = 60_000_000_000
    /// A degraded plugin has recovered when there was none for so long.
    private static let recovery: UInt64 = 600_000_000_000

    /// The numbers at one moment.
    package struct Snapshot: Hashable, Sendable {
        package var sessionsOpen = 0
        package var sessionsTotal: UInt64 = 0
        package var bytesIn: UInt64 = 0
        package var bytesOut: UInt64 = 0
        package var records: UInt64 = 0
        /// Ended sessions by their code.
        package var sessionEnds: [ErrorCode: UInt64] = [:]
        /// Final outcomes of items by their code.
        package var itemOutcomes: [ErrorCode: UInt64] = [:]
        package var callbacks: UInt64 = 0
        package var callbackNanoseconds: UInt64 = 0
        /// How many callbacks fell into each bucket of `bucketBounds`, and above all of them.
        package var callbackHistogram = [UInt64](repeating: 0, count: bucketBounds.count + 1)
        package var slowCallbacks: UInt64 = 0
        /// Calls that broke the ABI's contract.
        package var breaches: UInt64 = 0
        /// Three slow callbacks within a minute, and since then no ten minutes without one.
        package var isDegraded = false
    }

    private struct State {
        var snapshot = Snapshot()
        var latestSlow: [UInt64] = []
    }

    private let state = Mutex(State())

    package init() {}

    /// The numbers now.
    package var snapshot: Snapshot { snapshot(at: SystemClock.monotonicNanoseconds) }

    func snapshot(at now: UInt64) -> Snapshot {
        state.withLock { state in
            if let last = state.latestSlow.last, now > last, now - last > Self.recovery {
                state.snapshot.isDegraded = false
            }
            return state.snapshot
        }
    }

    func sessionOpened() {
        state.withLock {
            $0.snapshot.sessionsOpen += 1
            $0.snapshot.sessionsTotal += 1
        }
    }

    func sessionClosed() {
        state.withLock { $0.snapshot.sessionsOpen -= 1 }
    }

    func sessionEnded(_ code: ErrorCode) {
        state.withLock { $0.snapshot.sessionEnds[code, default: 0] += 1 }
    }

    func itemEnded(_ code: ErrorCode) {
        state.withLock { $0.snapshot.itemOutcomes[code, default: 0] += 1 }
    }

    func received(_ count: Int) {
        state.withLock { $0.snapshot.bytesIn += UInt64(count) }
    }

    func sent(_ count: Int) {
        state.withLock { $0.snapshot.bytesOut += UInt64(count) }
    }

    /// Notes that a callback does not return: the plugin is degraded until one does.
    ///
    /// - Returns: Whether that is news.
    func stuck(at now: UInt64) -> Bool {
        state.withLock { state in
            state.latestSlow.append(now)
            if state.latestSlow.count > Self.slowLimit { state.latestSlow.removeFirst() }
            defer { state.snapshot.isDegraded = true }
            return !state.snapshot.isDegraded
        }
    }

    /// Counts one callback.
    ///
    /// - Parameters:
    ///   - turn: What it did.
    ///   - records: How many records it emitted.
    ///   - now: When it ended.
    /// - Returns: Whether the plugin has become degraded by it.
    func callback(_ turn: Turn, records: Int, at now: UInt64) -> Bool {
        let microseconds = turn.nanoseconds / 1000
        let bucket =
            Self.bucketBounds.firstIndex { microseconds <= $0 } ?? Self.bucketBounds.count
        return state.withLock { state in
            state.snapshot.callbacks += 1
            state.snapshot.callbackNanoseconds += turn.nanoseconds
            state.snapshot.callbackHistogram[bucket] += 1
            state.snapshot.records += UInt64(records)
            state.snapshot.breaches += UInt64(turn.breaches.count)
            guard turn.nanoseconds > Self.slowNanoseconds else { return false }
            state.snapshot.slowCallbacks += 1
            state.latestSlow.append(now)
            if state.latestSlow.count > Self.slowLimit { state.latestSlow.removeFirst() }
            guard state.latestSlow.count == Self.slowLimit, !state.snapshot.isDegraded,
                now - state.latestSlow[0] <= Self.slowWindow
            else { return false }
            state.snapshot.isDegraded = true
            return true
        }
    }
}
