import Reactor
import Synchronization
import Testing

@testable import HTTP

/// Gives one value from a callback to a test that waits for it.
final class Awaited<Value: Sendable>: Sendable {
    private enum State {
        case empty
        case waiting(CheckedContinuation<Value, Never>)
        case full(Value)
    }

    private let state = Mutex(State.empty)

    /// Hands the value over; only the first one counts.
    func give(_ value: Value) {
        let waiter = state.withLock { state -> CheckedContinuation<Value, Never>? in
            switch state {
            case .empty:
                state = .full(value)
                return nil
            case .waiting(let waiter):
                state = .full(value)
                return waiter
            case .full:
                return nil
            }
        }
        waiter?.resume(returning: value)
    }

    /// Waits for the value.
    var value: Value {
        get async {
            await withCheckedContinuation { continuation in
                let given = state.withLock { state -> Value? in
                    if case .full(let value) = state { return value }
                    state = .waiting(continuation)
                    return nil
                }
                if let given { continuation.resume(returning: given) }
            }
        }
    }
}

/// A client that sends any bytes, and waits for any that come.
final class RawClient: Sendable {
    struct Heard: Sendable {
        var bytes: [UInt8] = []
        var isConnected = false
        /// The server has finished, or the connection is broken.
        var isEnded = false

        var text: String { String(decoding: bytes, as: UTF8.self) }
    }

    private struct State {
        var heard = Heard()
        var waiters: [(condition: @Sendable (Heard) -> Bool, Awaited<Heard>)] = []
    }

    private let state = Mutex(State())
    private let reactor: Reactor
    private let stream: Mutex<TCPStream?> = Mutex(nil)

    init(_ address: SocketAddress, on reactor: Reactor) async {
        self.reactor = reactor
        await reactor.perform { [self] in
            let made = TCPStream.connect(to: [address], on: reactor) { [self] in hear($0) }
            stream.withLock { $0 = made }
        }
        await wait { $0.isConnected || $0.isEnded }
    }

    private func hear(_ event: EndpointEvent) {
        let met = state.withLock { state -> [(Awaited<Heard>, Heard)] in
            switch event {
            case .connected: state.heard.isConnected = true
            case .received(let received): state.heard.bytes += received.bytes
            case .drained: break
            case .peerFinished, .closed: state.heard.isEnded = true
            }
            let heard = state.heard
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
            if condition(state.heard) {
                waiter.give(state.heard)
            } else {
                state.waiters.append((condition, waiter))
            }
        }
        return await waiter.value
    }

    /// Waits until the server closes, and answers all it said.
    func ended() async -> String { await wait { $0.isEnded }.text }

    var heard: Heard { state.withLock { $0.heard } }

    func send(_ text: String) async { await send(Array(text.utf8)) }

    func send(_ bytes: [UInt8]) async { await use { $0.write(bytes) } }

    @discardableResult
    func use<Answer: Sendable>(
        _ body: @escaping @Sendable (TCPStream) -> Answer
    ) async -> Answer? {
        await reactor.perform { [self] in stream.withLock { $0 }.map(body) }
    }

    func close() async { _ = await use { $0.close() } }
}

/// A server on loopback with everything that it needs; ends with the test.
struct LiveServer: Sendable {
    let reactor: Reactor
    let work: Work
    let server: HTTPServer
    let address: SocketAddress

    /// Runs `body` with a server, and stops it.
    static func run(
        _ service: any HTTPService,
        _ configuration: HTTPServerConfiguration = HTTPServerConfiguration(),
        _ body: (LiveServer) async throws -> Void
    ) async throws {
        let reactor = try Reactor.start(name: "http-test")
        let work = try Work(threads: 2)
        // Clients of tests that do not close are not waited for.
        var configuration = configuration
        configuration.lingerTimeout = .milliseconds(50)
        let server = HTTPServer(service, work: work, configuration: configuration)
        let address = try await server.listen(at: .loopback(port: 0), on: reactor)
        let live = LiveServer(reactor: reactor, work: work, server: server, address: address)
        var failure: (any Error)?
        do { try await body(live) } catch { failure = error }
        await server.stop(within: .milliseconds(200))
        await reactor.stop()
        await work.stop()
        if let failure { throw failure }
    }

    func connect() async -> RawClient { await RawClient(address, on: reactor) }

    func client() -> HTTPClient {
        HTTPClient(
            host: address.host, port: address.port, reactor: reactor,
            resolver: Resolver(work: work))
    }
}

/// Answers by path, for tests of the server alone.
struct EchoService: HTTPService {
    /// Lets a test hold a handler back.
    var gate = Awaited<Void>()
    /// Told when a handler has begun.
    var begun = Awaited<Void>()

    func admit(_ head: RequestHead, from peer: SocketAddress?) -> Admission {
        switch head.path {
        case "/unknown": return .answer(Problem.notFound.response(in: head.language))
        case "/stream-in":
            return .take(Admission.Plan(delivery: .streamed, limit: 1 << 30, respond: count))
        case "/ignore-in":
            return .take(
                Admission.Plan(delivery: .streamed, limit: 1 << 30) { _ in
                    HTTPResponse.text("ignored")
                })
        case "/small": return .take(Admission.Plan(limit: 10, respond: echo))
        case "/work": return .take(Admission.Plan(place: .work, respond: echo))
        default: return .take(Admission.Plan(respond: echo))
        }
    }

    @Sendable private func echo(_ request: HTTPRequest) async -> HTTPResponse {
        switch request.head.path {
        case "/held":
            begun.give(())
            await gate.value
            return .text("held")
        case "/nothing":
            return HTTPResponse(.noContent)
        case "/stream-out":
            return HTTPResponse(
                .ok,
                body: .stream(length: nil) { writer async throws(BodyWriter.Failure) in
                    for number in 0..<1000 { try await writer.write("line \(number)\n") }
                })
        case "/big-out":
            return HTTPResponse(
                .ok,
                body: .stream(length: 64 << 20) { writer async throws(BodyWriter.Failure) in
                    for _ in 0..<64 {
                        try await writer.write([UInt8](repeating: 7, count: 1 << 20))
                    }
                })
        case "/short-out":
            return HTTPResponse(
                .ok,
                body: .stream(length: 100) { writer async throws(BodyWriter.Failure) in
                    try await writer.write("too short")
                })
        case "/abandoned":
            return HTTPResponse(
                .ok,
                body: .stream(length: nil) { writer async throws(BodyWriter.Failure) in
                    try await writer.write("something")
                    throw .abandoned
                })
        case "/events":
            return .events { events async throws(BodyWriter.Failure) in
                try await events.send("one", event: "first", id: "1")
                begun.give(())
                await withTaskCancellationHandler {
                    await gate.value
                } onCancel: {
                    gate.give(())
                }
            }
        default:
            guard case .bytes(let bytes) = request.body else { return .text("stream") }
            return .text(
                "\(request.method) \(request.head.path) \(String(decoding: bytes, as: UTF8.self))")
        }
    }

    @Sendable private func count(_ request: HTTPRequest) async -> HTTPResponse {
        guard case .stream(let body) = request.body else { return .text("bytes") }
        var sum = 0
        do throws(BodyStream.Failure) {
            for try await piece in body { sum += piece.count }
            return .text("\(sum) bytes")
        } catch {
            return Problem(error).response(in: .english)
        }
    }
}
