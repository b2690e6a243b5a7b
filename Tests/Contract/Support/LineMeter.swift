import Reactor
import Synchronization

@testable import Plugins

/// The meter of the tiny plugins, on the loopback interface: answers each `READ` with one line.
final class LineMeter: Sendable {
    /// What it answers to a line; nil for silence.
    typealias Answer = @Sendable (_ line: String) -> String?

    private struct State {
        var lines: [[String]] = []
        var rests: [[UInt8]] = []
    }

    private let state = Mutex(State())
    private let answer: Answer
    /// Kept for its port; set once, in `start`.
    private let listener = Mutex<TCPListener?>(nil)

    private init(_ answer: @escaping Answer) {
        self.answer = answer
    }

    /// Answers `READ` and nothing else.
    static let ordinary: Answer = { $0 == "READ" ? "A+ 1234.56 kWh\n" : nil }

    /// Listens on a free port.
    static func start(
        on reactor: Reactor, _ answer: @escaping Answer = ordinary
    ) async throws -> (LineMeter, port: UInt16) {
        let meter = LineMeter(answer)
        let result: Result<TCPListener, SystemError> = await reactor.perform {
            do throws(SystemError) {
                return .success(
                    try TCPListener(at: .loopback(port: 0), on: reactor) { meter.accept($0) })
            } catch {
                return .failure(error)
            }
        }
        let listener = try result.get()
        meter.listener.withLock { $0 = listener }
        return (meter, listener.address.port)
    }

    /// Takes no more connections.
    func stop() async {
        guard let listener = listener.withLock({ $0 }) else { return }
        await listener.reactor.perform { listener.close() }
    }

    /// All whole lines that came, connection by connection.
    var connections: [[String]] { state.withLock { $0.lines } }
    /// All whole lines that came.
    var lines: [String] { connections.flatMap { $0 } }

    private func accept(_ stream: TCPStream) {
        let number = state.withLock { state in
            state.lines.append([])
            state.rests.append([])
            return state.lines.count - 1
        }
        stream.start { [self] event in
            switch event {
            case .received(let received):
                for line in take(received.array, number) {
                    if let answer = answer(line) { stream.write(Array(answer.utf8)) }
                }
            case .peerFinished: stream.close()
            case .closed, .connected, .drained: break
            }
        }
    }

    private func take(_ bytes: [UInt8], _ number: Int) -> [String] {
        state.withLock { state in
            var parts = (state.rests[number] + bytes).split(
                separator: 0x0A, omittingEmptySubsequences: false)
            state.rests[number] = Array(parts.removeLast())
            let lines = parts.map { String(decoding: $0, as: UTF8.self) }
            state.lines[number] += lines
            return lines
        }
    }
}
