import Reactor
import Values

/// How the session is going to end, while its last bytes leave.
struct SessionEnding {
    var code: ErrorCode
    var detail: Int32
    var message: Message
    var checkpoint: [UInt8]?
    var byDriver: Bool
}

/// The end: close the plugin's session, let the last bytes leave, close the channel, tell the delegate.
extension DeviceSession {
    /// Ends the session, once; later calls do nothing.
    ///
    /// - Parameters:
    ///   - code: Why.
    ///   - detail: The driver's own code.
    ///   - message: For people.
    ///   - byDriver: The driver ended it: what it has sent is still to leave.
    ///   - checkpoint: Where it yielded.
    func end(
        _ code: ErrorCode, detail: Int32 = 0, message: Message, byDriver: Bool,
        checkpoint: [UInt8]? = nil
    ) {
        guard phase != .draining, phase != .ended else { return }
        ending = SessionEnding(
            code: code, detail: detail, message: message, checkpoint: checkpoint,
            byDriver: byDriver)
        phase = .draining
        for timer in [forceTimer, lifeTimer, holdTimer] { reactor.cancel(timer) }
        clearDeadline()
        closeHosted()
        urgent.removeAll()
        traceUnhandled()
        ordinary.removeAll()
        refuseEarlyCommands()
        flushJournals()
        guard byDriver, let stream, stream.isOpen else { return channelGone() }
        if isReadingPaused { stream.resumeReading() }
        drainTimer = reactor.schedule(after: plan.limits.drain, on: self) { $0.channelGone() }
        finishDraining()
    }

    /// Ends the plugin's session; not while its callback runs, which is when a plugin in this process calls
    /// finish: `end` is reached after it.
    private func closeHosted() {
        guard let hosted else { return }
        self.hosted = nil
        hosted.close()
        plugin.metrics.sessionClosed()
    }

    /// Closes the channel as soon as nothing is left to send.
    func finishDraining() {
        guard phase == .draining else { return }
        guard let stream, stream.isOpen else { return channelGone() }
        guard !gate.isHoldingBytes else { return }
        guard stream.unsentByteCount == 0 else { return watchDrain() }
        channelGone()
    }

    /// The channel is done with: nothing of the session is left.
    func channelGone() {
        guard phase == .draining, let ending else { return }
        phase = .ended
        reactor.cancel(drainTimer)
        if let stream, stream.isOpen {
            trace.append(TraceLine(stamp: .now, kind: .disconnected(reason: "closed by the host")))
            // The last bytes have left for the system; what still comes must not turn into a reset.
            if ending.byDriver {
                stream.finish(within: plan.limits.drain)
                self.stream = nil
            }
        }
        dropStream()
        gate.dropBytes()
        flushJournals()
        statistics.ended = .now
        plugin.metrics.sessionEnded(ending.code)
        let delegate = self.delegate
        self.delegate = nil
        delegate?.session(
            self,
            finished: SessionEnd(
                code: ending.code, detail: ending.detail, message: ending.message,
                checkpoint: ending.checkpoint, byDriver: ending.byDriver, lostPart: lostPart,
                remaining: remaining(ending), lastSequence: gate.lastSequence,
                statistics: statistics))
    }

    private func remaining(_ ending: SessionEnding) -> [ItemOutcome] {
        guard ending.checkpoint == nil else { return [] }
        return plan.items.filter { stages[$0] != .final }.map {
            remainder($0, of: 0, stage: stages[$0], code: ending.code)
        }
    }

    /// What becomes of an item that was left without a final outcome.
    func remainder(
        _ item: UInt32, of requestID: UInt64, stage: ItemStage?, code: ErrorCode
    ) -> ItemOutcome {
        // A command that was about to act, and whose confirmation nobody saw, may have acted.
        let isOpen = stage == .sent && code != .ok
        let code = isOpen ? .indeterminate : code
        plugin.metrics.itemEnded(code)
        return ItemOutcome(item: item, requestID: requestID, stage: .final, code: code)
    }
}
