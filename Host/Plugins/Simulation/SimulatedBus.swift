import Reactor
import Synchronization

/// Everybody who calls a bus gets one of its own, on which all devices answer.
final class SimulatedBus: Sendable {
    private struct State {
        var turn = 0
        var devices: [ObjectIdentifier: SimulatedDevice] = [:]
        var hasStopped = false
    }

    private let plan: SimulationPlan
    private let reactors: [Reactor]
    private let metrics: PluginMetrics
    private let state = Mutex(State())

    init(_ plan: SimulationPlan, on reactors: [Reactor], _ metrics: PluginMetrics) {
        self.plan = plan
        self.reactors = reactors
        self.metrics = metrics
    }

    /// The reactor for the next client.
    func nextReactor() -> Reactor {
        let turn = state.withLock { state in
            defer { state.turn = (state.turn + 1) % reactors.count }
            return state.turn
        }
        return reactors[turn]
    }

    /// Serves a client, on the thread of its reactor.
    func accept(_ client: TCPStream) {
        let device = SimulatedDevice(plan, index: 0, on: client.reactor, metrics: metrics) {
            [weak self] device in self?.forget(device)
        }
        let isWelcome = state.withLock { state in
            guard !state.hasStopped else { return false }
            state.devices[ObjectIdentifier(device)] = device
            return true
        }
        guard isWelcome else { return client.abort() }
        device.assumeIsolated { $0.accept(client) }
    }

    private func forget(_ device: SimulatedDevice) {
        _ = state.withLock { $0.devices.removeValue(forKey: ObjectIdentifier(device)) }
    }

    /// Ends all connections.
    func stop() async {
        let devices = state.withLock { state in
            state.hasStopped = true
            defer { state.devices = [:] }
            return Array(state.devices.values)
        }
        for device in devices { await device.stop() }
    }
}
