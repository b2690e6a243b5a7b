import Plugins
import Store
import Values

extension RunLedger {
    /// Lists the runs that an earlier life of the host left; one whose tasks were not all there is forgotten.
    func unfinishedRuns() async throws(DispatchError) -> [Run] {
        var runs: [Run] = []
        do throws(StoreError) {
            runs = try await store.read { (snapshot) throws(StoreError) in
                try snapshot.unfinishedRuns()
            }
        } catch {
            throw .store(error)
        }
        for run in runs where run.context[Self.expanding]?.bool == true { await withdraw(run.id) }
        return runs.filter { $0.context[Self.expanding]?.bool != true }
    }

    /// Takes over a portion of the tasks that an earlier life of the host left, and closes what nobody can
    /// know any more.
    ///
    /// A command that was sent and not confirmed is never repeated: it ends as indeterminate here.
    ///
    /// - Parameters:
    ///   - run: The run.
    ///   - task: The last task of the portion before; nil for the first.
    /// - Returns: The tasks; none when there are no more.
    /// - Throws: `.store`.
    func takeOver(_ run: Run, after task: UUID?) async throws(DispatchError) -> [OpenTask] {
        do throws(StoreError) {
            return try await store.write { (transaction) throws(StoreError) in
                let tasks = try transaction.openTasks(
                    ofRun: run.id, after: task, limit: Self.portion)
                for task in tasks { try Self.takeOver(task, transaction) }
                return tasks
            }
        } catch {
            throw .store(error)
        }
    }

    private static func takeOver(
        _ open: OpenTask, _ transaction: Transaction
    ) throws(StoreError) {
        let task = open.id
        var final: Set<Int> = []
        var sent: Set<Int> = []
        for outcome in try transaction.outcomes(ofTask: task) {
            if outcome.stage == .final {
                final.insert(outcome.item)
            } else {
                sent.insert(outcome.item)
            }
        }
        try transaction.insert(
            sent.subtracting(final).sorted().map {
                StoredItemOutcome(
                    item: $0, stage: .final, code: ErrorCode.indeterminate.rawValue,
                    at: transaction.now)
            }, task: task)
        guard open.state == .running else { return }
        try transaction.requeueTask(task, countsAttempt: false)
        try transaction.insert(
            [
                JournalLine(
                    at: transaction.now, level: .warning,
                    message: StoredMessage(id: "host.task.interrupted"))
            ], task: task)
    }
}
