import Plugins
import Store
import Values

/// A task whose turn has come.
struct StartingTask: Sendable {
    var task: UUID
    var run: UUID
    var device: UUID
    var commline: UUID
    var number: Int
    var checkpoint: [UInt8]?
}

/// What the store says about a task whose turn has come.
enum Preparation: Sendable {
    case ready(AttemptPlan)
    /// Every item has its answer.
    case complete
    /// The device is gone or disabled since the run began.
    case withdrawn
    /// The attempt cannot be made.
    case failed(AttemptEnd)
}

extension RunLedger {
    /// Reads what sessions need, as it is now.
    ///
    /// - Returns: An answer for each task, in their order.
    func prepare(_ tasks: [StartingTask]) async -> [Preparation] {
        do throws(StoreError) {
            return try await store.read { (snapshot) throws(StoreError) in
                var parts = LineParts()
                var answers: [Preparation] = []
                for task in tasks {
                    answers.append(try Self.prepare(task, &parts, snapshot))
                }
                return answers
            }
        } catch {
            log.error("tasks could not be read", ["reason": "\(error)"])
            return tasks.map { _ in
                .failed(
                    AttemptEnd(
                        code: .store,
                        message: StoredMessage(
                            id: "host.task.store", parameters: ["reason": .string("\(error)")])))
            }
        }
    }

    private static func prepare(
        _ task: StartingTask, _ parts: inout LineParts, _ snapshot: Snapshot
    ) throws(StoreError) -> Preparation {
        guard let device = try snapshot.existingDevice(task.device), device.enabled else {
            return .withdrawn
        }
        let line: LinePlan
        do throws(StoreError) {
            line = try parts.line(task.commline, in: snapshot)
        } catch {
            guard error.isNotFound else { throw error }
            return .failed(lineGone)
        }
        guard line.commline.enabled else { return .failed(lineGone) }
        let row = try snapshot.task(task.task)
        var answered: Set<Int> = []
        for outcome in try snapshot.outcomes(ofTask: task.task) where outcome.stage == .final {
            answered.insert(outcome.item)
        }
        let items = (row.items.array ?? []).compactMap(TaskItem.init).filter {
            !answered.contains($0.number)
        }
        guard !items.isEmpty else { return .complete }
        let ranges = try MissingPlanner.periods(
            for: items, of: device, now: Moment.now().milliseconds,
            delay: ClaimBook.deliveryDelay(of: line.channel), in: snapshot)
        return .ready(
            AttemptPlan(
                task: task.task, run: task.run, device: device, line: line,
                items: items.filter { ranges[$0.number]?.isEmpty != true }, ranges: ranges,
                number: task.number, checkpoint: task.checkpoint,
                settled: items.filter { ranges[$0.number]?.isEmpty == true }.map(\.number)))
    }

    private static var lineGone: AttemptEnd {
        AttemptEnd(
            code: .configuration, message: StoredMessage(id: "host.task.commline_gone"))
    }
}

extension Snapshot {
    /// Reads a device; nil where there is none.
    func existingDevice(_ id: UUID) throws(StoreError) -> Device? {
        do throws(StoreError) {
            return try device(id)
        } catch {
            guard error.isNotFound else { throw error }
            return nil
        }
    }
}
