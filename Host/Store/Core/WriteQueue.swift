import Synchronization

/// One caller's change, waiting for the writer.
struct WriteOperation: Sendable {
    /// Tells the caller that its change is on disk.
    typealias Success = @Sendable () -> Void

    /// What goes into the measurement files before the main database; nil for nothing.
    var collection: CollectionBatch?
    /// Changes the main database.
    var run: @Sendable (Transaction, MeasurementResult) throws(StoreError) -> Success
    /// Tells the caller that nothing of its change was kept.
    var fail: @Sendable (StoreError) -> Void
}

/// The changes that wait for the writer's next transaction.
///
/// The queue has no bound of its own: each caller waits for its change, so that there are never more
/// of them than callers.
final class WriteQueue: Sendable {
    private struct State {
        var waiting: [WriteOperation] = []
        var isScheduled = false
        var isClosed = false
    }

    /// What a caller does after it added a change.
    enum Admission {
        /// The writer is on its way already.
        case queued
        /// The writer must be woken.
        case wake
        case refused
    }

    private let state = Mutex(State())

    func add(_ operation: WriteOperation) -> Admission {
        state.withLock { state in
            guard !state.isClosed else { return .refused }
            state.waiting.append(operation)
            if state.isScheduled { return .queued }
            state.isScheduled = true
            return .wake
        }
    }

    /// Takes what waits, in order of arrival.
    ///
    /// - Parameter limit: The largest number of changes for one transaction.
    /// - Returns: The changes, and whether the writer must come again for others.
    func take(_ limit: Int) -> (operations: [WriteOperation], more: Bool) {
        state.withLock { state in
            if state.waiting.count <= limit {
                let all = state.waiting
                state.waiting = []
                state.isScheduled = false
                return (all, false)
            }
            let first = Array(state.waiting.prefix(limit))
            state.waiting.removeFirst(limit)
            return (first, true)
        }
    }

    /// Refuses changes from now on; those that wait are still done.
    func close() {
        state.withLock { $0.isClosed = true }
    }
}
