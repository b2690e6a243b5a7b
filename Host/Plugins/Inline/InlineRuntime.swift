import Reactor
import Synchronization

/// Runs a plugin's sessions in this process, on the reactors.
final class InlineRuntime: PluginRuntime {
    /// How many closed sessions are kept for the sake of plugins that hold on to a dead link.
    private static let graveyardSize = 256

    private struct Graveyard {
        var sessions: [InlineSession] = []
        var next = 0
    }

    private let plugin: String
    private let driver: SessionFunctions?
    private let simulator: SessionFunctions?
    private let graveyard = Mutex(Graveyard())

    init(plugin: String, driver: SessionFunctions?, simulator: SessionFunctions?) {
        self.plugin = plugin
        self.driver = driver
        self.simulator = simulator
    }

    func open(
        _ opening: SessionOpening, at stamp: TimeStamp, _ standing: SessionStanding,
        on reactor: Reactor, _ answered: @escaping @Sendable (OpenAnswer) -> Void
    ) {
        reactor.checkIsolated()
        let functions = opening.role == .driver ? driver : simulator
        guard let functions else {
            return answered(
                .refused(
                    code: .configuration, detail: 0,
                    text: "The plugin \(plugin) has no \(opening.role).", Turn()))
        }
        let session = InlineSession(plugin: plugin, functions: functions, opening: opening) {
            [weak self] in self?.bury($0)
        }
        answered(session.open(opening, at: stamp, standing))
    }

    private func bury(_ session: InlineSession) {
        // What falls out of the ring is released outside of the lock.
        let oldest: InlineSession? = graveyard.withLock { graveyard in
            guard graveyard.sessions.count == Self.graveyardSize else {
                graveyard.sessions.append(session)
                return nil
            }
            let oldest = graveyard.sessions[graveyard.next]
            graveyard.sessions[graveyard.next] = session
            graveyard.next = (graveyard.next + 1) % Self.graveyardSize
            return oldest
        }
        _ = oldest
    }
}
