import JSON
import Reactor
import Testing

@testable import Plugins

/// One session of a tiny plugin with a line meter.
final class Exchange: Sendable {
    let plugin: Plugin
    let meter: LineMeter
    let witness: Witness
    let session: DeviceSession
    private let reactor: Reactor

    private static let stage = Result {
        (try Reactor.start(name: "contract"), Resolver(work: try Work(threads: 1)))
    }

    private init(
        _ plugin: Plugin, _ meter: LineMeter, _ witness: Witness, _ session: DeviceSession,
        _ reactor: Reactor
    ) {
        self.plugin = plugin
        self.meter = meter
        self.witness = witness
        self.session = session
        self.reactor = reactor
    }

    /// Begins a session.
    ///
    /// - Parameters:
    ///   - name: The plugin's.
    ///   - serial: The device's serial number; abusing plugins act where it begins with `BAD`.
    ///   - more: Further members of the request, which has items 0 and 1.
    ///   - mode: How the session lives.
    ///   - port: Another meter than the exchange's own.
    ///   - confirms: Whether the store confirms everything at once.
    ///   - change: Changes of the plan.
    ///   - answer: What the meter answers.
    /// - Returns: The session, which has begun.
    /// - Throws: What is wrong with the plugin or the machine.
    static func begin(
        _ name: String, serial: String = "GOOD-1", more: JSONObject = [:],
        mode: SessionMode = .task, port: UInt16? = nil, confirms: Bool = true,
        _ change: (inout SessionPlan) -> Void = { _ in },
        answer: @escaping LineMeter.Answer = LineMeter.ordinary
    ) async throws -> Exchange {
        try await begin(
            try Foundry.load(name), serial: serial, more: more, mode: mode, port: port,
            confirms: confirms, change, answer: answer)
    }

    /// Begins a session of a plugin that is loaded.
    static func begin(
        _ loaded: Plugin, serial: String = "GOOD-1", more: JSONObject = [:],
        mode: SessionMode = .task, port: UInt16? = nil, confirms: Bool = true,
        _ change: (inout SessionPlan) -> Void = { _ in },
        answer: @escaping LineMeter.Answer = LineMeter.ordinary
    ) async throws -> Exchange {
        let (reactor, resolver) = try stage.get()
        // The code is shared, the numbers are the exchange's own.
        let plugin = Plugin(
            id: loaded.id, version: loaded.version, runtime: loaded.runtime,
            hasSimulator: loaded.hasSimulator)
        let (meter, ownPort) = try await LineMeter.start(on: reactor, answer)
        var request: JSONObject = [
            "device": ["serialNumber": .string(serial)], "items": [["number": 0], ["number": 1]],
        ]
        for (key, value) in more { request[key] = value }
        var plan = SessionPlan(
            label: serial, request: request, mode: mode,
            channel: .tcp(
                TCPEndpoint(
                    host: "127.0.0.1", port: port ?? ownPort, connectTimeout: .seconds(300))))
        change(&plan)
        let witness = Witness(confirmsAtOnce: confirms)
        let session = DeviceSession(
            plugin: plugin, plan: plan, on: reactor, resolver: resolver, delegate: witness)
        session.start()
        return Exchange(plugin, meter, witness, session, reactor)
    }

    /// Waits for the end of the session.
    func end() async throws -> (end: SessionEnd, heard: Witness.Heard) {
        let heard = await witness.wait { !$0.ends.isEmpty }
        await settle()
        await meter.stop()
        return (try #require(heard.ends.first), witness.heard)
    }

    /// Lets the reactor go through so many passes that everything which was going to happen has happened.
    func settle() async {
        for _ in 0..<50 { await reactor.perform {} }
    }

    /// The reactor, for what a test adds.
    static func reactor() throws -> Reactor { try stage.get().0 }
}

extension Witness.Heard {
    /// Checks that the session did what an ordinary one does, and broke nothing.
    func expectOrdinary(_ end: SessionEnd, sourceLocation: SourceLocation = #_sourceLocation) {
        #expect(end.code == .ok, sourceLocation: sourceLocation)
        #expect(end.byDriver, sourceLocation: sourceLocation)
        #expect(breaches == [], sourceLocation: sourceLocation)
        #expect(ends.count == 1, sourceLocation: sourceLocation)
        #expect(
            !said.contains { $0.hasPrefix("unexpected") }, "\(said)", sourceLocation: sourceLocation
        )
        #expect(lastReading, "\(records)", sourceLocation: sourceLocation)
    }

    /// True where the last record is the meter's reading.
    private var lastReading: Bool {
        guard case .measurement(.decimal(let value), _)? = records.last?.content else {
            return false
        }
        return value.mantissa == 123_456 && value.exponent == -2
    }
}
