import CSystem
import Glibc

/// A TCP connection, made by us or accepted by a `TCPListener`.
// SAFETY: All variables belong to the reactor's thread; every entry point checks that it runs there.
package final class TCPStream: ByteEndpoint, @unchecked Sendable {
    enum State: Hashable {
        /// Made, but `start` was not called yet.
        case idle
        case connecting
        case open
        case closed
    }

    package let reactor: Reactor
    /// The address of the other end; while connecting, the one that is being tried.
    package internal(set) var peer: SocketAddress
    package let options: TCPOptions

    var state: State
    var descriptor: Int32
    var registration: Poller.Registration?
    var interest: UInt32 = 0
    var handler: EndpointHandler?
    /// Waits for the end that `finish` has begun.
    var finished: (@Sendable () -> Void)?

    /// Addresses that are still to be tried.
    var untried: ArraySlice<SocketAddress> = []
    var connectTimer: TimerHandle?
    var connectDeadline: UInt64 = 0

    var queue = WriteQueue()
    var flushScheduled = false
    var congested = false
    var readingPaused = false
    var peerFinished = false
    /// Nothing may be written any more.
    var writeShut = false
    /// The end of our bytes was sent.
    var finSent = false
    var drains: [Drain] = []
    var nextDrain = 0

    struct Drain {
        let number: Int
        let timer: TimerHandle
        let done: @Sendable (Bool) -> Void
    }

    private init(
        reactor: Reactor, peer: SocketAddress, options: TCPOptions, state: State, descriptor: Int32
    ) {
        self.reactor = reactor
        self.peer = peer
        self.options = options
        self.state = state
        self.descriptor = descriptor
    }

    /// Takes over an accepted socket; nothing happens before `start`.
    convenience init(
        accepted descriptor: Int32, peer: SocketAddress, options: TCPOptions, on reactor: Reactor
    ) {
        self.init(
            reactor: reactor, peer: peer, options: options, state: .idle, descriptor: descriptor)
    }

    deinit {
        // Only a stream that was never started still has its descriptor here.
        if descriptor >= 0 { _ = csys_close(descriptor) }
    }

    /// Makes a connection to the first of `addresses` that answers.
    ///
    /// The addresses are tried in order, each with its share of the time that is left. The call returns at
    /// once; `handler` hears `.connected` or `.closed` later, on the reactor's thread.
    ///
    /// - Parameters:
    ///   - addresses: What the name resolved to; with none, the connection fails with `EADDRNOTAVAIL`.
    ///   - reactor: The reactor on whose thread the caller is and everything happens.
    ///   - options: Time-out and behaviour.
    ///   - handler: Receives the events until the stream closes.
    /// - Returns: The stream, not connected yet.
    @discardableResult
    package static func connect(
        to addresses: [SocketAddress], on reactor: Reactor, options: TCPOptions = TCPOptions(),
        _ handler: @escaping EndpointHandler
    ) -> TCPStream {
        reactor.checkIsolated()
        let stream = TCPStream(
            reactor: reactor, peer: addresses.first ?? .any(port: 0), options: options,
            state: .connecting, descriptor: -1)
        stream.handler = handler
        stream.untried = addresses[...]
        stream.beginConnecting()
        return stream
    }

    /// Begins to deliver the events of an accepted stream.
    ///
    /// `.connected` is not delivered: an accepted stream is connected. Where the reactor is stopping, the
    /// stream closes with `.reactorStopped` in a later pass.
    package func start(_ handler: @escaping EndpointHandler) {
        reactor.checkIsolated()
        guard state == .idle else { return }
        self.handler = handler
        state = .open
        opened()
    }

    package var isOpen: Bool { state == .open }

    package var peerDescription: String { peer.description }

    /// The address of this end, or nil when the stream is not open.
    package var localAddress: SocketAddress? {
        guard descriptor >= 0 else { return nil }
        var storage = sockaddr_storage()
        guard csys_local_address(descriptor, &storage) >= 0 else { return nil }
        return SocketAddress(storage)
    }

    /// The descriptor has a connection: registers it and applies the options.
    func opened() {
        _ = csys_set_no_delay(descriptor)  // an option that fails costs delay, not correctness
        if let keepAlive = options.keepAlive {
            _ = csys_set_keep_alive(
                descriptor, keepAlive.idleSeconds, keepAlive.intervalSeconds, keepAlive.probes)
        }
        updateInterest()
    }

    // MARK: Closing

    package func close() {
        reactor.checkIsolated()
        guard state != .closed else { return }
        release()
    }

    /// Closes and makes the peer see a reset; for peers that are refused or misbehave.
    package func abort() {
        reactor.checkIsolated()
        guard state != .closed else { return }
        if descriptor >= 0 { _ = csys_set_abortive_close(descriptor) }
        release()
    }

    /// Sends what is queued, shuts the writing side and closes, at the latest after `limit`.
    ///
    /// The handler is not called any more. Bytes that still arrive are read and dropped, so that they do not
    /// turn the close into a reset while our last bytes are on their way.
    ///
    /// - Parameters:
    ///   - limit: Counted from now.
    ///   - done: Called when the stream has closed, also by its reactor's end.
    package func finish(within limit: Duration, _ done: (@Sendable () -> Void)? = nil) {
        reactor.checkIsolated()
        guard state != .closed else {
            done?()
            return
        }
        handler = nil
        finished = done
        guard state == .open, !peerFinished || queue.byteCount > 0 else { return close() }
        resumeReading()
        shutdownWrite()
        connectTimer = reactor.schedule(after: limit) { [self] in close() }
    }

    /// Ends because of what happened, and says so.
    func fail(_ reason: EndpointClosure) {
        guard state != .closed else { return }
        let handler = self.handler
        let drains = self.drains
        release()
        for drain in drains { drain.done(false) }
        handler?(.closed(reason))
    }

    /// Gives everything back: descriptor, timers, handler.
    private func release() {
        state = .closed
        closeDescriptor()
        reactor.cancel(connectTimer)
        for drain in drains { reactor.cancel(drain.timer) }
        drains = []
        queue.removeAll()
        handler = nil
        let finished = self.finished
        self.finished = nil
        finished?()
    }

    func closeDescriptor() {
        guard descriptor >= 0 else { return }
        if let registration { reactor.deregister(registration, descriptor) }
        registration = nil
        interest = 0
        _ = csys_close(descriptor)
        descriptor = -1
    }
}
