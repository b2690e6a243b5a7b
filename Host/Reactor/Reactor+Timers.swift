extension Reactor {
    /// Runs `body` once after `delay`; on the reactor's thread only.
    ///
    /// It never runs early. It runs up to 2 ms late, and later when the reactor is busy.
    ///
    /// - Parameters:
    ///   - delay: Counted from now; nothing or less means in the next pass of the loop.
    ///   - body: Runs on the reactor's thread. It is released when it has run or is cancelled.
    /// - Returns: The handle for `cancel`.
    @discardableResult
    package func schedule(
        after delay: Duration, _ body: @escaping @Sendable () -> Void
    ) -> TimerHandle {
        checkIsolated()
        let (deadline, overflow) = SystemClock.monotonicNanoseconds.addingReportingOverflow(
            delay.clampedNanoseconds)
        let tick = overflow ? .max : deadline / 1_000_000 + (deadline % 1_000_000 == 0 ? 0 : 1)
        return wheel.schedule(at: tick, body)
    }

    /// Runs `body` inside `actor`, which must be pinned to this reactor, once after `delay`.
    ///
    /// - Parameters:
    ///   - delay: Counted from now.
    ///   - actor: Kept alive until the timer has fired or is cancelled.
    ///   - body: Enters the actor with no hop.
    /// - Returns: The handle for `cancel`.
    @discardableResult
    package func schedule<Pinned: Actor>(
        after delay: Duration, on actor: Pinned,
        _ body: @escaping @Sendable (isolated Pinned) -> Void
    ) -> TimerHandle {
        schedule(after: delay) { actor.assumeIsolated(body) }
    }

    /// Cancels a timer; one that has fired, or was cancelled before, stays as it is.
    package func cancel(_ timer: TimerHandle?) {
        checkIsolated()
        guard let timer else { return }
        wheel.cancel(timer)
    }
}
