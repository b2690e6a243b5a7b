import Store
import Synchronization
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

    init(isExclusive: Bool = false) {
        self.isExclusive = isExclusive
    }

    var facts: Facts { state.withLock { Self.facts($0) } }

    private static func facts(_ state: State) -> Facts {
        Facts(plans: state.plans, running: state.running, most: state.most)
    }

    func script(_ steps: [Step], for device: UUID) {
        state.withLock { $0.steps[device] = steps }
    }

    func claim(for line: LinePlan, device: Device) -> Claim {
        Claim(
            line: isExclusive ? "the line" : line.channel.name, bus: device.serialNumber,
            isExclusive: isExclusive || line.channel.isExclusive)
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
        }
        state.withLock { _ = $0.running.remove(plan.task) }
        notify()
        return end
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
