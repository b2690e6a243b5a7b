import Reactor
import Values

/// What waits for the store: records on credit, bytes behind AFTER_STORED, and the deadline meanwhile.
extension DeviceSession {
    /// Reading stops where so many bytes wait for the driver.
    private static var readAhead: Int { 256 * 1024 }

    /// True while the store has to catch up before the session goes on as usual.
    ///
    /// While bytes are held back the driver cannot get its answer: its deadline stands still, too, or a slow
    /// store would look like a silent device.
    var isBlocked: Bool { isHeld || gate.isHoldingBytes }

    /// Everything up to `sequence` is on disk.
    func confirm(upTo sequence: UInt64) {
        guard phase == .running || phase == .draining else { return }
        for bytes in gate.confirm(upTo: sequence) { write(bytes) }
        if phase == .draining {
            flushJournals()
            return finishDraining()
        }
        let wasBlocked = isBlocked
        updateHold()
        flushJournals()
        // What was received meanwhile comes before any deadline.
        pump()
        if wasBlocked, !isBlocked, phase == .running { resumeDeadline() }
        resumeDeadlineIfFree()
    }

    private func resumeDeadlineIfFree() {
        guard phase == .running, !isBlocked else { return }
        resumeDeadline()
    }

    /// Holds the session, or lets it go.
    func updateHold() {
        let credit = plan.limits.recordCredit
        if gate.unconfirmedRecords >= credit {
            isHeld = true
        } else if gate.unconfirmedRecords <= credit / 2 {
            isHeld = false
        }
        if isBlocked {
            stopDeadline()
            startHoldTimer()
        } else {
            reactor.cancel(holdTimer)
            holdTimer = nil
        }
        updateReading()
    }

    private func startHoldTimer() {
        guard holdTimer == nil else { return }
        let limit = plan.limits.longestHold
        holdTimer = reactor.schedule(after: limit, on: self) { session in
            session.end(.store, message: HostMessages.held(for: limit), byDriver: false)
        }
    }

    /// Reads the socket only as far as the driver takes what comes.
    func updateReading() {
        guard let stream, stream.isOpen else { return }
        let pauses = isHeld || ordinary.byteCount > Self.readAhead
        guard pauses != isReadingPaused else { return }
        isReadingPaused = pauses
        if pauses { stream.pauseReading() } else { stream.resumeReading() }
    }
}
