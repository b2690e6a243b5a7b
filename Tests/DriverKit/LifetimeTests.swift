import Synchronization
import Testing

@testable import DriverKit

/// Tells how many sessions and bodies are alive.
private final class Lives: Sendable {
    final class Probe: Sendable {
        private let lives: Lives

        init(_ lives: Lives) {
            self.lives = lives
            lives.count.add(1, ordering: .relaxed)
        }

        deinit {
            lives.count.subtract(1, ordering: .relaxed)
        }
    }

    private struct Weak: @unchecked Sendable {
        // SAFETY: read and written under the mutex only.
        weak var session: Session?
    }

    private let count = Atomic<Int>(0)
    private let sessions = Mutex<[Weak]>([])

    var probes: Int { count.load(ordering: .relaxed) }
    var openSessions: Int { sessions.withLock { $0.count { $0.session != nil } } }

    func watch(_ link: Link) -> Probe {
        let session = link.session
        sessions.withLock { $0.append(Weak(session: session)) }
        return Probe(self)
    }
}

@Suite struct LifetimeTests {
    /// Ways in which a session comes to its end.
    static let endings: [(name: String, end: @Sendable (RehearsedSession) -> Void)] = [
        ("returns", { $0.deliver([1]) }),
        ("throws", { $0.passDeadline() }),
        ("is cancelled", { $0.cancel() }),
        ("is closed by the host", { $0.askToClose() }),
        ("loses its connection", { $0.disconnect() }),
        ("is dropped", { _ in }),
        ("never connects", { _ in }),
    ]

    @Test(arguments: endings.indices)
    func leavesNothingBehind(_ index: Int) throws {
        let lives = Lives()
        let ending = Self.endings[index]
        do {
            let session = try Stage.linkSession { link throws(LinkError) in
                let probe = lives.watch(link)
                try await link.waitForConnection()
                _ = try await link.receive(timeout: .seconds(1))
                withExtendedLifetime(probe) {}
            }
            if ending.name != "never connects" { session.connect() }
            ending.end(session)
            #expect(lives.openSessions == 1, "\(ending.name)")
            session.close()
        }
        #expect(lives.probes == 0, "\(ending.name)")
        #expect(lives.openSessions == 0, "\(ending.name)")
    }

    @Test func leavesNothingBehindOfASimulatedDevice() throws {
        let lives = Lives()
        let serial = Stage.keep(simulator: { _, link async throws(DriverFailure) in
            let probe = lives.watch(link)
            while (try? await link.nextConnection()) != nil {}
            withExtendedLifetime(probe) {}
        })
        let session = try RehearsedSession(
            of: try Stage.plugin(), as: .simulator,
            request: ["type": "X", "serialNumber": .string(serial)])
        session.connect()
        session.disconnect(.ok)
        session.connect()
        session.close()
        #expect(lives.probes == 0 && lives.openSessions == 0)
        #expect(session.violations.isEmpty)
    }
}
