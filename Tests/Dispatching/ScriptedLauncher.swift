import Store
import Synchronization
import Testing
import Values

@testable import Dispatching

/// Holds sessions by a script, one entry an attempt, so that the dispatcher is tested without devices.
final class ScriptedLauncher: AttemptLauncher {
    /// What an attempt does.
    enum Step: Sendable {
        /// Ends at once.
        case end(ErrorCode, outcomes: [Int: ErrorCode])
        /// Answers every item well.
        case succeed
        /// Lasts until it is cancelled or released.
        case hang
        /// Lasts until it is asked to yield, and does so with a checkpoint.
        case hangUntilYield
        /// Nobody is there to connect to.
        case silence
    }

    private struct State {
        var steps: [UUID: [Step]] = [:]
        var plans: [AttemptPlan] = []
        var running: Set<UUID> = []
        var most = 0
        var hanging: [UUID: CheckedContinuation<Void, Never>] = [:]
        var watchers:
            [(isDone: @Sendable (ScriptedLauncher.Facts) -> Bool, CheckedContinuation<Void, Never>)] =
                []
    }

    /// What has happened so far.
    struct Facts: Sendable {
        var plans: [AttemptPlan]
        var running: Set<UUID>
        /// Sessions of one moment, at most.
        var most: Int
    }

    private let state = Mutex(State())
    private let isExclusive: Bool
    private let gates: [SessionGate]
    private let store: Store

    init(store: Store, isExclusive: Bool = false, gates: [SessionGate] = []) {
        self.store = store
        self.gates = gates
        self.isExclusive = isExclusive
    }

    var facts: Facts { state.withLock { Self.facts($0) } }

    private static func facts(_ state: State) -> Facts {
        Facts(plans: state.plans, running: state.running, most: state.most)
    }

    func script(_ steps: [Step], for device: UUID) {
        state.withLock { $0.steps[device] = steps }
    }

    func lines(of targets: [DispatchTarget]) async -> [[TaskLine]] {
        targets.map { target in
            target.lines.map { line in
                TaskLine(
                    id: line.commline.id,
                    claim: Claim(
                        line: isExclusive ? "the line" : line.channel.name,
                        bus: target.device.serialNumber,
                        isExclusive: isExclusive || line.channel.isExclusive, gates: gates),
                    attempts: line.commline.attempts)
            }
        }
    }

    func hold(_ plan: AttemptPlan, control: AttemptControl) async -> AttemptEnd {
        let step = state.withLock { state -> Step in
            state.plans.append(plan)
            state.running.insert(plan.task)
            state.most = max(state.most, state.running.count)
            guard var steps = state.steps[plan.device.id], !steps.isEmpty else { return .succeed }
            defer { state.steps[plan.device.id] = steps }
            return steps.removeFirst()
        }
        notify()
        let end: AttemptEnd
        switch step {
        case .end(let code, let outcomes):
            end = AttemptEnd(code: code, outcomes: outcomes, hadSession: true)
        case .succeed:
            end = AttemptEnd(
                code: .ok,
                outcomes: Dictionary(
                    uniqueKeysWithValues: plan.items.map { ($0.number, ErrorCode.ok) }),
                hadSession: true)
        case .hang:
            await withCheckedContinuation { continuation in
                state.withLock { $0.hanging[plan.task] = continuation }
                control.onCancel { self.release(plan.task) }
            }
            end = AttemptEnd(code: .cancelled, hadSession: true)
        case .hangUntilYield:
            await withCheckedContinuation { continuation in
                state.withLock { $0.hanging[plan.task] = continuation }
                control.onYield { self.release(plan.task) }
                control.onCancel { self.release(plan.task) }
            }
            end = AttemptEnd(
                code: .ok, hadSession: true, yielded: !control.isCancelled, checkpoint: [1, 2, 3])
        case .silence: end = AttemptEnd(code: .transport)
        }
        await keep(end.outcomes, of: plan.task)
        state.withLock { _ = $0.running.remove(plan.task) }
        notify()
        return end
    }

    /// Stores outcomes, as the recorder of a real session does.
    private func keep(_ outcomes: [Int: ErrorCode], of task: UUID) async {
        do throws(StoreError) {
            try await store.write { (transaction) throws(StoreError) in
                try transaction.insert(
                    outcomes.map {
                        StoredItemOutcome(
                            item: $0.key, stage: .final, code: $0.value.rawValue,
                            at: transaction.now)
                    }, task: task)
            }
        } catch {
            Issue.record("the outcomes of a scripted session were not stored: \(error)")
        }
    }

    /// Ends a hanging session.
    func release(_ task: UUID) {
        state.withLock { $0.hanging.removeValue(forKey: task) }?.resume()
    }

    /// Waits until what has happened satisfies a condition.
    func wait(until isDone: @escaping @Sendable (Facts) -> Bool) async {
        await withCheckedContinuation { continuation in
            let now = state.withLock { state in
                if isDone(Self.facts(state)) { return true }
                state.watchers.append((isDone, continuation))
                return false
            }
            if now { continuation.resume() }
        }
    }

    private func notify() {
        let due = state.withLock { state in
            let facts = Self.facts(state)
            let due = state.watchers.filter { $0.isDone(facts) }.map(\.1)
            state.watchers.removeAll { $0.isDone(facts) }
            return due
        }
        for continuation in due { continuation.resume() }
    }
}
