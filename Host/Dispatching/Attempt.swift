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
    /// What is asked for of items with a period, as far as it is missing; an item that is not named is
    /// asked for as it is.
    package var ranges: [Int: [Range<Int64>]] = [:]
    /// The number of the attempt in its task, from 1.
    package var number: Int
    /// What an earlier session of the task left when it yielded.
    package var checkpoint: [UInt8]?
    /// Items for which nothing is missing, so that the device is not asked.
    package var settled: [Int] = []
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
    /// With what it yielded.
    package var checkpoint: [UInt8]?
    /// When the attempt began; nil where no session was tried.
    package var began: Moment?
    /// What the session had to do with the end of its plugin's process, where that ended it.
    package var lostPart: SessionLoss.Part?

    /// Whether the device had no part in the failure, so that it costs no attempt.
    var isTheHostsOwn: Bool { code.isTheHostsOwn && lostPart != .culprit }

    /// Whether the device answered as it should, at least in part.
    var isContact: Bool { code == .ok || yielded || outcomes.values.contains(.ok) }

    /// The attempt as the book of contacts has it; nil where no session was tried.
    func mark(of device: UUID, at now: Moment) -> ContactMark? {
        guard let began, !isTheHostsOwn else { return nil }
        return ContactMark(
            device: device, began: began, ended: now, succeeded: isContact, code: code.rawValue)
    }

    /// Whether nobody was there to talk to.
    var isSilence: Bool { !hadSession && (code == .transport || code == .timeout) }

    /// Makes an end.
    package init(
        code: ErrorCode, detail: Int32 = 0, message: StoredMessage? = nil,
        outcomes: [Int: ErrorCode] = [:], hadSession: Bool = false, yielded: Bool = false,
        checkpoint: [UInt8]? = nil, lostPart: SessionLoss.Part? = nil
    ) {
        self.checkpoint = checkpoint
        self.lostPart = lostPart
        self.code = code
        self.detail = detail
        self.message = message
        self.outcomes = outcomes
        self.hadSession = hadSession
        self.yielded = yielded
    }
}

/// The switches by which a running attempt is influenced from outside.
package final class AttemptControl: Sendable {
    private struct Switch {
        var isThrown = false
        var action: (@Sendable () -> Void)?

        mutating func set(_ action: @escaping @Sendable () -> Void) -> Bool {
            self.action = action
            return isThrown
        }

        mutating func throwOnce() -> (@Sendable () -> Void)? {
            guard !isThrown else { return nil }
            isThrown = true
            return action
        }
    }

    private let cancelling = Mutex(Switch())
    private let yielding = Mutex(Switch())

    /// Makes switches that are not thrown.
    package init() {}

    /// Whether somebody cancelled.
    package var isCancelled: Bool { cancelling.withLock(\.isThrown) }

    /// Says what cancelling means from now on; called at once when it happened already.
    package func onCancel(_ action: @escaping @Sendable () -> Void) {
        if cancelling.withLock({ $0.set(action) }) { action() }
    }

    /// Says what yielding means from now on; called at once when it was asked for already.
    package func onYield(_ action: @escaping @Sendable () -> Void) {
        if yielding.withLock({ $0.set(action) }) { action() }
    }

    /// Cancels; a second call does nothing.
    package func cancel() {
        cancelling.withLock { $0.throwOnce() }?()
    }

    /// Asks to stop at the next safe point for something more urgent; a second call does nothing.
    package func yield() {
        yielding.withLock { $0.throwOnce() }?()
    }
}

/// What holds sessions: the plugins, or a script in a test.
package protocol AttemptLauncher: Sendable {
    /// Names what sessions must hold: their endpoints, also across projects, and their gates.
    ///
    /// - Parameter targets: Devices with their lines.
    /// - Returns: For each of them its lines, in their order.
    func lines(of targets: [DispatchTarget]) async -> [[TaskLine]]

    /// Holds one session.
    ///
    /// - Parameters:
    ///   - plan: What to do.
    ///   - control: How it is cancelled.
    /// - Returns: How it ended, once all that it brought is stored.
    func hold(_ plan: AttemptPlan, control: AttemptControl) async -> AttemptEnd
}
