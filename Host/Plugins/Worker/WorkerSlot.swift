import Reactor

/// One session inside a worker, as the host knows it.
final class WorkerSlot {
    /// What is waited for.
    enum Wait {
        case nothing
        case opening(@Sendable (OpenAnswer) -> Void)
        case turn(@Sendable (Turn) -> Void)
        /// `close` was sent; nobody waits for its answer but the worker's bookkeeping.
        case closing
    }

    /// The device, for blame.
    let subject: String
    let filter: SecretFilter
    let lost: @Sendable (SessionLoss) -> Void
    /// The moment of what is being handled.
    var stamp: TimeStamp
    var rules: LinkRules
    var wait: Wait

    init(
        subject: String, filter: SecretFilter, lost: @escaping @Sendable (SessionLoss) -> Void,
        stamp: TimeStamp, rules: LinkRules, wait: Wait
    ) {
        self.subject = subject
        self.filter = filter
        self.lost = lost
        self.stamp = stamp
        self.rules = rules
        self.wait = wait
    }

    var isBusy: Bool {
        if case .nothing = wait { false } else { true }
    }

    var isClosing: Bool {
        if case .closing = wait { true } else { false }
    }
}

/// A session in a worker process.
final class WorkerSession: HostedSession {
    private let worker: WorkerProcess
    private let number: UInt32

    init(_ worker: WorkerProcess, number: UInt32) {
        self.worker = worker
        self.number = number
    }

    func handle(
        _ event: StampedEvent, _ standing: SessionStanding,
        _ ended: @escaping @Sendable (Turn) -> Void
    ) {
        worker.assumeIsolated { $0.deliver(event, standing, to: number, ended) }
    }

    func close() {
        worker.assumeIsolated { $0.close(number) }
    }
}
