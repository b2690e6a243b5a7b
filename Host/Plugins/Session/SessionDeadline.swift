import Reactor

/// The session's one timer.
enum SessionDeadline {
    /// Not set.
    case none
    /// Runs until `due` (monotonic nanoseconds).
    case armed(due: UInt64, timer: TimerHandle)
    /// Stands still with so many nanoseconds left, because the store has to catch up.
    case stopped(remaining: UInt64)
    /// Has passed and waits to be delivered.
    case due

    var isSet: Bool {
        if case .none = self { false } else { true }
    }
}

extension DeviceSession {
    /// Sets the deadline, counted from an event's time.
    func setDeadline(milliseconds: UInt32?, from stamp: TimeStamp) {
        clearDeadline()
        guard let milliseconds else { return }
        let due = stamp.monotonicNanoseconds &+ UInt64(milliseconds) &* 1_000_000
        let now = SystemClock.monotonicNanoseconds
        let remaining = due > now ? due - now : 0
        if isBlocked {
            deadline = .stopped(remaining: remaining)
        } else {
            armDeadline(remaining: remaining)
        }
    }

    func clearDeadline() {
        if case .armed(_, let timer) = deadline { reactor.cancel(timer) }
        deadline = .none
    }

    /// Lets the deadline stand still.
    func stopDeadline() {
        switch deadline {
        case .none, .stopped: break
        case .due: deadline = .stopped(remaining: 0)
        case .armed(let due, let timer):
            reactor.cancel(timer)
            let now = SystemClock.monotonicNanoseconds
            deadline = .stopped(remaining: due > now ? due - now : 0)
        }
    }

    /// Lets a deadline that stands still run on.
    func resumeDeadline() {
        guard case .stopped(let remaining) = deadline else { return }
        armDeadline(remaining: remaining)
    }

    private func armDeadline(remaining: UInt64) {
        let due = SystemClock.monotonicNanoseconds &+ remaining
        let delay = Duration.nanoseconds(Int64(clamping: remaining))
        let timer = reactor.schedule(after: delay, on: self) { session in
            guard case .armed = session.deadline else { return }
            session.deadline = .due
            session.pump()
        }
        deadline = .armed(due: due, timer: timer)
    }
}
