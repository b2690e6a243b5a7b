import CSystem

extension TCPStream: Flushable {
    package var unsentByteCount: Int { queue.byteCount }

    @discardableResult
    package func write(_ bytes: [UInt8]) -> WriteOutcome {
        reactor.checkIsolated()
        guard state == .open, !writeShut else { return .closed }
        queue.append(bytes)
        scheduleFlush()
        guard queue.byteCount > options.highWaterMark else { return .accepted }
        congested = true
        return .congested
    }

    package func shutdownWrite() {
        reactor.checkIsolated()
        guard state == .open, !writeShut else { return }
        writeShut = true
        // Through the flush, which comes after the owner's callback: it may end the stream.
        scheduleFlush()
    }

    private func scheduleFlush() {
        // While epoll waits for the socket to become writable, there is no use in trying.
        guard !flushScheduled, interest & csys_writable == 0 else { return }
        flushScheduled = true
        reactor.flushes.append(self)
    }

    /// Sends what is queued; called at the end of a pass and when the socket becomes writable.
    func flushNow() {
        flushScheduled = false
        guard state == .open else { return }
        switch queue.send(to: descriptor) {
        case .blocked: updateInterest()
        case .failed(let code): fail(Self.closure("send", code: code))
        case .empty: flushed()
        }
    }

    /// Everything was taken by the system.
    private func flushed() {
        if writeShut, !finSent {
            finSent = true
            _ = csys_shutdown_write(descriptor)  // fails only where the connection has gone already
        }
        updateInterest()
        let waiting = drains
        drains = []
        for drain in waiting {
            reactor.cancel(drain.timer)
            drain.done(true)
        }
        if congested {
            congested = false
            handler?(.drained)
        }
        endIfBothFinished()
    }

    package func drain(within limit: Duration, _ done: @escaping @Sendable (Bool) -> Void) {
        reactor.checkIsolated()
        guard state == .open else {
            reactor.schedule(after: .zero) { done(false) }
            return
        }
        let number = nextDrain
        nextDrain += 1
        let timer = reactor.schedule(after: limit) { [weak self] in self?.drainTimedOut(number) }
        drains.append(Drain(number: number, timer: timer, done: done))
        // With an empty queue the flush finds nothing to send and says so.
        scheduleFlush()
    }

    private func drainTimedOut(_ number: Int) {
        guard let index = drains.firstIndex(where: { $0.number == number }) else { return }
        drains.remove(at: index).done(false)
    }
}
