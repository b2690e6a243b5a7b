import Synchronization
import Testing

@testable import Reactor

/// What a test has heard from one stream, and a way to wait for more.
final class StreamLog: Sendable {
    enum Entry: Hashable, Sendable {
        case connected
        case drained
        case peerFinished
        case closed(EndpointClosure)
    }

    private struct State {
        var bytes: [UInt8] = []
        var entries: [Entry] = []
        var waiters: [(condition: @Sendable (StreamLog.Heard) -> Bool, Awaited<Heard>)] = []
    }

    struct Heard: Sendable {
        let bytes: [UInt8]
        let entries: [Entry]

        var closure: EndpointClosure? {
            for case .closed(let closure) in entries { return closure }
            return nil
        }
    }

    private let state = Mutex(State())

    func hear(_ event: EndpointEvent) {
        let met = state.withLock { state -> [(Awaited<Heard>, Heard)] in
            switch event {
            case .connected: state.entries.append(.connected)
            case .received(let received): state.bytes += received.bytes
            case .drained: state.entries.append(.drained)
            case .peerFinished: state.entries.append(.peerFinished)
            case .closed(let reason): state.entries.append(.closed(reason))
            }
            let heard = Heard(bytes: state.bytes, entries: state.entries)
            defer { state.waiters.removeAll { $0.condition(heard) } }
            return state.waiters.filter { $0.condition(heard) }.map { ($0.1, heard) }
        }
        for (waiter, heard) in met { waiter.give(heard) }
    }

    /// Waits until `condition` holds.
    @discardableResult
    func wait(_ condition: @escaping @Sendable (Heard) -> Bool) async -> Heard {
        let waiter = Awaited<Heard>()
        state.withLock { state in
            let heard = Heard(bytes: state.bytes, entries: state.entries)
            if condition(heard) {
                waiter.give(heard)
            } else {
                state.waiters.append((condition, waiter))
            }
        }
        return await waiter.value
    }

    func heard(_ entry: Entry) async { await wait { $0.entries.contains(entry) } }

    var now: Heard { state.withLock { Heard(bytes: $0.bytes, entries: $0.entries) } }
}

/// A connected pair on one reactor: what we connected, and what the listener accepted.
struct StreamPair: Sendable {
    let client: TCPStream
    let clientLog = StreamLog()
    let server: TCPStream
    let serverLog = StreamLog()
    let reactor: Reactor

    init(on reactor: Reactor, options: TCPOptions = TCPOptions()) async throws {
        self.reactor = reactor
        let accepted = Awaited<TCPStream>()
        let serverLog = self.serverLog
        let clientLog = self.clientLog
        let result = await reactor.perform { () -> Result<(TCPListener, TCPStream), SystemError> in
            do throws(SystemError) {
                let listener = try TCPListener(at: .loopback(port: 0), on: reactor) { stream in
                    stream.start { serverLog.hear($0) }
                    accepted.give(stream)
                }
                let client = TCPStream.connect(
                    to: [listener.address], on: reactor, options: options
                ) { clientLog.hear($0) }
                return .success((listener, client))
            } catch {
                return .failure(error)
            }
        }
        let (listener, client) = try result.get()
        self.client = client
        server = await accepted.value
        await clientLog.heard(.connected)
        await reactor.perform { listener.close() }
    }

    /// Runs `body` on the reactor.
    @discardableResult
    func on<Answer: Sendable>(
        _ body: @escaping @Sendable (StreamPair) -> Answer
    ) async -> Answer {
        await reactor.perform { body(self) }
    }
}

@Suite struct TCPStreamTests {
    @Test func carriesBytesBothWays() async throws {
        try await withReactor { reactor in
            let pair = try await StreamPair(on: reactor)
            await pair.on { pair in
                pair.client.write([1, 2])
                pair.client.write([3])
                pair.server.write([9])
            }
            await pair.serverLog.wait { $0.bytes == [1, 2, 3] }
            await pair.clientLog.wait { $0.bytes == [9] }
            #expect(await pair.on { $0.client.localAddress == $0.server.peer })
            #expect(pair.client.peerDescription.hasPrefix("127.0.0.1:"))
        }
    }

    @Test func carriesMoreThanTheSystemTakesAtOnce() async throws {
        try await withReactor { reactor in
            let pair = try await StreamPair(on: reactor)
            let outcome = await pair.on { pair in
                var last = WriteOutcome.accepted
                for number in 0..<256 {
                    last = pair.client.write([UInt8](repeating: UInt8(number), count: 65_537))
                }
                return last
            }
            #expect(outcome == .congested)
            let heard = await pair.serverLog.wait { $0.bytes.count == 256 * 65_537 }
            #expect((0..<256).allSatisfy { heard.bytes[$0 * 65_537 + 65_536] == UInt8($0) })
            await pair.clientLog.heard(.drained)
        }
    }

    @Test func tellsAHalfCloseFromAnEnd() async throws {
        try await withReactor { reactor in
            let pair = try await StreamPair(on: reactor)
            await pair.on { pair in
                pair.client.write([1])
                pair.client.shutdownWrite()
            }
            await pair.serverLog.heard(.peerFinished)
            #expect(pair.serverLog.now.bytes == [1])
            #expect(await pair.on { $0.client.write([2]) } == .closed)
            await pair.on { pair in
                pair.server.write([3])
                pair.server.shutdownWrite()
            }
            await pair.clientLog.heard(.closed(.finished))
            #expect(pair.clientLog.now.bytes == [3])
            await pair.serverLog.heard(.closed(.finished))
        }
    }

    @Test func tellsAResetFromAnEnd() async throws {
        try await withReactor { reactor in
            let pair = try await StreamPair(on: reactor)
            await pair.on { $0.server.abort() }
            let heard = await pair.clientLog.wait { $0.closure != nil }
            #expect(heard.closure == .reset(SystemError("recv", code: 104)))
            #expect(heard.closure?.description.contains("ECONNRESET") == true)
            #expect(await pair.on { $0.client.write([1]) } == .closed)
            #expect(pair.serverLog.now.closure == nil)
        }
    }

    @Test func holdsBytesBackWhilePaused() async throws {
        try await withReactor { reactor in
            let pair = try await StreamPair(on: reactor)
            await pair.on { $0.server.pauseReading() }
            await pair.on { $0.client.write([1, 2, 3]) }
            await withCheckedContinuation { sent in
                pair.reactor.execute {
                    pair.client.drain(within: .seconds(10)) { _ in sent.resume() }
                }
            }
            #expect(pair.serverLog.now.bytes.isEmpty)
            await pair.on { $0.server.resumeReading() }
            await pair.serverLog.wait { $0.bytes == [1, 2, 3] }
        }
    }

    @Test func deliversWhatCameBeforeAResetThatItSleptThrough() async throws {
        try await withReactor { reactor in
            let pair = try await StreamPair(on: reactor)
            await pair.on { $0.server.pauseReading() }
            let sent = Awaited<Bool>()
            await pair.on { pair in
                pair.client.write([1, 2, 3])
                pair.client.drain(within: .seconds(10)) { sent.give($0) }
            }
            #expect(await sent.value)
            await pair.on { $0.client.abort() }
            let loops = reactor.metrics.loops
            await reactor.perform {}
            await reactor.perform {}
            #expect(pair.serverLog.now.entries.isEmpty)
            #expect(reactor.metrics.loops - loops < 10)
            await pair.on { $0.server.resumeReading() }
            let heard = await pair.serverLog.wait { $0.closure != nil }
            #expect(heard.bytes == [1, 2, 3])
        }
    }

    @Test func saysNothingAfterClose() async throws {
        try await withReactor { reactor in
            let pair = try await StreamPair(on: reactor)
            await pair.on { pair in
                pair.server.write([1])
                pair.client.close()
                pair.client.close()
            }
            // The server's byte met a closed socket.
            await pair.serverLog.wait { !$0.entries.isEmpty }
            #expect(pair.clientLog.now.entries == [.connected])
            #expect(pair.clientLog.now.bytes.isEmpty)
        }
    }

    @Test func drainsUntilTheLimitOnly() async throws {
        try await withReactor { reactor in
            let pair = try await StreamPair(on: reactor)
            await pair.on { $0.server.pauseReading() }
            let drained = Awaited<Bool>()
            let empty = Awaited<Bool>()
            await pair.on { pair in
                pair.server.drain(within: .seconds(10)) { empty.give($0) }
                pair.client.write([UInt8](repeating: 0, count: 64 << 20))
                pair.client.drain(within: .milliseconds(20)) { drained.give($0) }
            }
            #expect(await empty.value == true)
            #expect(await drained.value == false)
            #expect(await pair.on { $0.client.unsentByteCount } > 0)
        }
    }

    @Test func finishesAfterItsLastByte() async throws {
        try await withReactor { reactor in
            let pair = try await StreamPair(on: reactor)
            await pair.on { pair in
                pair.server.write([7, 7, 7])  // unread when the client finishes: no reset for that
                pair.client.write([UInt8](repeating: 5, count: 8 << 20))
                pair.client.finish(within: .seconds(10))
            }
            let heard = await pair.serverLog.wait { $0.entries.contains(.peerFinished) }
            #expect(heard.bytes.count == 8 << 20)
            await pair.on { $0.server.close() }
            #expect(pair.clientLog.now.entries == [.connected])
        }
    }

    @Test func closesWithItsReactor() async throws {
        let reactor = try Reactor.start(name: "test")
        let pair = try await StreamPair(on: reactor)
        await reactor.stop()
        #expect(pair.clientLog.now.closure == .reactorStopped)
        #expect(pair.serverLog.now.closure == .reactorStopped)
    }

    @Test func stampsWhatItReceives() async throws {
        try await withReactor { reactor in
            let before = TimeStamp.now
            let stamp = Awaited<TimeStamp>()
            let accepted = Awaited<TCPStream>()
            let listener = await reactor.perform {
                try? TCPListener(at: .loopback(port: 0), on: reactor) { stream in
                    stream.start { event in
                        if case .received(let received) = event { stamp.give(received.stamp) }
                    }
                    accepted.give(stream)
                }
            }
            let address = try #require(listener?.address)
            await reactor.perform {
                let holder = Mutex<TCPStream?>(nil)
                let client = TCPStream.connect(to: [address], on: reactor) { event in
                    if case .connected = event { _ = holder.withLock { $0?.write([1]) } }
                }
                holder.withLock { $0 = client }
            }
            let received = await stamp.value
            #expect(received.monotonicNanoseconds >= before.monotonicNanoseconds)
            #expect(received.wallMilliseconds >= before.wallMilliseconds)
        }
    }
}
