import Reactor

/// What a connection waits for, and since when.
struct Patience {
    enum Kind: Hashable {
        /// For nobody: a handler is at work.
        case nothing
        /// For the first byte of a request.
        case request
        /// For the rest of a head.
        case head
        /// For more of a body.
        case body
        /// For the client to take bytes.
        case taking
    }

    var kind = Kind.nothing
    /// On the monotonic clock, in nanoseconds.
    var deadline: UInt64 = 0
    /// Bytes received since the connection began.
    var received = 0
    /// The time in which the body has to bring its least; it outlives the handler's breaks.
    var bodyDeadline: UInt64 = 0
    /// `received` when that time began.
    var bodyMark = 0
    /// Unsent bytes when the present wait for the client began.
    var unsentMark = 0
    /// Armed for the earliest deadline lately; it looks at `deadline` when it fires.
    var timer: TimerHandle?
    var timerAt: UInt64 = 0
}

extension HTTPConnection {
    /// Changes what is waited for; the same again changes nothing.
    func expect(_ kind: Patience.Kind) {
        guard patience.kind != kind else { return }
        patience.kind = kind
        switch kind {
        case .nothing: break
        case .request: wait(configuration.idleTimeout)
        case .head: wait(configuration.headTimeout)
        case .body: waitForBody()
        case .taking:
            patience.unsentMark = stream.unsentByteCount
            wait(configuration.progressTimeout)
        }
    }

    /// Goes on with the time that the body has, or begins a new one.
    private func waitForBody() {
        let now = SystemClock.monotonicNanoseconds
        guard patience.bodyDeadline > now else { return beginBodyTime() }
        patience.deadline = patience.bodyDeadline
        arm(now)
    }

    private func beginBodyTime() {
        patience.bodyMark = patience.received
        wait(configuration.progressTimeout)
        patience.bodyDeadline = patience.deadline
    }

    private func wait(_ duration: Duration) {
        let now = SystemClock.monotonicNanoseconds
        let (deadline, overflow) = now.addingReportingOverflow(duration.clampedNanoseconds)
        patience.deadline = overflow ? .max : deadline
        arm(now)
    }

    /// Arms the timer, unless it fires early enough already: most waits end before their time.
    private func arm(_ now: UInt64) {
        if patience.timer != nil, patience.timerAt <= patience.deadline { return }
        stopWaiting()
        patience.timerAt = patience.deadline
        let left = Duration.nanoseconds(
            Int64(clamping: patience.deadline - min(now, patience.deadline)))
        patience.timer = stream.reactor.schedule(after: left, on: self) { $0.timerFired() }
    }

    func stopWaiting() {
        stream.reactor.cancel(patience.timer)
        patience.timer = nil
    }

    private func timerFired() {
        patience.timer = nil
        guard patience.kind != .nothing else { return }
        let now = SystemClock.monotonicNanoseconds
        if now < patience.deadline { return arm(now) }
        switch patience.kind {
        case .nothing: break
        case .request: close()
        case .head: cut()
        case .body:
            if patience.received - patience.bodyMark >= configuration.minimumBodyBytes {
                beginBodyTime()
            } else {
                cut()
            }
        case .taking:
            let unsent = stream.unsentByteCount
            guard unsent >= patience.unsentMark else {
                patience.unsentMark = unsent
                return wait(configuration.progressTimeout)
            }
            server.counters.timeouts.wrappingAdd(1, ordering: .relaxed)
            stream.abort()
            ended()
        }
    }

    /// The client is too slow with its request.
    private func cut() {
        server.counters.timeouts.wrappingAdd(1, ordering: .relaxed)
        if case .answering(let exchange) = phase { return exchange.failBody(.timedOut) }
        answer(
            RequestHead(.get, path: "/", keepsAlive: false), bodyIsRead: false,
            Problem.requestTimeout.response(in: .english))
    }
}
