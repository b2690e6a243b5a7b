import Synchronization
import Testing

@testable import Reactor

@Suite struct ConnectingTests {
    /// Connects and answers how it ended: nil when the connection was made.
    private static func outcome(
        of addresses: [SocketAddress], timeout: Duration, on reactor: Reactor
    ) async -> EndpointClosure? {
        let ended = Awaited<EndpointClosure?>()
        await reactor.perform {
            var options = TCPOptions()
            options.connectTimeout = timeout
            let holder = Mutex<TCPStream?>(nil)
            let stream = TCPStream.connect(to: addresses, on: reactor, options: options) { event in
                switch event {
                case .connected:
                    holder.withLock { $0?.close() }
                    ended.give(nil)
                case .closed(let reason): ended.give(reason)
                default: break
                }
            }
            holder.withLock { $0 = stream }
        }
        return await ended.value
    }

    /// An address of loopback at which nobody listens.
    private static func closedAddress(on reactor: Reactor) async throws -> SocketAddress {
        try await reactor.perform { () -> Result<SocketAddress, SystemError> in
            do throws(SystemError) {
                let listener = try TCPListener(at: .loopback(port: 0), on: reactor) { _ in }
                defer { listener.close() }
                return .success(listener.address)
            } catch {
                return .failure(error)
            }
        }.get()
    }

    /// A listener that accepts nothing and whose backlog is full, so that connections are not answered.
    private static func silentListener(on reactor: Reactor) async throws -> (
        TCPListener, [TCPStream]
    ) {
        try await reactor.perform { () -> Result<(TCPListener, [TCPStream]), SystemError> in
            do throws(SystemError) {
                let listener = try TCPListener(
                    at: .loopback(port: 0), on: reactor, backlog: 0
                ) { _ in }
                listener.pause()
                let fill = (0..<8).map { _ in
                    TCPStream.connect(to: [listener.address], on: reactor) { _ in }
                }
                return .success((listener, fill))
            } catch {
                return .failure(error)
            }
        }.get()
    }

    @Test func reportsARefusal() async throws {
        try await withReactor { reactor in
            let address = try await Self.closedAddress(on: reactor)
            let outcome = await Self.outcome(of: [address], timeout: .seconds(5), on: reactor)
            #expect(outcome == .connectFailed(SystemError("connect", code: 111)))
            #expect(
                outcome?.description == "connect: Connection refused (ECONNREFUSED)")
        }
    }

    @Test func givesUpAtItsTimeout() async throws {
        try await withReactor { reactor in
            let (listener, fill) = try await Self.silentListener(on: reactor)
            let begin = SystemClock.monotonicNanoseconds
            let limit = Duration.milliseconds(30)
            let outcome = await Self.outcome(of: [listener.address], timeout: limit, on: reactor)
            #expect(outcome == .connectTimedOut(after: limit))
            #expect(SystemClock.monotonicNanoseconds - begin >= 30_000_000)
            #expect(!fill.isEmpty)
        }
    }

    @Test func triesTheNextAddress() async throws {
        try await withReactor { reactor in
            let refusing = try await Self.closedAddress(on: reactor)
            let (silent, fill) = try await Self.silentListener(on: reactor)
            let answering = try await reactor.perform {
                Result { try TCPListener(at: .loopback(port: 0), on: reactor) { $0.close() } }
            }.get()
            let outcome = await Self.outcome(
                of: [refusing, silent.address, answering.address], timeout: .milliseconds(400),
                on: reactor)
            #expect(outcome == nil)
            #expect(!fill.isEmpty)
        }
    }

    @Test func reportsTheLastFailureOfAll() async throws {
        try await withReactor { reactor in
            var outcome: EndpointClosure?
            // Another test may listen on a port that was free a moment ago: then once more.
            for _ in 0..<10 where outcome == nil {
                let first = try await Self.closedAddress(on: reactor)
                let second = try await Self.closedAddress(on: reactor)
                outcome = await Self.outcome(
                    of: [first, second], timeout: .seconds(60), on: reactor)
            }
            #expect(outcome == .connectFailed(SystemError("connect", code: 111)))
        }
    }

    @Test func failsWithoutAddresses() async throws {
        try await withReactor { reactor in
            let outcome = await Self.outcome(of: [], timeout: .seconds(5), on: reactor)
            #expect(outcome == .connectFailed(SystemError("connect", code: 99)))
        }
    }

    @Test func saysNothingWhenClosedWhileConnecting() async throws {
        try await withReactor { reactor in
            let (listener, fill) = try await Self.silentListener(on: reactor)
            let log = StreamLog()
            await reactor.perform {
                let stream = TCPStream.connect(to: [listener.address], on: reactor) {
                    log.hear($0)
                }
                stream.close()
            }
            #expect(!fill.isEmpty)
            await reactor.perform {}
            #expect(log.now.entries.isEmpty)
        }
    }

    @Test func endsWithItsReactorWhileConnecting() async throws {
        let reactor = try Reactor.start(name: "test")
        let (listener, fill) = try await Self.silentListener(on: reactor)
        let log = StreamLog()
        var options = TCPOptions()
        options.connectTimeout = .seconds(3600)
        let patient = options
        let stream = await reactor.perform {
            TCPStream.connect(to: [listener.address], on: reactor, options: patient) {
                log.hear($0)
            }
        }
        await reactor.stop()
        #expect(log.now.closure == .reactorStopped)
        #expect(fill.count == 8)
        #expect(await reactor.perform { !stream.isOpen })
    }

    /// Fails to connect `count` times, one after the other, and checks that nothing is left of it.
    private static func failToConnect(_ count: Int) async throws {
        try await withReactor { reactor in
            let address = try await closedAddress(on: reactor)
            let before = ProcessFacts.read()
            for _ in 0..<count {
                let outcome = await outcome(of: [address], timeout: .seconds(5), on: reactor)
                #expect(outcome == .connectFailed(SystemError("connect", code: 111)))
            }
            let after = ProcessFacts.read()
            // The test's own machinery opens and starts a few.
            #expect(abs(after.openDescriptors - before.openDescriptors) < 10)
            #expect(abs(after.threads - before.threads) < 10)
            #expect(reactor.metrics.descriptors == 0)
            #expect(await reactor.perform { reactor.wheel.count } == 0)
        }
    }

    @Test func leaksNothingOverTwoThousandFailures() async {
        // In a process of its own: other tests open descriptors, too.
        await #expect(processExitsWith: .success) {
            try await ConnectingTests.failToConnect(2000)
        }
    }
}
