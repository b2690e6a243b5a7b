import Store
import Testing
import Values

@testable import Dispatching

@Suite struct DispatcherTests {
    @Test func aRunOfSeveralDevicesSucceeds() async throws {
        let bench = try await DispatchBench.make()
        let devices = [try await bench.device("1"), try await bench.device("2")]
        let run = try await bench.dispatcher.start(bench.order(devices))
        let done = try await bench.done(run.id)
        #expect(done.result == .success)
        #expect(done.tally[.success] == 2)
        #expect(done.started != nil && done.finished != nil)
        #expect(bench.launcher.facts.plans.allSatisfy { $0.items.count == 2 })
        await bench.end()
    }

    @Test func takesMembersOfGroupsOnceAndLeavesOutTheDisabled() async throws {
        let bench = try await DispatchBench.make()
        let group = DeviceGroup(
            id: bench.store.newID(), project: bench.project, name: "G", created: bench.store.now)
        try await bench.store.write { (transaction) throws(StoreError) in
            try transaction.insert(group)
        }
        let one = try await bench.device("1", group: group.id)
        _ = try await bench.device("2", group: group.id)
        _ = try await bench.device("3", enabled: false, group: group.id)
        let run = try await bench.dispatcher.start(bench.order([one], groups: [group.id]))
        _ = try await bench.done(run.id)
        let serials = try await bench.tasks(run.id).map(\.serialNumber)
        #expect(serials == ["1", "2"])
        await bench.end()
    }

    @Test func aRunWithoutDevicesOrLinesHasNothingToDo() async throws {
        let bench = try await DispatchBench.make()
        let disabled = try await bench.device("1", enabled: false)
        let empty = try await bench.dispatcher.start(bench.order([disabled]))
        #expect(empty.state == .done && empty.result == .nothingToDo)
        let unreachable = try await bench.device("2", lines: 0)
        let run = try await bench.dispatcher.start(bench.order([unreachable]))
        let done = try await bench.done(run.id)
        #expect(done.result == .nothingToDo)
        let task = try #require(try await bench.tasks(run.id).first)
        #expect(task.notes.map(\.message.id) == ["host.task.no_commline"])
        await bench.end()
    }

    @Test func aParameterThatTheDeviceLacksMakesThePartialResult() async throws {
        let bench = try await DispatchBench.make()
        let device = try await bench.device("1")
        bench.launcher.script(
            [.end(.ok, outcomes: [0: .ok, 1: .objectUndefined])], for: device.id)
        let run = try await bench.dispatcher.start(bench.order([device]))
        #expect(try await bench.done(run.id).result == .partial)
        let task = try #require(try await bench.tasks(run.id).first)
        #expect(task.result == .partial)
        #expect(task.notes.map(\.message.id) == ["host.task.not_received"])
        await bench.end()
    }

    @Test func anotherAttemptAsksOnlyForWhatIsMissing() async throws {
        let bench = try await DispatchBench.make()
        let device = try await bench.device("1", attempts: 1)
        bench.launcher.script([.end(.timeout, outcomes: [0: .ok]), .succeed], for: device.id)
        let run = try await bench.dispatcher.start(bench.order([device]))
        #expect(try await bench.done(run.id).result == .success)
        #expect(bench.launcher.facts.plans.map { $0.items.map(\.number) } == [[0, 1], [1]])
        let task = try #require(try await bench.tasks(run.id).first)
        #expect(task.attempts == 2)
        await bench.end()
    }

    @Test func fallsBackToTheNextLineAndEndsWithAnHonestError() async throws {
        let bench = try await DispatchBench.make()
        let device = try await bench.device("1", lines: 2)
        bench.launcher.script(
            [.end(.timeout, outcomes: [:]), .end(.transport, outcomes: [:])], for: device.id)
        let run = try await bench.dispatcher.start(bench.order([device]))
        #expect(try await bench.done(run.id).result == .error)
        let lines = bench.launcher.facts.plans.map(\.line.channel.name)
        #expect(lines == ["1/0", "1/1"])
        let task = try #require(try await bench.tasks(run.id).first)
        #expect(
            task.notes.map(\.message.id)
                == ["host.task.exchange_failed", "host.task.not_received"])
        let outcomes = try await bench.store.read { (snapshot) throws(StoreError) in
            try snapshot.outcomes(ofTask: task.id)
        }
        #expect(
            outcomes.map(\.code) == [ErrorCode.transport.rawValue, ErrorCode.transport.rawValue])
        await bench.end()
    }

    @Test func cancellingEndsWhatRunsAndWhatWaits() async throws {
        let bench = try await DispatchBench.make(isExclusive: true)
        var devices: [Device] = []
        for number in 0..<5 {
            let device = try await bench.device("\(number)")
            bench.launcher.script([.hang], for: device.id)
            devices.append(device)
        }
        let run = try await bench.dispatcher.start(bench.order(devices))
        await bench.launcher.wait { $0.running.count == 1 }
        try await bench.dispatcher.cancel(run: run.id, project: bench.project)
        let done = try await bench.done(run.id)
        #expect(done.result == .cancelledByUser)
        #expect(done.tally[.cancelledByUser] == 5)
        #expect(bench.launcher.facts.plans.count == 1)
        await #expect(throws: DispatchError.alreadyDone) {
            try await bench.dispatcher.cancel(run: run.id, project: bench.project)
        }
        await #expect(throws: DispatchError.unknownRun) {
            try await bench.dispatcher.cancel(run: run.id, project: bench.store.newID())
        }
        await bench.end()
    }

    @Test func anExclusiveLineServesOneDeviceAtATime() async throws {
        let bench = try await DispatchBench.make(isExclusive: true)
        var devices: [Device] = []
        for number in 0..<20 { devices.append(try await bench.device("\(number)")) }
        let run = try await bench.dispatcher.start(bench.order(devices))
        #expect(try await bench.done(run.id).result == .success)
        #expect(bench.launcher.facts.most == 1)
        await bench.end()
    }

    @Test func neverHoldsMoreSessionsThanItsLimit() async throws {
        let bench = try await DispatchBench.make(limit: 3)
        var devices: [Device] = []
        for number in 0..<20 { devices.append(try await bench.device("\(number)")) }
        let run = try await bench.dispatcher.start(bench.order(devices))
        #expect(try await bench.done(run.id).result == .success)
        #expect(bench.launcher.facts.most <= 3)
        await bench.end()
    }

    @Test func oneDeviceIsNeverTalkedToTwiceAtOnce() async throws {
        let bench = try await DispatchBench.make()
        let device = try await bench.device("1")
        bench.launcher.script([.hang], for: device.id)
        let first = try await bench.dispatcher.start(bench.order([device]))
        await bench.launcher.wait { $0.running.count == 1 }
        let second = try await bench.dispatcher.start(bench.order([device], priority: 999))
        #expect(bench.launcher.facts.most == 1)
        let task = try #require(bench.launcher.facts.running.first)
        bench.launcher.release(task)
        #expect(try await bench.done(second.id).result == .success)
        #expect(try await bench.done(first.id).result == .error)
        #expect(bench.launcher.facts.most == 1)
        await bench.end()
    }

    @Test func refusesOrdersThatCannotBeMeant() async throws {
        let bench = try await DispatchBench.make()
        let device = try await bench.device("1")
        var nothing = bench.order([device])
        nothing.contents = []
        await #expect(throws: DispatchError.noContents) {
            try await bench.dispatcher.start(nothing)
        }
        await #expect(throws: DispatchError.noTargets) {
            try await bench.dispatcher.start(bench.order([]))
        }
        let stranger = bench.store.newID()
        var unknown = bench.order([device])
        unknown.devices.append(stranger)
        await #expect(throws: DispatchError.unknownDevices([stranger])) {
            try await bench.dispatcher.start(unknown)
        }
        await bench.end()
    }

    @Test func aRestartGoesOnWithWhatWasLeft() async throws {
        let bench = try await DispatchBench.make()
        let device = try await bench.device("1")
        let idle = try await bench.device("2")
        bench.launcher.script([.hang], for: device.id)
        bench.launcher.script([.hang], for: idle.id)
        let run = try await bench.dispatcher.start(bench.order([device, idle]))
        await bench.launcher.wait { $0.running.count == 2 }
        await bench.dispatcher.stop()
        let next = try await bench.restarted()
        #expect(try await next.run(run.id).state == .running)
        #expect(try await next.dispatcher.recover() == 1)
        let done = try await next.done(run.id)
        #expect(done.result == .success)
        #expect(done.tally[.success] == 2)
        await next.end()
    }

    @Test func aCommandThatMayHaveActedIsNotRepeatedAfterARestart() async throws {
        let bench = try await DispatchBench.make()
        let device = try await bench.device("1")
        bench.launcher.script([.hang], for: device.id)
        let run = try await bench.dispatcher.start(bench.order([device]))
        await bench.launcher.wait { $0.running.count == 1 }
        let task = try #require(try await bench.tasks(run.id).first)
        try await bench.store.write { (transaction) throws(StoreError) in
            try transaction.insert(
                [ItemOutcome(item: 0, stage: .sent, code: 0, at: transaction.now)], task: task.id)
        }
        await bench.dispatcher.stop()
        let next = try await bench.restarted()
        _ = try await next.dispatcher.recover()
        #expect(try await next.done(run.id).result == .error)
        #expect(next.launcher.facts.plans.map { $0.items.map(\.number) } == [[1]])
        await next.end()
    }
}
