import Plugins
import Store
import Synchronization
import Values

/// One session that is to be held: a device over one of its commlines, and what it is still asked for.
package struct AttemptPlan: Sendable {
    /// The task that it serves.
    package var task: UUID
    /// The run of the task.
    package var run: UUID
    /// The device.
    package var device: Device
    /// The commline with its channel and protocol.
    package var line: LinePlan
    /// Items without an outcome so far.
    package var items: [TaskItem]
    /// The number of the attempt in its task, from 1.
    package var number: Int
}

/// A commline with what it stands on.
package struct LinePlan: Sendable {
    /// The commline.
    package var commline: Commline
    /// The channel.
    package var channel: Channel
    /// The protocol.
    package var profile: ProtocolProfile
}

/// How an attempt ended, given once everything that the session brought is on disk.
package struct AttemptEnd: Sendable {
    /// `ok` when the session finished by itself and well.
    package var code: ErrorCode
    /// The driver's own code.
    package var detail: Int32
    /// What a person should read.
    package var message: StoredMessage?
    /// The final codes of the items that have one.
    package var outcomes: [Int: ErrorCode]
    /// Whether the exchange with the device had begun: it tells the two phrases of the manual apart.
    package var hadSession: Bool
    /// Whether the session gave way to something more urgent, which costs no attempt.
    package var yielded: Bool
    /// What the session had to do with the end of its plugin's process, where that ended it.
    package var lostPart: SessionLoss.Part?

    /// Whether the device had no part in the failure, so that it costs no attempt.
    var isTheHostsOwn: Bool { code.isTheHostsOwn && lostPart != .culprit }

    /// Makes an end.
    package init(
        code: ErrorCode, detail: Int32 = 0, message: StoredMessage? = nil,
        outcomes: [Int: ErrorCode] = [:], hadSession: Bool = false, yielded: Bool = false,
        lostPart: SessionLoss.Part? = nil
    ) {
        self.lostPart = lostPart
        self.code = code
        self.detail = detail
        self.message = message
        self.outcomes = outcomes
        self.hadSession = hadSession
        self.yielded = yielded
    }
}

/// A switch by which a running attempt is stopped from outside.
package final class AttemptControl: Sendable {
    private struct State {
        var isCancelled = false
        var cancel: (@Sendable () -> Void)?
    }

    private let state = Mutex(State())

    /// Makes a switch that is not thrown.
    package init() {}

    /// Whether somebody cancelled.
    package var isCancelled: Bool { state.withLock(\.isCancelled) }

    /// Says what cancelling means from now on; called at once when it happened already.
    package func onCancel(_ action: @escaping @Sendable () -> Void) {
        let now = state.withLock { state in
            state.cancel = action
            return state.isCancelled
        }
        if now { action() }
    }

    /// Cancels; a second call does nothing.
    package func cancel() {
        let action = state.withLock { state -> (@Sendable () -> Void)? in
            guard !state.isCancelled else { return nil }
            state.isCancelled = true
            return state.cancel
        }
        action?()
    }
}

/// What holds sessions: the plugins, or a script in a test.
package protocol AttemptLauncher: Sendable {
    /// Names what a session over a line must hold alone: the endpoint, also across projects.
    func claim(for line: LinePlan, device: Device) -> Claim

    /// Holds one session.
    ///
    /// - Parameters:
    ///   - plan: What to do.
    ///   - control: How it is cancelled.
    /// - Returns: How it ended, once all that it brought is stored.
    func hold(_ plan: AttemptPlan, control: AttemptControl) async -> AttemptEnd
}
