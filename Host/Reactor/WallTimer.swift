import CSystem
import Glibc

/// One timer of the wall clock, which also hears when somebody sets that clock.
///
/// The timers of the wheel count intervals and know nothing of the wall clock; this one fires when the
/// clock shows a time, however it came to show it.
// SAFETY: All variables belong to the reactor's thread; every entry point checks that it runs there.
package final class WallTimer: Pollable, @unchecked Sendable {
    /// Why the timer calls.
    package enum Event: Hashable, Sendable {
        /// The clock shows the time; the timer is no longer set.
        case reached
        /// The clock was set; the timer may still be set, and it is best to set it anew.
        case clockSet
    }

    private let reactor: Reactor
    private let handler: @Sendable (Event) -> Void
    private var descriptor: Int32 = -1
    private var registration: Poller.Registration?

    /// Makes a timer that is not set; on the reactor's thread.
    ///
    /// - Parameters:
    ///   - reactor: Where `handler` is called. It keeps the timer alive until `close`.
    ///   - handler: Hears that the time has come or the clock was set.
    /// - Throws: A `SystemError` when descriptors have run out.
    package init(
        on reactor: Reactor, _ handler: @escaping @Sendable (Event) -> Void
    ) throws(SystemError) {
        reactor.checkIsolated()
        self.reactor = reactor
        self.handler = handler
        descriptor = try SystemError.check(csys_wall_timer_create(), "timerfd_create")
        registration = try reactor.register(descriptor, csys_readable, self)
    }

    deinit {
        if descriptor >= 0 { _ = csys_close(descriptor) }
    }

    /// Sets the timer, in the place of what it was set to.
    ///
    /// - Parameter milliseconds: Since 1970-01-01 UTC; one that has passed fires in the next pass. Nil
    ///   takes the time back, and with it the word about the clock.
    package func set(_ milliseconds: Int64?) {
        reactor.checkIsolated()
        guard descriptor >= 0 else { return }
        guard let milliseconds else {
            _ = csys_wall_timer_disarm(descriptor)
            return
        }
        guard csys_wall_timer_set(descriptor, milliseconds) == -ECANCELED else { return }
        // The clock was set before the timer was: nobody would be told.
        let handler = handler
        reactor.execute { handler(.clockSet) }
    }

    func ready(_ events: UInt32) {
        guard descriptor >= 0 else { return }
        switch csys_wall_timer_read(descriptor) {
        case 0: handler(.reached)
        case -ECANCELED: handler(.clockSet)
        default: break  // Nothing to read: the timer was set anew since epoll looked.
        }
    }

    /// Ends the timer.
    package func close() {
        reactor.checkIsolated()
        guard descriptor >= 0 else { return }
        if let registration { reactor.deregister(registration, descriptor) }
        registration = nil
        _ = csys_close(descriptor)
        descriptor = -1
    }

    func reactorStopped() {
        close()
    }
}
