import JSON
import Reactor
import Synchronization
import Testing

@testable import Plugins

@Suite("Simulated devices", .timeLimit(.minutes(1)))
struct SimulationTests {
    private func plan(_ rig: Rig, _ script: String, count: Int = 1) -> SimulationPlan {
        SimulationPlan(
            plugin: rig.plugin, deviceTypes: ["DT_A", "DT_B"], count: count,
            options: ["script": .string(script)])
    }

    @Test("answer on ports of their own, with types in turn and serial numbers that count up")
    func ports() async throws {
        let rig = try await Rig()
        var plan = plan(rig, "R:send 6f6b", count: 3)
        plan.firstSerialNumber = "000000000000099"
        let simulation = try await SimulatedDevices.start(plan, on: [rig.reactor])
        #expect(simulation.devices.map(\.type) == ["DT_A", "DT_B", "DT_A"])
        #expect(
            simulation.devices.map(\.serialNumber) == [
                "000000000000099", "000000000000100", "000000000000101",
            ])
        #expect(Set(simulation.devices.map(\.port)).count == 3)
        for device in simulation.devices {
            let witness = Witness()
            _ = rig.session(
                "C:send 41;R:finish 0 tell", port: device.port, witness: witness)
            #expect(try await witness.end().code == .ok)
            #expect(witness.heard.texts == ["rx 6f6b"])
        }
        // One session a device, through all its connections.
        #expect(simulation.metrics.snapshot.sessionsTotal == 3)
        #expect(rig.plugin.metrics.snapshot.sessionsTotal == 3)
        await simulation.stop()
        #expect(simulation.metrics.snapshot.sessionsOpen == 0)
    }

    @Test("serve one client after the other, and live on when they hang up")
    func oneAtATime() async throws {
        let rig = try await Rig()
        let simulation = try await SimulatedDevices.start(
            plan(rig, "R:send 6f6b;R:finish 0"), on: [rig.reactor])
        let witnesses = (0..<5).map { _ in Witness() }
        for witness in witnesses {
            _ = rig.session(
                "C:send 41;R:say got;X:finish 1", port: simulation.devices[0].port,
                witness: witness)
        }
        for witness in witnesses {
            #expect(try await witness.end().code == .transport)
            #expect(witness.heard.texts.contains("got"))
        }
        #expect(simulation.metrics.snapshot.sessionsTotal == 1)
        await simulation.stop()
    }

    @Test("delay every answer, in order, and the end behind them")
    func delay() async throws {
        let rig = try await Rig()
        var plan = plan(rig, "R:send 31;R:send 32;R:finish 0")
        plan.delay = .milliseconds(20)
        let simulation = try await SimulatedDevices.start(plan, on: [rig.reactor])
        let witness = Witness()
        _ = rig.session(
            "C:send 41;X:finish 0", port: simulation.devices[0].port, witness: witness)
        #expect(try await witness.end().code == .ok)
        let trace = witness.heard.trace
        let sent = try #require(trace.first { if case .sent = $0.kind { true } else { false } })
        let answers = trace.filter { if case .received = $0.kind { true } else { false } }
        #expect(answers.flatMap(\.bytes) == [0x31, 0x32])
        let waited =
            try #require(answers.first).stamp.monotonicNanoseconds - sent.stamp.monotonicNanoseconds
        #expect(waited >= 20_000_000)
        await simulation.stop()
    }

    @Test("stand together behind one port, with a bus for everybody who calls")
    func bus() async throws {
        let rig = try await Rig()
        var plan = plan(rig, "R:send 6f6b", count: 100)
        plan.layout = .bus
        let simulation = try await SimulatedDevices.start(plan, on: [rig.reactor])
        #expect(simulation.devices.count == 100)
        #expect(Set(simulation.devices.map(\.port)).count == 1)
        let witnesses = (0..<3).map { _ in Witness() }
        for witness in witnesses {
            _ = rig.session(
                "C:send 41;R:finish 0", port: simulation.devices[0].port, witness: witness)
        }
        for witness in witnesses { #expect(try await witness.end().code == .ok) }
        await simulation.stop()
        #expect(simulation.metrics.snapshot.sessionsOpen == 0)
    }

    @Test("cannot do what only drivers do")
    func roles() async throws {
        let rig = try await Rig()
        let simulation = try await SimulatedDevices.start(
            plan(rig, "R:emit 1;R:outcome 0 4 0;R:reconnect 1;R:send 6f6b"), on: [rig.reactor])
        let witness = Witness()
        _ = rig.session(
            "C:send 41;R:finish 0", port: simulation.devices[0].port, witness: witness)
        #expect(try await witness.end().code == .ok)
        #expect(simulation.metrics.snapshot.breaches == 3)
        await simulation.stop()
    }

    @Test("are refused where they cannot work")
    func refusals() async throws {
        let rig = try await Rig()
        func problem(_ change: (inout SimulationPlan) -> Void) async -> String {
            var plan = plan(rig, "")
            change(&plan)
            do throws(SimulationError) {
                await (try SimulatedDevices.start(plan, on: [rig.reactor])).stop()
                return ""
            } catch {
                return error.description
            }
        }
        #expect(await problem { $0.count = 0 }.contains("1 to 10000"))
        #expect(await problem { ($0.count, $0.port) = (2, 65_535) }.contains("above 65535"))
        #expect(await problem { $0.host = "here" }.contains("numeric address"))
        #expect(await problem { $0.firstSerialNumber = "A1" }.contains("digits"))
        #expect(await problem { $0.deviceTypes = [] }.contains("no device type"))
        #expect(await problem { $0.options = ["refuse": "no such type"] } == "no such type")
        let running = try await SimulatedDevices.start(plan(rig, ""), on: [rig.reactor])
        let taken = running.devices[0].port
        #expect(await problem { $0.port = taken }.contains("Address already in use"))
        await running.stop()
    }
}
