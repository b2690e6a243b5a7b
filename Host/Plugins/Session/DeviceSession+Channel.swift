import Reactor
import Values

/// The channel: connecting, reading, writing.
extension DeviceSession {
    var endpoint: TCPEndpoint {
        switch plan.channel {
        case .tcp(let endpoint): endpoint
        }
    }

    private var peerName: String { "\(endpoint.host):\(endpoint.port)" }

    // MARK: Connecting

    /// Begins a connection; CONNECTED or a failure follows.
    func connect() {
        generation += 1
        isConnecting = true
        let generation = self.generation
        let endpoint = self.endpoint
        if let address = SocketAddress(endpoint.host, port: endpoint.port) {
            return connect(to: [address], within: endpoint.connectTimeout)
        }
        let start = SystemClock.monotonicNanoseconds
        connectTimer = reactor.schedule(after: endpoint.connectTimeout, on: self) { session in
            guard session.generation == generation else { return }
            session.connectFailed(.connectTimedOut(after: endpoint.connectTimeout))
        }
        resolution = Task { [resolver] in
            let result: Result<[SocketAddress], Resolver.Failure>
            do throws(Resolver.Failure) {
                result = .success(
                    try await resolver.resolve(endpoint.host, port: endpoint.port))
            } catch {
                result = .failure(error)
            }
            resolved(result, generation, since: start)
        }
    }

    private func resolved(
        _ result: Result<[SocketAddress], Resolver.Failure>, _ generation: Int, since start: UInt64
    ) {
        guard generation == self.generation, isConnecting else { return }
        reactor.cancel(connectTimer)
        connectTimer = nil
        switch result {
        case .success(let addresses):
            let spent = SystemClock.monotonicNanoseconds - start
            let left = endpoint.connectTimeout - .nanoseconds(Int64(clamping: spent))
            connect(to: addresses, within: max(left, .milliseconds(1)))
        case .failure(.unknownHost(let host)):
            connectFailed(.transport, HostMessages.unknownHost(host))
        case .failure(.unavailable(_, let detail)):
            connectFailed(.transport, HostMessages.resolverFailed(endpoint.host, detail))
        case .failure(.overloaded):
            let reason = Resolver.Failure.overloaded.description
            connectFailed(.busy, HostMessages.resolverFailed(endpoint.host, reason))
        }
    }

    private func connect(to addresses: [SocketAddress], within limit: Duration) {
        var options = TCPOptions()
        options.connectTimeout = limit
        if endpoint.keepAlive { options.keepAlive = TCPOptions.KeepAlive() }
        let generation = self.generation
        stream = TCPStream.connect(to: addresses, on: reactor, options: options) { event in
            self.assumeIsolated { $0.channel(event, generation) }
        }
    }

    private func channel(_ event: EndpointEvent, _ generation: Int) {
        guard generation == self.generation else { return }
        switch event {
        case .connected: connected()
        case .received(let received): receive(received)
        case .drained: break
        case .peerFinished: lost(HostMessages.closedByPeer(peerName), "closed by the peer")
        case .closed(let reason):
            if isConnecting {
                connectFailed(reason)
            } else {
                lost(HostMessages.channelLost(peerName, reason.description), reason.description)
                // Timers are gone with the reactor: nobody would end the session later.
                if reason == .reactorStopped {
                    end(.cancelled, message: HostMessages.stopping, byDriver: false)
                }
            }
        }
    }

    private func connected() {
        isConnecting = false
        statistics.connections += 1
        let stamp = TimeStamp.now
        let peer = stream?.peerDescription ?? peerName
        trace.append(TraceLine(stamp: stamp, kind: .connected(peer: peer)))
        sentBlanker.reset()
        receivedBlanker.reset()
        let flags: ConnectionFlags = endpoint.isSevenBit ? .sevenBit : []
        ordinary.append(.connected(peer: peer, flags: flags), at: stamp)
        if phase == .connecting { open(at: stamp) } else { pump() }
        flushJournals()
    }

    private func receive(_ received: ReceivedBytes) {
        let bytes = received.array
        statistics.bytesIn += UInt64(bytes.count)
        plugin.metrics.received(bytes.count)
        guard phase == .running || phase == .opening else {
            traceReceived(bytes, at: received.stamp, redacted: [])
            return flushJournals()
        }
        ordinary.append(.received(bytes), at: received.stamp)
        pump()
        updateReading()
    }

    // MARK: Losing

    private func connectFailed(_ reason: EndpointClosure) {
        let diagnosis = ConnectDiagnosis(reason, peer: peerName, limit: endpoint.connectTimeout)
        connectFailed(diagnosis.code, diagnosis.message)
    }

    private func connectFailed(_ code: ErrorCode, _ message: Message) {
        dropStream()
        guard phase == .running else { return end(code, message: message, byDriver: false) }
        let stamp = TimeStamp.now
        noteQueue.append(SessionNote(level: .warning, message: message, stamp: stamp))
        ordinary.append(.disconnected(code), at: stamp)
        pump()
        flushJournals()
    }

    private func lost(_ message: Message, _ reason: String) {
        dropStream()
        let stamp = TimeStamp.now
        trace.append(TraceLine(stamp: stamp, kind: .disconnected(reason: reason)))
        switch phase {
        case .draining:
            channelGone()
        case .running, .opening:
            noteQueue.append(SessionNote(level: .info, message: message, stamp: stamp))
            gate.dropBytes()
            ordinary.append(.disconnected(.transport), at: stamp)
            updateHold()
            pump()
            flushJournals()
        case .idle, .connecting, .ended:
            break
        }
    }

    /// Closes what there is of the channel; nothing of it is delivered any more.
    func dropStream() {
        generation += 1
        isConnecting = false
        isWatchingDrain = false
        isReadingPaused = false
        reactor.cancel(connectTimer)
        connectTimer = nil
        resolution?.cancel()
        resolution = nil
        stream?.close()
        stream = nil
    }

    // MARK: Connecting again

    /// Drops the connection and what belongs to it, and makes a new one.
    func reconnect(after delay: Duration) {
        traceUnhandled()
        if stream != nil {
            trace.append(
                TraceLine(stamp: .now, kind: .disconnected(reason: "closed to connect again")))
        }
        dropStream()
        gate.dropBytes()
        isConnectedForDriver = false
        awaitsSendCredit = false
        isConnecting = true
        let generation = self.generation
        connectTimer = reactor.schedule(after: delay, on: self) { session in
            guard session.generation == generation, session.phase == .running else { return }
            session.connectTimer = nil
            session.connect()
        }
    }

    // MARK: Writing

    /// Sends bytes, or holds them until the store has caught up.
    func send(_ bytes: OutgoingBytes, isGathering: Bool) {
        // A connection that is lost takes nothing; the driver hears of it in a moment.
        guard stream != nil else { return }
        if gate.admits(bytes, isGathering: isGathering) { write(bytes) }
    }

    func write(_ outgoing: OutgoingBytes) {
        guard let stream, stream.isOpen else { return }
        traceSent(outgoing, at: .now)
        statistics.bytesOut += UInt64(outgoing.bytes.count)
        plugin.metrics.sent(outgoing.bytes.count)
        stream.write(outgoing.bytes)
        watchDrain()
    }

    /// Waits until all bytes have left, for WRITABLE and for the credit of bytes.
    func watchDrain() {
        guard !isWatchingDrain, let stream, stream.isOpen else { return }
        isWatchingDrain = true
        let generation = self.generation
        stream.drain(within: .seconds(86_400)) { emptied in
            self.assumeIsolated { $0.drained(emptied, generation) }
        }
    }

    private func drained(_ emptied: Bool, _ generation: Int) {
        guard generation == self.generation else { return }
        isWatchingDrain = false
        guard phase != .draining else { return finishDraining() }
        guard phase == .running, emptied, !gate.isHoldingBytes else { return }
        let stamp = TimeStamp.now
        ordinary.append(.writable, at: stamp)
        if awaitsSendCredit {
            awaitsSendCredit = false
            ordinary.append(.credit, at: stamp)
        }
        pump()
    }
}
