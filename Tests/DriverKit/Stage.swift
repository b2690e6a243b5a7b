import DriverKit
import JSON
import Synchronization

/// Bodies of drivers and simulators that tests give, found by the serial number of their request.
final class Stage: Sendable {
    typealias DriverBody = @Sendable (Request, Link) async throws(DriverFailure) -> Void
    typealias SimulatorBody = @Sendable (SimulatedDevice, Link) async throws(DriverFailure) -> Void

    private struct Bodies {
        var next = 0
        var drivers: [String: DriverBody] = [:]
        var simulators: [String: SimulatorBody] = [:]
    }

    private static let bodies = Mutex(Bodies())

    private static let definition = Plugin(
        id: "stage", version: "1.2.3", vendor: "Tests", driver: StagedDriver.self,
        simulator: StagedSimulator.self)

    static var entry: UnsafeRawPointer? { definition.entry }

    static func plugin() throws -> RehearsedPlugin {
        try RehearsedPlugin.of(definition)
    }

    /// Keeps a pair of bodies; the serial number under which they are found is returned.
    static func keep(
        _ driver: @escaping DriverBody = { _, _ in },
        simulator: @escaping SimulatorBody = { _, _ in }
    ) -> String {
        bodies.withLock { bodies in
            bodies.next += 1
            let serial = "S\(bodies.next)"
            bodies.drivers[serial] = driver
            bodies.simulators[serial] = simulator
            return serial
        }
    }

    static func driver(_ serial: String) -> DriverBody? {
        bodies.withLock { $0.drivers[serial] }
    }

    static func simulator(_ serial: String) -> SimulatorBody? {
        bodies.withLock { $0.simulators[serial] }
    }

    /// Opens a session with a driver's body.
    static func session(
        items: Int = 0, with members: JSONObject = [:],
        limits: RehearsedSession.Limits = RehearsedSession.Limits(),
        clock: VirtualClock = VirtualClock(), _ body: @escaping DriverBody
    ) throws -> RehearsedSession {
        try RehearsedSession(
            of: plugin(), request: request(keep(body), items: items, with: members),
            clock: clock, limits: limits)
    }

    /// Opens a session with a body that only uses the link.
    static func linkSession(
        items: Int = 0, limits: RehearsedSession.Limits = RehearsedSession.Limits(),
        _ body: @escaping @Sendable (Link) async throws(LinkError) -> Void
    ) throws -> RehearsedSession {
        try session(items: items, limits: limits) { (_, link) async throws(DriverFailure) in
            do throws(LinkError) {
                try await body(link)
            } catch {
                throw DriverFailure(error)
            }
        }
    }

    static func request(
        _ serial: String, items: Int = 0, with members: JSONObject = [:]
    ) -> JSONValue {
        var request: JSONObject = [
            "device": ["uuid": "u", "serialNumber": .string(serial), "type": "DT_TEST"],
            "mode": "task",
            "items": .array(
                (0..<items).map { number in
                    ["number": JSONValue(number), "kind": "archive", "archive": "CURRENT"]
                }),
        ]
        for (key, value) in members {
            request[key] = value
        }
        return .object(request)
    }
}

private struct StagedDriver: Driver {
    func run(_ request: Request, on link: Link) async throws(DriverFailure) {
        guard let body = Stage.driver(request.device.serialNumber) else {
            throw DriverFailure(code: .configuration, message: Message("unknown"))
        }
        try await body(request, link)
    }
}

private struct StagedSimulator: Simulator {
    func run(_ device: SimulatedDevice, on link: Link) async throws(DriverFailure) {
        guard let body = Stage.simulator(device.serialNumber) else {
            throw DriverFailure(code: .configuration, message: Message("unknown"))
        }
        try await body(device, link)
    }
}
