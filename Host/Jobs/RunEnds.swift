import Store
import Values

/// Tells when runs have ended, from what the store says about changes.
actor RunEnds {
    private let store: Store
    private var waiters: [UUID: [UInt64: CheckedContinuation<Void, Never>]] = [:]
    private var lastNumber: UInt64 = 0
    private var watcher: Task<Void, Never>?

    init(store: Store) {
        self.store = store
    }

    /// Returns when none of the runs is open any more, or when the task is cancelled.
    func wait(for runs: [UUID]) async {
        for run in runs { await wait(for: run) }
    }

    private func wait(for run: UUID) async {
        lastNumber += 1
        let number = lastNumber
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                guard !Task.isCancelled else { return continuation.resume() }
                waiters[run, default: [:]][number] = continuation
                watch()
            }
        } onCancel: {
            Task { await self.giveUp(run, number) }
        }
    }

    private func giveUp(_ run: UUID, _ number: UInt64) {
        waiters[run]?.removeValue(forKey: number)?.resume()
        if waiters[run]?.isEmpty ?? false { waiters[run] = nil }
    }

    /// Looks at the open runs now and whenever something has changed, as long as somebody waits.
    private func watch() {
        if watcher == nil {
            let signals = store.changeSignals()
            watcher = Task {
                for await _ in signals {
                    guard await self.look() else { return }
                }
                self.resumeAll()
            }
        }
        Task { _ = await self.look() }
    }

    /// - Returns: Whether somebody still waits.
    @discardableResult
    private func look() async -> Bool {
        // Who comes while the store is read may wait for a run that is newer than the answer.
        let asked = lastNumber
        var open: Set<UUID> = []
        do throws(StoreError) {
            open = try await store.read { (snapshot) throws(StoreError) in
                Set(try snapshot.openRuns())
            }
        } catch {
            // A store that does not answer now answers later, or is closed and ends the signals.
            return !waiters.isEmpty
        }
        for (run, waiting) in waiters where !open.contains(run) {
            for (number, continuation) in waiting where number <= asked {
                waiters[run]?[number] = nil
                continuation.resume()
            }
            if waiters[run]?.isEmpty ?? false { waiters[run] = nil }
        }
        if waiters.isEmpty {
            watcher?.cancel()
            watcher = nil
        }
        return !waiters.isEmpty
    }

    /// Nothing more will be heard: the store is closed.
    private func resumeAll() {
        for waiting in waiters.values {
            for continuation in waiting.values { continuation.resume() }
        }
        waiters = [:]
        watcher = nil
    }
}
