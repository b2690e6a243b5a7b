import CCommline

/// What a wait of the body is for.
struct Interest: OptionSet, Sendable {
    let rawValue: UInt8

    static let bytes = Interest(rawValue: 1)
    static let connection = Interest(rawValue: 2)
    static let disconnection = Interest(rawValue: 4)
    static let credit = Interest(rawValue: 8)
    static let writable = Interest(rawValue: 16)
    static let command = Interest(rawValue: 32)
}

/// How a wait uses the session's one timer.
enum Alarm {
    /// The wait has no end of its own.
    case none
    /// The wait ends after this time, counted from the event being handled.
    case after(Duration)
    /// The timer stays as an earlier wait set it.
    case kept
}

extension Session {
    /// Suspends the body until something that it is interested in happens.
    ///
    /// - Parameters:
    ///   - interest: What ends the wait; an interruption always does.
    ///   - alarm: When the wait ends by itself.
    ///   - isGoodbye: Whether the wait may go on although the session was interrupted.
    /// - Returns: False when the time is over.
    /// - Throws: The interruption, or what made it impossible to wait.
    func wait(
        for interest: Interest, _ alarm: Alarm, isGoodbye: Bool = false
    ) async throws(LinkError) -> Bool {
        try await checkInterruption(isGoodbye: isGoodbye)
        guard waiter == nil else { throw .refused(action: "wait", .invalid) }
        guard try setTimer(alarm) else {
            await countRefusal()
            return false
        }
        await withUnsafeContinuation { continuation in
            waiter = Waiter(interest: interest, continuation: continuation)
        }
        try await checkInterruption(isGoodbye: isGoodbye)
        return !hasExpired
    }

    /// Throws what interrupted the session, if anything did.
    func checkInterruption(isGoodbye: Bool = false) async throws(LinkError) {
        guard let interruption, !isGoodbye || interruption == .closed else { return }
        await countRefusal()
        throw interruption
    }

    /// Resumes the body where it waits for this; without an argument wherever it waits.
    func wake(_ reason: Interest? = nil) {
        guard let waiter else { return }
        if let reason, waiter.interest.isDisjoint(with: reason) { return }
        self.waiter = nil
        waiter.continuation.resume()
    }

    /// Ends the wait whose time is over.
    func expire() {
        guard isTimerSet else { return }
        isTimerSet = false
        hasExpired = true
        wake()
    }

    /// Stops a body that goes on waiting although every wait is answered at once: it would never give
    /// the host its thread back.
    private func countRefusal() async {
        refusals += 1
        guard refusals > Self.refusalLimit else { return }
        let reason = """
            the driver waits again and again within one event, although each wait is answered at \
            once (it does not stop when it is told to)
            """
        log.write(.error, reason)
        finish(.internalError, 0, Message(detail: reason))
        // The body is given up: it stays suspended, and its memory is lost.
        await withUnsafeContinuation { (_: UnsafeContinuation<Void, Never>) in
            waiter = nil
        }
    }

    /// Sets or clears the host's timer.
    ///
    /// - Returns: False when there is no time to wait at all.
    private func setTimer(_ alarm: Alarm) throws(LinkError) -> Bool {
        switch alarm {
        case .kept:
            return !hasExpired
        case .none:
            hasExpired = false
            guard isTimerSet else { return true }
            isTimerSet = false
            try check(host.deadline(UInt32.max), "clear the deadline")
            return true
        case .after(let duration):
            let milliseconds = Self.milliseconds(duration)
            hasExpired = milliseconds == 0
            guard !hasExpired else { return false }
            try check(host.deadline(milliseconds), "set a deadline")
            isTimerSet = true
            return true
        }
    }

    /// A duration in whole milliseconds, rounded up, within what the timer can do (49 days).
    static func milliseconds(_ duration: Duration) -> UInt32 {
        guard duration > .zero else { return 0 }
        let (seconds, attoseconds) = duration.components
        guard seconds < 4_294_967 else { return UInt32.max - 1 }
        let rest = (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000
        return UInt32(clamping: min(seconds * 1000 + rest, Int64(UInt32.max) - 1))
    }

    /// Turns a status that is not OK into an error.
    func check(_ status: commline_status, _ action: String) throws(LinkError) {
        guard status != COMMLINE_OK else { return }
        throw .refused(action: action, LinkError.Refusal(status))
    }

    /// Throws where the session is over and no action is legal any more.
    func requireLife() throws(LinkError) {
        guard life == .running else { throw .closed }
    }
}
