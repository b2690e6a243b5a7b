import Log
import Reactor
import Values

/// One conversation of a driver with a device: it owns the channel, the timer and the journals, hands the
/// driver its events one at a time, and does what the driver asks for.
///
/// It lives on one reactor and keeps itself alive from `start` until its delegate has heard `finished`. The
/// functions that control it may be called from any thread; they take effect a little later, never inside
/// the call, so that a delegate is not called back while it calls.
package actor DeviceSession {
    enum Phase: Hashable {
        case idle
        /// The first connection is being made.
        case connecting
        /// The plugin is opening its session.
        case opening
        case running
        /// The driver is done; its last bytes are leaving.
        case draining
        case ended
    }

    package nonisolated let plugin: Plugin
    package nonisolated let plan: SessionPlan
    package nonisolated let reactor: Reactor
    package nonisolated var unownedExecutor: UnownedSerialExecutor {
        reactor.asUnownedSerialExecutor()
    }
    nonisolated let resolver: Resolver
    nonisolated let log: Log
    nonisolated let filter: SecretFilter

    var delegate: (any SessionDelegate)?
    var phase = Phase.idle
    var hosted: (any HostedSession)?
    /// True while the plugin is handling an event.
    var isTurnRunning = false
    /// What the plugin is handling.
    var runningEvent: StampedEvent?
    /// What the session had to do with the end of the plugin's process.
    var lostPart: SessionLoss.Part?
    var isPumping = false

    // The channel. `generation` counts connections: what belongs to an old one is dropped.
    var stream: TCPStream?
    var generation = 0
    var isConnecting = false
    var connectTimer: TimerHandle?
    var resolution: Task<Void, Never>?
    /// What the driver knows: from CONNECTED to DISCONNECTED.
    var isConnectedForDriver = false
    /// The driver has handled its first CONNECTED: commands may follow.
    var isReadyForCommands = false
    var isWatchingDrain = false
    var isReadingPaused = false

    // Events that wait.
    var urgent = EventQueue()
    var ordinary = EventQueue()
    var deadline = SessionDeadline.none
    var pendingGrants: [String: CounterBlock] = [:]
    var awaitsSendCredit = false
    var awaitsCounters = false
    var isCreditScheduled = false

    // The store.
    var gate = StoreGate()
    /// The session has used up its credit of records.
    var isHeld = false
    var holdTimer: TimerHandle?

    // The journals.
    var sentBlanker: FrameBlanker
    var receivedBlanker: FrameBlanker
    var trace: [TraceLine] = []
    var noteQueue: [SessionNote] = []

    // The items and the end.
    var stages: [UInt32: ItemStage] = [:]
    var commandItems: [UInt64: [UInt32: ItemStage?]] = [:]
    /// Commands that came before the driver knew its first connection.
    var earlyCommands: [(requestID: UInt64, request: SessionCommand)] = []
    var ending: SessionEnding?
    var forceTimer: TimerHandle?
    var lifeTimer: TimerHandle?
    var drainTimer: TimerHandle?
    var statistics = SessionStatistics()

    /// Makes a session; `start` begins it.
    ///
    /// - Parameters:
    ///   - plugin: The driver's.
    ///   - plan: What to do, and where.
    ///   - reactor: Where the session lives.
    ///   - resolver: Finds the addresses of names.
    ///   - delegate: Hears everything; released after `finished`.
    package init(
        plugin: Plugin, plan: SessionPlan, on reactor: Reactor, resolver: Resolver,
        delegate: any SessionDelegate
    ) {
        self.plugin = plugin
        self.plan = plan
        self.reactor = reactor
        self.resolver = resolver
        self.delegate = delegate
        log = Log("plugin.\(plugin.id)")
        filter = SecretFilter(plan.secrets)
        sentBlanker = FrameBlanker(filter)
        receivedBlanker = FrameBlanker(filter)
    }

    // MARK: Control

    /// Connects the channel and opens the driver's session.
    package nonisolated func start() {
        post { $0.begin() }
    }

    /// Cancels the session: the driver gets CANCEL and the closing grace, then it is stopped.
    package nonisolated func cancel() {
        post { $0.cancelNow() }
    }

    /// Asks the driver to say goodbye and finish.
    ///
    /// - Parameters:
    ///   - grace: How long it may take; nil for the plan's.
    ///   - code: The session's code where it has to be stopped.
    package nonisolated func close(grace: Duration? = nil, code: ErrorCode = .cancelled) {
        post { $0.closeNow(grace: grace ?? $0.plan.limits.closingGrace, code: code, reason: nil) }
    }

    /// Asks the driver to stop at the next safe point, because something more urgent waits.
    package nonisolated func yield(grace: Duration) {
        post { session in
            guard session.phase == .running else { return }
            session.urgent.append(.yield(graceMilliseconds: grace.clampedMilliseconds), at: .now)
            session.pump()
        }
    }

    /// Says that all batches up to this one are on disk.
    package nonisolated func storeConfirmed(upTo sequence: UInt64) {
        post { $0.confirm(upTo: sequence) }
    }

    /// Gives numbers of a counter; their end was made durable before.
    package nonisolated func grant(_ counter: String, _ block: CounterBlock) {
        post { session in
            guard session.phase == .running else { return }
            session.pendingGrants[counter] = block
            session.awaitsCounters = false
            session.ordinary.append(.credit, at: .now)
            session.pump()
        }
    }

    /// Hands a command to a monitor session, as soon as it runs; one that ends before completes the command
    /// with the code of its end.
    ///
    /// - Parameters:
    ///   - requestID: Its number, not 0, used once.
    ///   - request: A document with `items`, as in a request.
    package nonisolated func command(requestID: UInt64, _ request: SessionCommand) {
        post { $0.take(requestID, request) }
    }

    /// Cancels one command of a monitor session.
    package nonisolated func cancelCommand(requestID: UInt64) {
        post { $0.cancelCommandNow(requestID) }
    }

    /// Runs `body` on the reactor, outside of every call.
    nonisolated func post(_ body: @escaping @Sendable (isolated DeviceSession) -> Void) {
        reactor.execute { self.assumeIsolated(body) }
    }

    // MARK: The beginning

    private func begin() {
        guard phase == .idle else { return }
        statistics.started = .now
        phase = .connecting
        if let limit = plan.limits.longestSession {
            lifeTimer = reactor.schedule(after: limit, on: self) { session in
                session.closeNow(
                    grace: session.plan.limits.closingGrace, code: .timeout,
                    reason: HostMessages.tooLong(limit))
            }
        }
        connect()
    }

    /// The channel is there: the plugin opens its session.
    func open(at stamp: TimeStamp) {
        phase = .opening
        let opening = SessionOpening(
            role: .driver, mode: plan.mode, json: plan.requestText, items: plan.items,
            memory: plan.memorySizes, counters: plan.counters, subject: plan.subject,
            filter: filter)
        plugin.runtime.open(
            opening, at: stamp, standing, on: reactor,
            lost: { loss in self.assumeIsolated { $0.lost(loss) } }
        ) { answer in
            self.assumeIsolated { $0.opened(answer, at: stamp) }
        }
    }

    /// The process in which the driver ran is gone.
    private func lost(_ loss: SessionLoss) {
        hosted.map { _ in plugin.metrics.sessionClosed() }
        hosted = nil
        isTurnRunning = false
        if let event = runningEvent, case .received(let bytes) = event.event {
            // Whoever looks for the cause wants to see the frame that was being handled.
            traceReceived(bytes, at: event.stamp, redacted: [])
        }
        runningEvent = nil
        lostPart = loss.part
        end(.pluginCrashed, message: loss.message, byDriver: false)
    }

    private func opened(_ answer: OpenAnswer, at stamp: TimeStamp) {
        switch answer {
        case .refused(let code, let detail, let text, let turn):
            guard phase == .opening else { return }
            perform(turn.withoutActions, after: nil, at: stamp)
            end(
                code, detail: detail, message: filter.blanked(HostMessages.openRefused(text)),
                byDriver: true)
        case .opened(let hosted, let turn):
            guard phase == .opening else { return hosted.close() }
            self.hosted = hosted
            phase = .running
            plugin.metrics.sessionOpened()
            perform(turn, after: nil, at: stamp)
            pump()
        }
    }

    // MARK: Ending from outside

    private func cancelNow() {
        switch phase {
        case .idle, .connecting, .opening:
            end(.cancelled, message: HostMessages.cancelled, byDriver: false)
        case .running:
            urgent.append(.cancel(requestID: 0), at: .now)
            force(after: plan.limits.closingGrace, code: .cancelled, reason: nil)
            pump()
        case .draining, .ended:
            break
        }
    }

    func closeNow(grace: Duration, code: ErrorCode, reason: Message?) {
        switch phase {
        case .idle, .connecting, .opening:
            end(code, message: reason ?? HostMessages.cancelled, byDriver: false)
        case .running:
            urgent.append(.closing(graceMilliseconds: grace.clampedMilliseconds), at: .now)
            force(after: grace, code: code, reason: reason)
            pump()
        case .draining, .ended:
            break
        }
    }

    /// Stops the driver where it does not finish by itself; a later demand does not extend an earlier one.
    private func force(after grace: Duration, code: ErrorCode, reason: Message?) {
        guard forceTimer == nil else { return }
        forceTimer = reactor.schedule(after: grace, on: self) { session in
            session.end(code, message: reason ?? HostMessages.forced(after: grace), byDriver: false)
        }
    }
}
