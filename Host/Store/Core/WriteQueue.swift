import Synchronization

/// One caller's change, waiting for the writer.
struct WriteOperation: Sendable {
    /// Tells the caller that its change is on disk.
    typealias Success = @Sendable () -> Void

    /// About how many rows the change writes.
    var weight: Int {
        guard let collection else { return 40 }
        return 10 + collection.measurements.count + collection.events.count
            + collection.states.count + collection.outcomes.count + collection.journal.count
    }

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

    /// Changes that weigh more share no transaction, so that the first ones need not wait for long.
    private static let largestWeight = 60_000

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

    /// Takes what waits, in order of arrival, as much as one transaction should hold.
    ///
    /// - Returns: The changes, and whether the writer must come again for others.
    func take() -> (operations: [WriteOperation], more: Bool) {
        state.withLock { state in
            var count = 0
            var weight = 0
            for operation in state.waiting {
                weight += operation.weight
                if count > 0, weight > Self.largestWeight { break }
                count += 1
            }
            let first = Array(state.waiting.prefix(count))
            state.waiting.removeFirst(count)
            state.isScheduled = !state.waiting.isEmpty
            return (first, state.isScheduled)
        }
    }

    var hasWaiting: Bool {
        state.withLock { !$0.waiting.isEmpty }
    }

    /// Refuses changes from now on; those that wait are still done.
    func close() {
        state.withLock { $0.isClosed = true }
    }
}
