import DriverKit
import Synchronization
import Testing

/// A place where a body waits for somebody who is not its link.
private final class Gate: Sendable {
    private let waiting = Mutex<CheckedContinuation<Void, Never>?>(nil)

    func wait() async {
        await withCheckedContinuation { continuation in
            waiting.withLock { $0 = continuation }
        }
    }

    func open() {
        waiting.withLock { waiting in
            defer { waiting = nil }
            return waiting
        }?.resume()
    }
}

@Suite struct ForeignWaitTests {
    private static func session(
        _ gate: Gate, _ ended: Mutex<Bool>.Box
    ) throws -> RehearsedSession {
        let session = try Stage.linkSession { link throws(LinkError) in
            try await link.waitForConnection()
            await gate.wait()
            #expect(throws: LinkError.closed) { try link.send([1]) }
            do throws(LinkError) {
                _ = try await link.receive()
            } catch {
                #expect(error == .closed)
            }
            ended.value.withLock { $0 = true }
        }
        session.connect()
        return session
    }

    @Test func endsTheSessionAtOnce() throws {
        let gate = Gate()
        let session = try Self.session(gate, .init(false))
        #expect(session.finish?.code == .internalError)
        #expect(session.finish?.message?.detail.contains("Task.sleep") == true)
        gate.open()
        session.close()
        #expect(session.violations.isEmpty)
    }

    @Test func unwindsTheBodyWhenTheSessionIsClosed() throws {
        let gate = Gate()
        let ended = Mutex<Bool>.Box(false)
        let session = try Self.session(gate, ended)
        gate.open()
        #expect(!ended.value.withLock { $0 }, "nothing runs outside an event")
        #expect(try Stage.plugin().log.contains { $0.contains("resumed from outside") })
        session.deliver([1])
        #expect(!ended.value.withLock { $0 })
        session.close()
        #expect(ended.value.withLock { $0 })
        #expect(session.violations.isEmpty && session.sent.isEmpty)
    }

    @Test func unwindsTheBodyAlsoAfterTheSessionWasClosed() throws {
        let gate = Gate()
        let ended = Mutex<Bool>.Box(false)
        let session = try Self.session(gate, ended)
        session.close()
        #expect(!ended.value.withLock { $0 })
        gate.open()
        #expect(ended.value.withLock { $0 })
        #expect(session.violations.isEmpty && session.sent.isEmpty)
    }

    @Test func endsADriverThatSleeps() throws {
        let session = try Stage.linkSession { link throws(LinkError) in
            try await link.waitForConnection()
            do {
                try await Task.sleep(for: .seconds(3600))
            } catch {
                #expect(error is CancellationError)
            }
            try link.send([1])
        }
        session.connect()
        #expect(session.finish?.code == .internalError)
        session.close()
        #expect(session.violations.isEmpty && session.sent.isEmpty)
    }
}

extension Mutex where Value == Bool {
    /// A mutex that several closures share.
    final class Box: Sendable {
        let value: Mutex<Bool>

        init(_ value: Bool) {
            self.value = Mutex(value)
        }
    }
}
