import CSystem
import Glibc

/// A listening TCP socket.
///
/// When the process or the system has no descriptor left, it does not spin and does not fail: it stops
/// accepting for a while (20 ms, doubling up to 1 s), and connections wait in the backlog. After the third such
/// pause the descriptor that its reactor holds in reserve is given up for a moment, to accept the oldest connection and reset it.
// SAFETY: All variables belong to the reactor's thread; every entry point checks that it runs there.
package final class TCPListener: Pollable, @unchecked Sendable {
    /// Receives accepted streams on the thread of the stream's reactor, and calls `start` on them.
    package typealias AcceptHandler = @Sendable (TCPStream) -> Void

    private static let acceptsPerPass = 64
    private static let shortestPauseMilliseconds: Int64 = 20
    private static let longestPauseMilliseconds: Int64 = 1000

    /// The reactor that accepts.
    package let reactor: Reactor
    /// The address that is bound, with the port that the system chose where 0 was asked for.
    package let address: SocketAddress

    private var descriptor: Int32
    private var registration: Poller.Registration?
    private let chooseReactor: @Sendable () -> Reactor
    private let options: TCPOptions
    private let accepted: AcceptHandler
    private var paused = false
    /// Consecutive pauses because descriptors had run out.
    private var shortages = 0
    private var shortageTimer: TimerHandle?

    /// Binds and listens; on the reactor's thread.
    ///
    /// - Parameters:
    ///   - address: Where to listen; port 0 lets the system choose. The IPv6 any-address takes IPv4, too.
    ///   - reactor: Accepts the connections.
    ///   - backlog: How many connections the system keeps waiting.
    ///   - options: For the accepted streams; the connect time-out has no meaning for them.
    ///   - chooseReactor: The reactor for the next connection; without it, the listener's own.
    ///   - accepted: Receives the streams.
    /// - Throws: A `SystemError`, for example with `EADDRINUSE`.
    package init(
        at address: SocketAddress, on reactor: Reactor, backlog: Int32 = 1024,
        options: TCPOptions = TCPOptions(),
        choosing chooseReactor: (@Sendable () -> Reactor)? = nil,
        accepted: @escaping AcceptHandler
    ) throws(SystemError) {
        reactor.checkIsolated()
        self.reactor = reactor
        self.chooseReactor = chooseReactor ?? { reactor }
        self.options = options
        self.accepted = accepted
        (descriptor, self.address) = try Self.bind(address, backlog)
        registration = nil
        reactor.keepReserve()
        registration = try reactor.register(descriptor, csys_readable, self)
    }

    deinit {
        closeDescriptors()
    }

    private static func bind(
        _ address: SocketAddress, _ backlog: Int32
    ) throws(SystemError) -> (Int32, SocketAddress) {
        let descriptor = try SystemError.check(csys_tcp_socket(address.family), "socket")
        do throws(SystemError) {
            try SystemError.check(csys_set_reuse_address(descriptor), "setsockopt")
            try SystemError.check(address.withSockaddr { csys_bind(descriptor, $0, $1) }, "bind")
            try SystemError.check(csys_listen(descriptor, backlog), "listen")
            var storage = sockaddr_storage()
            try SystemError.check(csys_local_address(descriptor, &storage), "getsockname")
            return (descriptor, SocketAddress(storage) ?? address)
        } catch {
            _ = csys_close(descriptor)
            throw error
        }
    }

    // MARK: Accepting

    func ready(_ events: UInt32) {
        for _ in 0..<Self.acceptsPerPass where !acceptOne() { return }
    }

    /// Accepts one connection; false when there is none, or none may be taken now.
    private func acceptOne() -> Bool {
        guard descriptor >= 0, !paused else { return false }
        var storage = sockaddr_storage()
        let result = csys_accept(descriptor, &storage)
        guard result >= 0 else { return mayGoOn(after: -result) }
        shortages = 0
        let chosen = chooseReactor()
        let stream = TCPStream(
            accepted: result, peer: SocketAddress(storage) ?? .any(port: 0),
            options: options, on: chosen)
        if chosen === reactor {
            accepted(stream)
        } else {
            chosen.execute { [accepted] in accepted(stream) }
        }
        return true
    }

    private func mayGoOn(after code: Int32) -> Bool {
        switch code {
        case EAGAIN:
            return false
        case EMFILE, ENFILE, ENOBUFS, ENOMEM:
            waitForDescriptors()
            return false
        default:
            // The connection that was to be accepted has failed meanwhile (accept(2), "Error handling").
            return true
        }
    }

    private func waitForDescriptors() {
        if shortages >= 3 { refuseOne() }
        let factor = Int64(1) << Int64(min(shortages, 10))
        let pause = min(Self.shortestPauseMilliseconds * factor, Self.longestPauseMilliseconds)
        shortages += 1
        listen(false)
        shortageTimer = reactor.schedule(after: .milliseconds(pause)) { [weak self] in
            guard let self, !self.paused else { return }
            self.listen(true)
        }
    }

    private func refuseOne() {
        guard reactor.giveUpReserve() else { return }
        var storage = sockaddr_storage()
        let refused = csys_accept(descriptor, &storage)
        if refused >= 0 {
            _ = csys_set_abortive_close(refused)
            _ = csys_close(refused)
        }
        reactor.keepReserve()
    }

    private func listen(_ on: Bool) {
        guard let registration else { return }
        reactor.poller.modify(registration, descriptor, on ? csys_readable : 0)
    }

    /// Lets connections wait in the backlog until `resume`.
    package func pause() {
        reactor.checkIsolated()
        paused = true
        reactor.cancel(shortageTimer)
        listen(false)
    }

    /// Accepts again after `pause`.
    package func resume() {
        reactor.checkIsolated()
        paused = false
        listen(true)
    }

    /// Stops listening; accepted streams go on.
    package func close() {
        reactor.checkIsolated()
        reactor.cancel(shortageTimer)
        if let registration { reactor.deregister(registration, descriptor) }
        registration = nil
        closeDescriptors()
    }

    func reactorStopped() {
        close()
    }

    private func closeDescriptors() {
        if descriptor >= 0 { _ = csys_close(descriptor) }
        descriptor = -1
    }
}
