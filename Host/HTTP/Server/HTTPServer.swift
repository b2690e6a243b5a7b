import Reactor
import Synchronization

/// An HTTP/1.1 server on reactors.
package final class HTTPServer: Sendable {
    let service: any HTTPService
    let configuration: HTTPServerConfiguration
    let work: Work
    let counters = Counters()

    struct Counters: ~Copyable {
        let accepted = Atomic<UInt64>(0)
        let refused = Atomic<UInt64>(0)
        let requests = Atomic<UInt64>(0)
        let timeouts = Atomic<UInt64>(0)
        let malformed = Atomic<UInt64>(0)
    }

    private struct State {
        var listeners: [TCPListener] = []
        var connections: [ObjectIdentifier: HTTPConnection] = [:]
        var stopping = false
        var stopWaiters: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Mutex(State())

    /// Makes a server, which serves once it listens.
    ///
    /// - Parameters:
    ///   - service: Answers the requests.
    ///   - work: Runs the handlers that ask for it.
    ///   - configuration: Limits and time-outs.
    package init(
        _ service: any HTTPService, work: Work,
        configuration: HTTPServerConfiguration = HTTPServerConfiguration()
    ) {
        self.service = service
        self.work = work
        self.configuration = configuration
    }

    /// What the server has done, readable from any thread.
    package var metrics: HTTPServerMetrics {
        HTTPServerMetrics(
            connections: UInt64(state.withLock { $0.connections.count }),
            accepted: counters.accepted.load(ordering: .relaxed),
            refused: counters.refused.load(ordering: .relaxed),
            requests: counters.requests.load(ordering: .relaxed),
            timeouts: counters.timeouts.load(ordering: .relaxed),
            malformed: counters.malformed.load(ordering: .relaxed))
    }

    /// Listens on one more address.
    ///
    /// - Parameters:
    ///   - address: Where; port 0 lets the system choose.
    ///   - reactor: Accepts the connections, and serves them where no others are given.
    ///   - servers: The reactors that serve the connections, in turn.
    /// - Returns: The address that is bound.
    /// - Throws: A `SystemError`, for example with `EADDRINUSE`.
    package func listen(
        at address: SocketAddress, on reactor: Reactor, serving servers: [Reactor] = []
    ) async throws(SystemError) -> SocketAddress {
        let turn = Turn(servers.isEmpty ? [reactor] : servers)
        let result = await reactor.perform { () -> Result<TCPListener, SystemError> in
            do throws(SystemError) {
                return .success(
                    try TCPListener(at: address, on: reactor, choosing: { turn.next() }) {
                        [weak self] stream in
                        if let self { self.accept(stream) } else { stream.close() }
                    })
            } catch {
                return .failure(error)
            }
        }
        let listener = try result.get()
        state.withLock { $0.listeners.append(listener) }
        return listener.address
    }

    private final class Turn: Sendable {
        private let reactors: [Reactor]
        private let count = Atomic<Int>(0)

        init(_ reactors: [Reactor]) { self.reactors = reactors }

        func next() -> Reactor {
            let turn = count.wrappingAdd(1, ordering: .relaxed).oldValue
            return reactors[Int(UInt(bitPattern: turn) % UInt(reactors.count))]
        }
    }

    // MARK: Connections

    /// Serves an accepted stream, on its reactor.
    private func accept(_ stream: TCPStream) {
        counters.accepted.wrappingAdd(1, ordering: .relaxed)
        let connection = HTTPConnection(stream, server: self)
        let verdict = state.withLock { state -> Verdict in
            if state.stopping { return .stopping }
            guard state.connections.count < configuration.maximumConnections else { return .full }
            state.connections[ObjectIdentifier(connection)] = connection
            return .serve
        }
        switch verdict {
        case .serve: connection.begin()
        case .stopping: stream.close()
        case .full: refuse(stream)
        }
    }

    private enum Verdict: Hashable {
        case serve, full, stopping
    }

    private func refuse(_ stream: TCPStream) {
        counters.refused.wrappingAdd(1, ordering: .relaxed)
        stream.start { _ in }
        let response = Problem.tooManyConnections.response(in: .english)
        guard case .bytes(let body) = response.body else { return stream.close() }
        stream.write(
            ResponseHeadEncoder.encode(
                response, framing: .length(UInt64(body.count)), persistence: .close))
        stream.write(body)
        // Without a wait for the client: it would hold a descriptor that the limit has not counted.
        stream.drain(within: .milliseconds(100)) { _ in stream.close() }
    }

    var isStopping: Bool { state.withLock { $0.stopping } }

    /// A connection has ended.
    func forget(_ connection: HTTPConnection) {
        let waiters = state.withLock { state -> [CheckedContinuation<Void, Never>] in
            state.connections[ObjectIdentifier(connection)] = nil
            guard state.connections.isEmpty else { return [] }
            defer { state.stopWaiters = [] }
            return state.stopWaiters
        }
        for waiter in waiters { waiter.resume() }
    }

    // MARK: Stopping

    /// Stops listening, lets the requests in flight finish, and returns when the last connection has ended.
    ///
    /// - Parameter limit: After which connections are cut.
    package func stop(within limit: Duration) async {
        let (listeners, connections) = state.withLock { state in
            state.stopping = true
            defer { state.listeners = [] }
            return (state.listeners, state.connections.values.map { $0 })
        }
        for listener in listeners { await listener.reactor.perform { listener.close() } }
        for connection in connections { await connection.stop(within: limit) }
        await withCheckedContinuation { waiter in
            let none = state.withLock { state in
                if !state.connections.isEmpty { state.stopWaiters.append(waiter) }
                return state.connections.isEmpty
            }
            if none { waiter.resume() }
        }
    }
}
