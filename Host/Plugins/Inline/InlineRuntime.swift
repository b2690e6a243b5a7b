import Reactor

/// Runs a plugin's sessions in this process, on the reactors.
final class InlineRuntime: PluginRuntime {
    private let plugin: String
    private let driver: SessionFunctions?
    private let simulator: SessionFunctions?
    private let graveyard = SessionGraveyard()
    private let watch = CallbackWatch()

    init(plugin: String, driver: SessionFunctions?, simulator: SessionFunctions?) {
        self.plugin = plugin
        self.driver = driver
        self.simulator = simulator
    }

    func open(
        _ opening: SessionOpening, at stamp: TimeStamp, _ standing: SessionStanding,
        on reactor: Reactor, lost: @escaping @Sendable (SessionLoss) -> Void,
        _ answered: @escaping @Sendable (OpenAnswer) -> Void
    ) {
        reactor.checkIsolated()
        let functions = opening.role == .driver ? driver : simulator
        guard let functions else {
            return answered(
                .refused(
                    code: .configuration, detail: 0,
                    text: "The plugin \(plugin) has no \(opening.role).", Turn()))
        }
        let session = InlineSession(
            plugin: plugin, functions: functions, opening: opening, watch: watch
        ) {
            [graveyard] in graveyard.bury($0)
        }
        answered(session.open(opening, at: stamp, standing))
    }

    var workers: WorkerSnapshot? { nil }

    var longestCallback: Duration? {
        guard let start = watch.oldest else { return nil }
        let now = SystemClock.monotonicNanoseconds
        return now > start ? .nanoseconds(Int64(clamping: now - start)) : .zero
    }

    func retire() {}

    func stop() async {}
}
