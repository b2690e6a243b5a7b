import Glibc
import Reactor
import Synchronization

/// Simulated devices on TCP ports: each on a port of its own, or all behind one as on a bus.
package final class SimulatedDevices: Sendable {
    /// A simulated device, as an import or a test names it.
    package struct Info: Hashable, Sendable {
        package let index: Int
        package let type: String
        package let serialNumber: String
        /// The address and the port on which it answers.
        package let host: String
        package let port: UInt16
        /// What is wrong with it.
        package let ailment: Ailment
    }

    private struct Running {
        var listeners: [TCPListener] = []
        var devices: [SimulatedDevice] = []
        var bus: SimulatedBus?
    }

    package let plan: SimulationPlan
    /// The devices in the order of their numbers.
    package let devices: [Info]
    /// What the simulation has done; apart from the plugin's numbers as a driver.
    package let metrics: PluginMetrics
    private let running: Mutex<Running>

    private init(
        _ plan: SimulationPlan, devices: [Info], metrics: PluginMetrics, running: consuming Running
    ) {
        self.plan = plan
        self.devices = devices
        self.metrics = metrics
        self.running = Mutex(running)
    }

    /// Starts a simulation.
    ///
    /// The first device is opened at once, so that options which cannot work are told here; the others when
    /// somebody calls them.
    ///
    /// - Parameters:
    ///   - plan: What to simulate.
    ///   - reactors: Where the devices live, in turn; one or more.
    /// - Returns: The running simulation.
    /// - Throws: A `SimulationError` for a plan that cannot work or ports that are taken.
    package static func start(
        _ plan: SimulationPlan, on reactors: [Reactor]
    ) async throws(SimulationError) -> SimulatedDevices {
        if let problem = plan.problem { throw SimulationError(description: problem) }
        guard !reactors.isEmpty else { throw SimulationError(description: "there is no reactor") }
        let metrics = PluginMetrics()
        switch plan.layout {
        case .portEach: return try await startEach(plan, on: reactors, metrics)
        case .bus: return try await startBus(plan, on: reactors, metrics)
        }
    }

    // MARK: A port for each

    private static func startEach(
        _ plan: SimulationPlan, on reactors: [Reactor], _ metrics: PluginMetrics
    ) async throws(SimulationError) -> SimulatedDevices {
        var running = Running()
        var infos: [Info] = []
        do throws(SimulationError) {
            for index in 0..<plan.count {
                let reactor = reactors[index % reactors.count]
                let device = SimulatedDevice(plan, index: index, on: reactor, metrics: metrics)
                running.devices.append(device)
                if index == 0 { try await open(device) }
                let port = plan.port == 0 ? 0 : plan.port + UInt16(index)
                let listener = try await listen(plan, port: port, on: reactor) { client in
                    device.assumeIsolated { $0.accept(client) }
                }
                running.listeners.append(listener)
                infos.append(info(plan, index, port: listener.address.port))
            }
        } catch {
            await stop(running)
            throw error
        }
        return SimulatedDevices(plan, devices: infos, metrics: metrics, running: running)
    }

    private static func open(_ device: SimulatedDevice) async throws(SimulationError) {
        let problem = await withCheckedContinuation { continuation in
            device.reactor.execute {
                device.assumeIsolated { $0.open { continuation.resume(returning: $0) } }
            }
        }
        if let problem { throw SimulationError(description: problem) }
    }

    private static func listen(
        _ plan: SimulationPlan, port: UInt16, on reactor: Reactor,
        choosing: (@Sendable () -> Reactor)? = nil,
        _ accepted: @escaping @Sendable (TCPStream) -> Void
    ) async throws(SimulationError) -> TCPListener {
        guard let address = SocketAddress(plan.host, port: port) else {
            throw SimulationError(description: "\(plan.host) is no numeric address")
        }
        let result: Result<TCPListener, SystemError> = await reactor.perform {
            do throws(SystemError) {
                return .success(
                    try TCPListener(
                        at: address, on: reactor, choosing: choosing, accepted: accepted))
            } catch {
                return .failure(error)
            }
        }
        do throws(SystemError) {
            return try result.get()
        } catch {
            var text = "cannot listen on \(address): \(error.reason)"
            if error.code == EADDRINUSE { text += "; choose other ports" }
            if error.code == EMFILE {
                text += "; raise the limit of open files, or put the devices behind one port (bus)"
            }
            throw SimulationError(description: text)
        }
    }

    private static func info(_ plan: SimulationPlan, _ index: Int, port: UInt16) -> Info {
        Info(
            index: index, type: plan.deviceType(index), serialNumber: plan.serialNumber(index),
            host: plan.host, port: port, ailment: plan.fleet.ailment(of: index))
    }

    // MARK: A bus

    /// Everybody who calls gets a bus of its own, on which all devices answer.
    private static func startBus(
        _ plan: SimulationPlan, on reactors: [Reactor], _ metrics: PluginMetrics
    ) async throws(SimulationError) -> SimulatedDevices {
        let first = SimulatedDevice(plan, index: 0, on: reactors[0], metrics: metrics)
        do throws(SimulationError) {
            try await open(first)
            await stop(Running(devices: [first]))
        } catch {
            await stop(Running(devices: [first]))
            throw error
        }
        let bus = SimulatedBus(plan, on: reactors, metrics)
        let listener = try await listen(
            plan, port: plan.port, on: reactors[0], choosing: { bus.nextReactor() },
            { client in bus.accept(client) })
        let infos = (0..<plan.count).map { info(plan, $0, port: listener.address.port) }
        return SimulatedDevices(
            plan, devices: infos, metrics: metrics,
            running: Running(listeners: [listener], bus: bus))
    }

    // MARK: The end

    /// Stops listening and ends all devices.
    package func stop() async {
        let running = self.running.withLock { running in
            defer { running = Running() }
            return running
        }
        await Self.stop(running)
    }

    private static func stop(_ running: Running) async {
        for listener in running.listeners { await listener.reactor.perform { listener.close() } }
        for device in running.devices { await device.stop() }
        await running.bus?.stop()
    }
}
