import Plugins
import Store
import Testing
import Values

@testable import Dispatching

/// Who goes before whom, and what makes way.
@Suite struct OvertakingTests {
    @Test func anActionOnASaturatedExclusiveLineStartsNextAndTheBatchGoesOn() async throws {
        let bench = try await DispatchBench.make(isExclusive: true)
        var devices: [Device] = []
        for number in 0..<30 { devices.append(try await bench.device("\(number)")) }
        bench.launcher.script([.hangUntilYield], for: devices[0].id)
        let batch = try await bench.dispatcher.start(bench.order(devices, priority: 999))
        await bench.launcher.wait { $0.running.count == 1 }
        let target = try await bench.device("urgent")
        var order = bench.order([target], priority: 0)
        order.isInteractive = true
        let action = try await bench.dispatcher.start(order)
        #expect(try await bench.done(action.id).result == .success)
        #expect(try await bench.done(batch.id).result == .success)
        let served = bench.launcher.facts.plans.map(\.device.serialNumber)
        #expect(Array(served.prefix(2)) == ["0", "urgent"])
        #expect(bench.launcher.facts.most == 1)
        // The session that gave way goes on where it was, with no attempt counted.
        let again = bench.launcher.facts.plans.filter { $0.device.id == devices[0].id }
        #expect(again.map(\.checkpoint) == [nil, [1, 2, 3]])
        let task = try #require(
            try await bench.tasks(batch.id).first { $0.serialNumber == "0" })
        #expect(task.attempts == 1 && task.result == .success)
        await bench.end()
    }

    @Test func aHighPriorityOvertakesThousandsThatWait() async throws {
        let bench = try await DispatchBench.make(limit: 1)
        let devices = try await bench.devices(2_500)
        bench.launcher.script([.hang], for: devices[0].id)
        let batch = try await bench.dispatcher.start(bench.order(devices, priority: 1))
        await bench.launcher.wait { $0.running.count == 1 }
        let others = [try await bench.device("a"), try await bench.device("b")]
        let urgent = try await bench.dispatcher.start(bench.order(others, priority: 999))
        let first = try #require(bench.launcher.facts.plans.first)
        bench.launcher.release(first.task)
        #expect(try await bench.done(urgent.id).result == .success)
        #expect(
            bench.launcher.facts.plans.prefix(3).map(\.device.serialNumber).dropFirst()
                == ["a", "b"])
        try await bench.dispatcher.cancel(run: batch.id, project: bench.project)
        let done = try await bench.done(batch.id)
        #expect(done.tally.all == 2_500 && done.tally.done == 2_500)
        await bench.end()
    }

    @Test func aGateBoundsSessionsAndLetsEverybodyThroughInTheEnd() async throws {
        let bench = try await DispatchBench.make(gates: [SessionGate(name: "channel:1", limit: 3)])
        let devices = try await bench.devices(60)
        let run = try await bench.dispatcher.start(bench.order(devices))
        #expect(try await bench.done(run.id).result == .success)
        #expect(bench.launcher.facts.most <= 3)
        await bench.end()
    }

    @Test func whoBorrowsAnEndpointHasItAlone() async throws {
        let bench = try await DispatchBench.make(isExclusive: true)
        let device = try await bench.device("1")
        let claim = Claim(line: "the line", bus: "console", isExclusive: true)
        let lease = try #require(await bench.dispatcher.lease(claim))
        let run = try await bench.dispatcher.start(bench.order([device]))
        #expect(await bench.dispatcher.load.waiting == 1)
        #expect(bench.launcher.facts.plans.isEmpty)
        await bench.dispatcher.giveBack(lease)
        #expect(try await bench.done(run.id).result == .success)
        await bench.end()
    }
}
