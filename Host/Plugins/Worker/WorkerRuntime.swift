import Reactor
import Synchronization

/// Runs a plugin's sessions in worker processes.
final class WorkerRuntime: PluginRuntime {
    private struct State {
        var pools: [ObjectIdentifier: WorkerPool] = [:]
        var isRetired = false
    }

    private let spec: WorkerSpec
    private let capacity: Int
    private let quarantine = Quarantine()
    private let ledger = WorkerLedger()
    private let state = Mutex(State())

    /// Makes a runtime that has no worker yet.
    ///
    /// - Parameters:
    ///   - spec: How a worker is started.
    ///   - capacity: Sessions in one worker.
    init(_ spec: WorkerSpec, capacity: Int) {
        self.spec = spec
        self.capacity = capacity
    }

    private func pool(on reactor: Reactor) -> WorkerPool {
        state.withLock { state in
            if let pool = state.pools[ObjectIdentifier(reactor)] { return pool }
            let pool = WorkerPool(
                spec, capacity: capacity, quarantine: quarantine, ledger: ledger, on: reactor)
            state.pools[ObjectIdentifier(reactor)] = pool
            if state.isRetired { reactor.execute { pool.assumeIsolated { $0.retire() } } }
            return pool
        }
    }

    func open(
        _ opening: SessionOpening, at stamp: TimeStamp, _ standing: SessionStanding,
        on reactor: Reactor, lost: @escaping @Sendable (SessionLoss) -> Void,
        _ answered: @escaping @Sendable (OpenAnswer) -> Void
    ) {
        pool(on: reactor).assumeIsolated {
            $0.open(opening, at: stamp, standing, lost: lost, answered)
        }
    }

    var longestCallback: Duration? { nil }

    var workers: WorkerSnapshot? {
        var snapshot = ledger.snapshot
        let now = SystemClock.monotonicNanoseconds
        snapshot.suspects = quarantine.suspects.map { subject, entry in
            WorkerSnapshot.Suspect(
                subject: subject, crashes: entry.crashes, reason: entry.reason,
                refusedFor: entry.until > now
                    ? .nanoseconds(Int64(clamping: entry.until - now)) : .zero)
        }
        return snapshot
    }

    func retire() {
        let pools = state.withLock { state in
            state.isRetired = true
            return state.pools.values.map { $0 }
        }
        for pool in pools { pool.reactor.execute { pool.assumeIsolated { $0.retire() } } }
    }

    func stop() async {
        for pool in state.withLock({ $0.pools.values.map { $0 } }) { await pool.stop() }
    }
}
