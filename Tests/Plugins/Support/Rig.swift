import JSON
import Reactor
import Synchronization
import Testing

@testable import Plugins

/// Hears everything of a session and lets a test wait for it.
final class Witness: SessionDelegate {
    struct Heard: Sendable {
        var batches: [SessionBatch] = []
        var notes: [SessionNote] = []
        var trace: [TraceLine] = []
        var progress: [SessionProgress] = []
        var needs: [String: UInt64] = [:]
        var commands: [CommandEnd] = []
        var ends: [SessionEnd] = []
        /// What came of batches and commands, in its order.
        var order: [String] = []

        var records: [EmittedRecord] { batches.flatMap(\.records) }
        /// What the scripted driver said, and the ids of the host's messages.
        var texts: [String] {
            notes.map { $0.message.id.isEmpty ? $0.message.detail : $0.message.id }
        }
        var sent: [[UInt8]] {
            trace.compactMap { if case .sent(let bytes) = $0.kind { bytes } else { nil } }
        }
    }

    private struct Waiter {
        var isTrue: @Sendable (Heard) -> Bool
        var continuation: CheckedContinuation<Heard, Never>
    }

    private struct State {
        var heard = Heard()
        var waiters: [Waiter] = []
    }

    private let state = Mutex(State())
    /// Confirms every batch at once, as a store that is very fast.
    let confirmsAtOnce: Bool

    init(confirmsAtOnce: Bool = true) {
        self.confirmsAtOnce = confirmsAtOnce
    }

    var heard: Heard { state.withLock { $0.heard } }

    /// Waits until what was heard is so.
    @discardableResult
    func wait(_ isTrue: @escaping @Sendable (Heard) -> Bool) async -> Heard {
        await withCheckedContinuation { continuation in
            let heard: Heard? = state.withLock { state in
                if isTrue(state.heard) { return state.heard }
                state.waiters.append(Waiter(isTrue: isTrue, continuation: continuation))
                return nil
            }
            if let heard { continuation.resume(returning: heard) }
        }
    }

    /// Waits for the end of the session.
    func end() async throws -> SessionEnd {
        try #require(await wait { !$0.ends.isEmpty }.ends.first)
    }

    private func hear(_ change: (inout Heard) -> Void) {
        let (heard, ready) = state.withLock { state in
            change(&state.heard)
            let heard = state.heard
            let ready = state.waiters.filter { $0.isTrue(heard) }
            state.waiters.removeAll { $0.isTrue(heard) }
            return (heard, ready)
        }
        for waiter in ready { waiter.continuation.resume(returning: heard) }
    }

    func session(_ session: DeviceSession, wrote batch: SessionBatch) {
        hear {
            $0.batches.append(batch)
            $0.order.append("batch")
        }
        if confirmsAtOnce { session.storeConfirmed(upTo: batch.sequence) }
    }

    func session(_ session: DeviceSession, noted notes: [SessionNote]) {
        hear { $0.notes += notes }
    }

    func session(_ session: DeviceSession, traced lines: [TraceLine]) {
        hear { $0.trace += lines }
    }

    func session(_ session: DeviceSession, progressed progress: SessionProgress) {
        hear { $0.progress.append(progress) }
    }

    func session(_ session: DeviceSession, needs count: UInt64, of counter: String) {
        hear { $0.needs[counter] = count }
    }

    func session(_ session: DeviceSession, completed command: CommandEnd) {
        hear {
            $0.commands.append(command)
            $0.order.append("command")
        }
    }

    func session(_ session: DeviceSession, finished end: SessionEnd) {
        hear { $0.ends.append(end) }
    }
}

/// The other end of a channel, on the loopback interface.
final class Peer: Sendable {
    enum Happening: Sendable {
        case accepted
        case received([UInt8])
        case ended
    }

    typealias Answer =
        @Sendable (_ stream: TCPStream, _ happening: Happening, _ number: Int) -> Void

    private struct State {
        var received: [[UInt8]] = []
        var streams: [TCPStream] = []
    }

    private let state = Mutex(State())
    private let answer: Answer
    /// Kept for its port; set once, in `start`.
    private let listener = Mutex<TCPListener?>(nil)

    private init(_ answer: @escaping Answer) {
        self.answer = answer
    }

    /// Listens on a free port and answers as told; by default it is silent.
    static func start(
        on reactor: Reactor, _ answer: @escaping Answer = { _, _, _ in }
    ) async throws -> (Peer, port: UInt16) {
        let peer = Peer(answer)
        let result: Result<TCPListener, SystemError> = await reactor.perform {
            do throws(SystemError) {
                return .success(
                    try TCPListener(at: .loopback(port: 0), on: reactor) { peer.accept($0) })
            } catch {
                return .failure(error)
            }
        }
        let listener = try result.get()
        peer.listener.withLock { $0 = listener }
        return (peer, listener.address.port)
    }

    private func accept(_ stream: TCPStream) {
        let number = state.withLock { state in
            state.streams.append(stream)
            state.received.append([])
            return state.streams.count - 1
        }
        stream.start { [self] event in
            switch event {
            case .received(let received):
                let bytes = received.array
                state.withLock { $0.received[number] += bytes }
                answer(stream, .received(bytes), number)
            case .peerFinished:
                answer(stream, .ended, number)
                stream.close()
            case .closed:
                answer(stream, .ended, number)
            case .connected, .drained:
                break
            }
        }
        answer(stream, .accepted, number)
    }

    /// All that came on a connection.
    func received(_ number: Int = 0) -> [UInt8] {
        state.withLock { $0.received.indices.contains(number) ? $0.received[number] : [] }
    }
}

/// What a test of sessions needs: a reactor, the scripted plugin, and a way to start sessions.
struct Rig: Sendable {
    let reactor: Reactor
    let resolver: Resolver
    let plugin: Plugin

    /// The scripted plugin, compiled and loaded once.
    private static let scripted = Result { () throws -> Plugin in
        let workshop = try Workshop()
        try workshop.compile()
        return try PluginLoader(
            directories: [PluginDirectory(path: workshop.path, requiresDigest: false)],
            hostVersion: "test"
        ).load(try Manifests.minimal(id: "scripted"))
    }

    init() async throws {
        reactor = try Reactor.start(name: "test")
        resolver = Resolver(work: try Work(threads: 1))
        let loaded = try Self.scripted.get()
        // The code is shared, the numbers are the test's own.
        plugin = Plugin(
            id: loaded.id, version: loaded.version, runtime: loaded.runtime, hasSimulator: true)
    }

    /// Starts a session with a script; the request has items 0 and 1.
    func session(
        _ script: String, port: UInt16, host: String = "127.0.0.1", witness: Witness,
        more: JSONObject = [:], mode: SessionMode = .task,
        _ change: (inout SessionPlan) -> Void = { _ in }
    ) -> DeviceSession {
        var request: JSONObject = [
            "script": .string(script), "items": [["number": 0], ["number": 1]],
        ]
        for (key, value) in more { request[key] = value }
        var plan = SessionPlan(
            label: "test", request: request, mode: mode,
            channel: .tcp(
                TCPEndpoint(host: host, port: port, connectTimeout: .seconds(300))))
        change(&plan)
        let session = DeviceSession(
            plugin: plugin, plan: plan, on: reactor, resolver: resolver, delegate: witness)
        session.start()
        return session
    }

    /// Lets the reactor go through so many passes that everything which was going to happen has happened.
    func settle() async {
        for _ in 0..<50 { await reactor.perform {} }
    }
}
