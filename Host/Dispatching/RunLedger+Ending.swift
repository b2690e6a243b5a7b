import JSON
import Plugins
import Store
import Synchronization
import Values

/// A task that is over, as far as the dispatcher knows it.
struct EndingTask: Sendable {
    var id: UUID
    var hasLines: Bool
    var last: AttemptEnd?
    /// The last attempt, where the book of contacts does not have it yet.
    var mark: ContactMark?
    /// Its device is gone or disabled.
    var isWithdrawn: Bool
    /// How it ends because its run was cancelled, or its window is over.
    var cancelled: ExecutionResult?
}

extension RunLedger {
    /// Writes the results of tasks, one transaction for all of them.
    ///
    /// - Returns: The results by task.
    func finish(_ tasks: [EndingTask]) async -> [UUID: ExecutionResult] {
        let results = Mutex<[UUID: ExecutionResult]>([:])
        let isStored = await persist("the results of \(tasks.count) tasks") {
            (transaction) throws(StoreError) in
            var written: [UUID: ExecutionResult] = [:]
            for task in tasks { written[task.id] = try Self.finish(task, transaction) }
            results.withLock { $0 = written }
        }
        if isStored { return results.withLock { $0 } }
        guard tasks.count > 1 else { return [:] }
        // One that cannot be written, because it was deleted, must not keep the others.
        var all: [UUID: ExecutionResult] = [:]
        for task in tasks { all.merge(await finish([task])) { _, new in new } }
        return all
    }

    private static func finish(
        _ task: EndingTask, _ transaction: Transaction
    ) throws(StoreError) -> ExecutionResult {
        let row = try transaction.task(task.id)
        var outcomes: [Int: ErrorCode] = [:]
        for outcome in try transaction.outcomes(ofTask: task.id) where outcome.stage == .final {
            outcomes[outcome.item] = ErrorCode(rawValue: outcome.code) ?? .internalError
        }
        let end = TaskEnd(
            of: task, items: (row.items.array ?? []).compactMap(TaskItem.init), outcomes: outcomes)
        try transaction.insert(
            end.leftovers.map {
                StoredItemOutcome(
                    item: $0.item.number, stage: .final, code: $0.code.rawValue,
                    at: transaction.now)
            }, task: task.id)
        try transaction.insert([end.journalLine(at: transaction.now)], task: task.id)
        try transaction.finishTask(task.id, result: end.result, notes: end.notes)
        if let mark = task.mark { try transaction.note(mark) }
        return end.result
    }
}
