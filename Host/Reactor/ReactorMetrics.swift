import Synchronization

/// What a reactor has done since its start.
package struct ReactorMetrics: Hashable, Sendable {
    /// Passes of the event loop.
    package var loops: UInt64 = 0
    /// Readiness events delivered.
    package var events: UInt64 = 0
    /// Timers fired.
    package var timers: UInt64 = 0
    /// Jobs and closures run.
    package var jobs: UInt64 = 0
    /// The longest single callback or job, in microseconds.
    package var longestCallbackMicroseconds: UInt64 = 0
    /// Descriptors registered now.
    package var descriptors: UInt64 = 0
}

/// The counters behind `ReactorMetrics`: written by the reactor's thread only, read by anyone.
struct MetricCounters: ~Copyable {
    let loops = Atomic<UInt64>(0)
    let events = Atomic<UInt64>(0)
    let timers = Atomic<UInt64>(0)
    let jobs = Atomic<UInt64>(0)
    let longestNanoseconds = Atomic<UInt64>(0)
    let descriptors = Atomic<UInt64>(0)

    var snapshot: ReactorMetrics {
        ReactorMetrics(
            loops: loops.load(ordering: .relaxed),
            events: events.load(ordering: .relaxed),
            timers: timers.load(ordering: .relaxed),
            jobs: jobs.load(ordering: .relaxed),
            longestCallbackMicroseconds: longestNanoseconds.load(ordering: .relaxed) / 1000,
            descriptors: descriptors.load(ordering: .relaxed))
    }
}

extension Atomic<UInt64> {
    /// Adds to a counter that only the calling thread writes; cheaper than an atomic addition.
    borrowing func increment(by amount: UInt64 = 1) {
        store(load(ordering: .relaxed) &+ amount, ordering: .relaxed)  // a counter may wrap
    }

    /// Takes one from a counter that only the calling thread writes, and that it has incremented.
    borrowing func decrement() {
        store(load(ordering: .relaxed) &- 1, ordering: .relaxed)
    }
}

/// Measures consecutive callbacks with one reading of the clock each.
struct StopWatch {
    private var last = SystemClock.monotonicNanoseconds

    mutating func lap(_ counters: borrowing MetricCounters) {
        let now = SystemClock.monotonicNanoseconds
        let spent = now - last
        if spent > counters.longestNanoseconds.load(ordering: .relaxed) {
            counters.longestNanoseconds.store(spent, ordering: .relaxed)
        }
        last = now
    }
}
