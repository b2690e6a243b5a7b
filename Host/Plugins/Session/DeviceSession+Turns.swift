import Reactor
import Values

/// Events in, actions out.
extension DeviceSession {
    /// What the link needs to know now.
    var standing: SessionStanding {
        let queued = (stream?.unsentByteCount ?? 0) + gate.heldByteCount
        return SessionStanding(
            isConnected: isConnectedForDriver, sendBudget: max(0, Self.sendLimit - queued),
            grants: pendingGrants)
    }

    private static var sendLimit: Int { 1 << 20 }

    /// Delivers what waits, one event at a time, until nothing may be delivered.
    func pump() {
        guard !isPumping else { return }
        isPumping = true
        defer { isPumping = false }
        while phase == .running, !isTurnRunning, let event = nextEvent() { deliver(event) }
        guard phase == .running, !isTurnRunning else { return }
        updateReading()
        if isStuck { end(.internalError, message: HostMessages.stuck, byDriver: false) }
    }

    private func nextEvent() -> StampedEvent? {
        if let event = urgent.popFirst() { return event }
        // A session that the store holds back hears of nothing else.
        guard !isHeld else { return nil }
        if let event = ordinary.popFirst() { return event }
        guard case .due = deadline, !isBlocked else { return nil }
        deadline = .none
        return StampedEvent(.deadline, at: .now)
    }

    private func deliver(_ event: StampedEvent) {
        guard let hosted else { return }
        switch event.event {
        case .connected: isConnectedForDriver = true
        case .disconnected: isConnectedForDriver = false
        default: break
        }
        isTurnRunning = true
        runningEvent = event
        let standing = self.standing
        pendingGrants = [:]
        hosted.handle(event, standing) { turn in
            self.assumeIsolated { $0.ended(turn, after: event) }
        }
    }

    private func ended(_ turn: Turn, after event: StampedEvent) {
        isTurnRunning = false
        runningEvent = nil
        guard phase == .running else { return }
        perform(turn, after: event, at: event.stamp)
        if case .connected = event.event { takeEarlyCommands() }
        pump()
    }

    /// Does what a callback asked for, in order.
    func perform(_ turn: Turn, after event: StampedEvent?, at stamp: TimeStamp) {
        judge(turn, at: stamp)
        if case .received(let bytes) = event?.event {
            traceReceived(bytes, at: stamp, redacted: turn.redactions)
        }
        var batch = SessionBatch(sequence: gate.nextSequence)
        var completed: [CommandEnd] = []
        for action in turn.actions { perform(action, at: stamp, &batch, &completed) }
        hand(over: batch)
        // A command is over when the delegate has what came of it, and not before.
        for command in completed { delegate?.session(self, completed: command) }
        schedule(turn.shortages)
        // The end comes last, so that the delegate has everything before it.
        switch turn.actions.last {
        case .finish(let code, let detail, let message):
            end(
                code, detail: detail, message: message.map(filter.blanked) ?? Message(),
                byDriver: true)
        case .yielded(let checkpoint):
            end(.ok, message: Message(), byDriver: true, checkpoint: checkpoint)
        default:
            updateHold()
            flushJournals()
        }
    }

    private func perform(
        _ action: SessionAction, at stamp: TimeStamp, _ batch: inout SessionBatch,
        _ completed: inout [CommandEnd]
    ) {
        switch action {
        case .send(let bytes): send(bytes, isGathering: !batch.isEmpty)
        case .redact, .finish, .yielded: break
        case .deadline(let milliseconds): setDeadline(milliseconds: milliseconds, from: stamp)
        case .record(let record): batch.records.append(record)
        case .outcome(let outcome): batch.outcomes.append(recorded(outcome))
        case .note(var note):
            note.message = filter.blanked(note.message)
            noteQueue.append(note)
        case .progress(let progress): delegate?.session(self, progressed: progress)
        case .child(let child): batch.children.append(child)
        case .remember(let write): batch.memory.append(write)
        case .needsCounter(let counter, let count):
            awaitsCounters = true
            delegate?.session(self, needs: count, of: counter)
        case .reconnect(let milliseconds): reconnect(after: .milliseconds(milliseconds))
        case .complete(let requestID, let code, let message):
            completed.append(commandEnd(requestID, code, message.map(filter.blanked)))
        }
    }

    private func hand(over batch: SessionBatch) {
        guard !batch.isEmpty else { return }
        statistics.records += UInt64(batch.records.count)
        gate.issue(batch)
        delegate?.session(self, wrote: batch)
    }

    /// Notes what has become of an item.
    private func recorded(_ outcome: ItemOutcome) -> ItemOutcome {
        var outcome = outcome
        outcome.message = outcome.message.map(filter.blanked)
        if outcome.requestID == 0 {
            stages[outcome.item] = max(stages[outcome.item] ?? outcome.stage, outcome.stage)
        } else {
            commandItems[outcome.requestID]?[outcome.item] = .some(outcome.stage)
        }
        if outcome.stage == .final { plugin.metrics.itemEnded(outcome.code) }
        return outcome
    }

    // MARK: Judging

    private func judge(_ turn: Turn, at stamp: TimeStamp) {
        statistics.callbacks += 1
        statistics.callbackNanoseconds += turn.nanoseconds
        let records = turn.actions.count { if case .record = $0 { true } else { false } }
        let becameDegraded = plugin.metrics.callback(
            turn, records: records, at: SystemClock.monotonicNanoseconds)
        if turn.nanoseconds > PluginMetrics.slowNanoseconds {
            let milliseconds = turn.nanoseconds / 1_000_000
            log.warning(
                "a callback took too long",
                ["session": plan.label, "ms": String(milliseconds), "limit": "100"])
            noteQueue.append(
                SessionNote(
                    level: .warning, message: HostMessages.slowCallback(milliseconds: milliseconds),
                    stamp: stamp))
        }
        if becameDegraded {
            log.error("the plugin is degraded: three slow callbacks within a minute")
        }
        for breach in turn.breaches {
            let breach = filter.blanked(breach)
            log.warning("broke the ABI's contract", ["session": plan.label, "call": breach])
            noteQueue.append(
                SessionNote(level: .warning, message: HostMessages.breach(breach), stamp: stamp))
        }
    }

    // MARK: Credit

    private func schedule(_ shortages: Turn.Shortages) {
        if shortages.contains(.sendBytes) {
            awaitsSendCredit = true
            watchDrain()
        }
        guard shortages.contains(.perCallback), !isCreditScheduled else { return }
        isCreditScheduled = true
        // In a later pass: others have their turn, too.
        post { session in
            session.isCreditScheduled = false
            guard session.phase == .running else { return }
            session.ordinary.append(.credit, at: .now)
            session.pump()
        }
    }

    /// A driver that is not connected and waits for nothing would stay for ever.
    private var isStuck: Bool {
        plan.mode == .task && !isConnectedForDriver && !isConnecting && !deadline.isSet
            && ordinary.isEmpty && urgent.isEmpty && !isBlocked && !awaitsCounters
            && !isCreditScheduled && forceTimer == nil
    }
}

extension Turn {
    /// Stretches of the received bytes that no journal may show.
    var redactions: [Range<Int>] {
        actions.compactMap { if case .redact(let range) = $0 { range } else { nil } }
    }
}
