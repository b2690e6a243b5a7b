import Reactor
import Synchronization
import Testing

@testable import Plugins

/// Hears everything of a session and lets a test wait for it.
final class Witness: SessionDelegate {
    struct Heard: Sendable {
        var batches: [SessionBatch] = []
        var notes: [SessionNote] = []
        var trace: [TraceLine] = []
        var progress: [SessionProgress] = []
        var needs: [String: UInt64] = [:]
        var commands: [CommandEnd] = []
        var ends: [SessionEnd] = []

        var records: [EmittedRecord] { batches.flatMap(\.records) }
        /// What the plugin said in plain text.
        var said: [String] { notes.map(\.message).filter(\.id.isEmpty).map(\.detail) }
        /// What the host has against the plugin.
        var breaches: [String] {
            notes.map(\.message).filter { $0.id == "host.plugin.breach" }.map(\.detail)
        }
    }

    private struct Waiter {
        var isTrue: @Sendable (Heard) -> Bool
        var continuation: CheckedContinuation<Heard, Never>
    }

    private struct State {
        var heard = Heard()
        var waiters: [Waiter] = []
    }

    private let state = Mutex(State())
    /// Confirms every batch at once, as a store that is very fast.
    private let confirmsAtOnce: Bool

    init(confirmsAtOnce: Bool) {
        self.confirmsAtOnce = confirmsAtOnce
    }

    var heard: Heard { state.withLock { $0.heard } }

    /// Waits until what was heard is so.
    @discardableResult
    func wait(_ isTrue: @escaping @Sendable (Heard) -> Bool) async -> Heard {
        await withCheckedContinuation { continuation in
            let heard: Heard? = state.withLock { state in
                if isTrue(state.heard) { return state.heard }
                state.waiters.append(Waiter(isTrue: isTrue, continuation: continuation))
                return nil
            }
            if let heard { continuation.resume(returning: heard) }
        }
    }

    private func hear(_ change: (inout Heard) -> Void) {
        let (heard, ready) = state.withLock { state in
            change(&state.heard)
            let heard = state.heard
            let ready = state.waiters.filter { $0.isTrue(heard) }
            state.waiters.removeAll { $0.isTrue(heard) }
            return (heard, ready)
        }
        for waiter in ready { waiter.continuation.resume(returning: heard) }
    }

    func session(_ session: DeviceSession, wrote batch: SessionBatch) {
        hear { $0.batches.append(batch) }
        if confirmsAtOnce { session.storeConfirmed(upTo: batch.sequence) }
    }

    func session(_ session: DeviceSession, noted notes: [SessionNote]) {
        hear { $0.notes += notes }
    }

    func session(_ session: DeviceSession, traced lines: [TraceLine]) {
        hear { $0.trace += lines }
    }

    func session(_ session: DeviceSession, progressed progress: SessionProgress) {
        hear { $0.progress.append(progress) }
    }

    func session(_ session: DeviceSession, needs count: UInt64, of counter: String) {
        hear { $0.needs[counter] = count }
    }

    func session(_ session: DeviceSession, completed command: CommandEnd) {
        hear { $0.commands.append(command) }
    }

    func session(_ session: DeviceSession, finished end: SessionEnd) {
        hear { $0.ends.append(end) }
    }
}
