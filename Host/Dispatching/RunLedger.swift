import JSON
import Log
import Plugins
import Store
import Values

/// The dispatcher's book: what it reads from the store and what it writes there, and nothing else.
///
/// What must be written is tried again until the store takes it or closes: a result that is not on
/// disk has not happened.
struct RunLedger: Sendable {
    let store: Store
    let log = Log("dispatch")

    init(store: Store) {
        self.store = store
    }

    /// Finds a run of a project.
    func run(_ id: UUID, project: UUID) async throws(DispatchError) -> Run {
        do throws(StoreError) {
            let run = try await store.read { (snapshot) throws(StoreError) in
                try snapshot.run(id)
            }
            guard run.project == project else { throw StoreError.notFound(.run) }
            return run
        } catch {
            if error.isNotFound { throw .unknownRun }
            throw .store(error)
        }
    }

    /// Notes that sessions begin.
    ///
    /// - Returns: False when the store is closed.
    func begin(_ plans: [AttemptPlan]) async -> Bool {
        let now = Moment.now()
        let lines = plans.map { plan in
            JournalLine(
                at: now, level: .info,
                message: StoredMessage(
                    id: "host.task.attempt",
                    parameters: [
                        "number": JSONValue(plan.number),
                        "channel": .string(plan.line.channel.name),
                        "protocol": .string(plan.line.profile.name),
                    ]))
        }
        return await persist("the start of \(plans.count) tasks") {
            (transaction) throws(StoreError) in
            for (plan, line) in zip(plans, lines) {
                try Self.settle(plan, transaction)
                guard !plan.items.isEmpty else { continue }
                if try transaction.taskState(plan.task) == .pending {
                    try transaction.startTask(plan.task, commline: plan.line.commline.id)
                }
                try transaction.insert([line], task: plan.task)
            }
        }
    }

    /// Answers the items for which nothing is missing.
    private static func settle(
        _ plan: AttemptPlan, _ transaction: Transaction
    ) throws(StoreError) {
        try transaction.insert(
            plan.settled.map {
                StoredItemOutcome(
                    item: $0, stage: .final, code: ErrorCode.ok.rawValue,
                    message: StoredMessage(id: "host.task.nothing_missing"), at: transaction.now)
            }, task: plan.task)
    }

    /// Puts a task back among those that wait, with a line that says why.
    func requeue(
        _ task: UUID, countsAttempt: Bool, _ level: JournalLevel, _ message: StoredMessage,
        _ mark: ContactMark?
    ) async {
        let line = JournalLine(at: .now(), level: level, message: message)
        _ = await persist("the pause of a task") { (transaction) throws(StoreError) in
            if try transaction.taskState(task) == .running {
                try transaction.requeueTask(task, countsAttempt: countsAttempt)
            }
            try transaction.insert([line], task: task)
            if let mark { try transaction.note(mark) }
        }
    }

    /// Ends a run.
    func close(run: UUID, result: ExecutionResult) async {
        _ = await persist("the result of a run") { (transaction) throws(StoreError) in
            try transaction.finishRun(run, result: result)
        }
    }

    /// Writes until the store takes it.
    ///
    /// - Returns: False when the store is closed, or refuses for a reason that waiting cannot mend.
    func persist(
        _ what: String, _ body: @escaping @Sendable (Transaction) throws(StoreError) -> Void
    ) async -> Bool {
        var pause = Duration.milliseconds(50)
        while true {
            do throws(StoreError) {
                try await store.write(body)
                return true
            } catch {
                guard error.isTransient else {
                    if error != .closed {
                        log.error("\(what) could not be stored", ["reason": "\(error)"])
                    }
                    return false
                }
                log.warning("\(what) could not be stored yet", ["reason": "\(error)"])
            }
            // The store is full or busy: it is asked again, less and less often.
            try? await Task.sleep(for: pause)
            pause = min(pause * 2, .seconds(5))
        }
    }
}
