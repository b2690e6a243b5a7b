import CSystem
import Glibc

extension Reactor {
    /// Collects readiness and delivers it.
    func pollOnce(waiting: Bool) {
        let count = poller.wait(milliseconds: waiting ? millisecondsToNextTimer : 0)
        guard count > 0 else { return }
        var watch = StopWatch()
        for number in 0..<count {
            guard let (target, events) = poller.target(ofEvent: number) else { continue }
            target.ready(events)
            watch.lap(counters)
            // A long batch does not keep the first answers waiting.
            if flushes.count >= 32 { flushWrites() }
        }
        counters.events.increment(by: UInt64(count))
    }

    /// How long epoll may sleep: until the next timer, rounded up, or for ever (-1).
    private var millisecondsToNextTimer: Int32 {
        guard let tick = wheel.nextTick else { return -1 }
        let now = SystemClock.monotonicNanoseconds
        let due = tick.multipliedReportingOverflow(by: 1_000_000)
        guard !due.overflow else { return .max }
        guard due.partialValue > now else { return 0 }
        return Int32(clamping: (due.partialValue - now + 999_999) / 1_000_000)
    }

    func fireTimers() {
        guard wheel.count > 0 else { return }
        let now = SystemClock.monotonicNanoseconds / 1_000_000
        guard var body = wheel.popExpired(at: now) else { return }
        var watch = StopWatch()
        while true {
            body()
            watch.lap(counters)
            counters.timers.increment()
            guard let next = wheel.popExpired(at: now) else { return }
            body = next
        }
    }

    /// Sends what the streams have gathered since the last time.
    func flushWrites() {
        while !flushes.isEmpty {
            let endpoints = flushes
            flushes.removeAll()
            for endpoint in endpoints { endpoint.flushNow() }
        }
    }

    // MARK: Registration

    func register(
        _ descriptor: Int32, _ events: UInt32, _ target: any Pollable
    ) throws(SystemError) -> Poller.Registration {
        checkIsolated()
        guard !ended else { throw SystemError("epoll_ctl", code: ESHUTDOWN) }
        let registration = try poller.add(descriptor, events, target)
        counters.descriptors.increment()
        return registration
    }

    func modify(_ registration: Poller.Registration, _ descriptor: Int32, _ events: UInt32) {
        poller.modify(registration, descriptor, events)
    }

    func deregister(_ registration: Poller.Registration, _ descriptor: Int32) {
        checkIsolated()
        poller.remove(registration, descriptor)
        counters.descriptors.decrement()
    }
}
