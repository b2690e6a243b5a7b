import Plugins
import Store
import Testing
import Values

@testable import Dispatching

/// Trying again, giving up, and ending honestly.
@Suite struct PersistenceTests {
    @Test func theFailureOfASilentEndpointIsSharedByAllThatWaitForIt() async throws {
        let bench = try await DispatchBench.make(isExclusive: true)
        let devices = try await bench.devices(50)
        for device in devices.prefix(EndpointBreaker.threshold) {
            bench.launcher.script([.silence], for: device.id)
        }
        let run = try await bench.dispatcher.start(bench.order(devices))
        let done = try await bench.done(run.id)
        #expect(done.tally[.error] == 50)
        #expect(bench.launcher.facts.plans.count == EndpointBreaker.threshold)
        #expect(await bench.dispatcher.load.silentEndpoints == 1)
        let notes = try await bench.tasks(run.id).last?.notes.map(\.message.id) ?? []
        #expect(notes.contains("host.task.endpoint_silent"))
        // As soon as somebody answers there, everybody has their own turn again.
        let next = try await bench.dispatcher.start(bench.order(devices))
        #expect(try await bench.done(next.id).result == .success)
        #expect(await bench.dispatcher.load.silentEndpoints == 0)
        await bench.end()
    }

    @Test func anEndlessRunEndsWhenTheScheduleStartsTheNextOne() async throws {
        let bench = try await DispatchBench.make()
        let device = try await bench.device("1")
        bench.launcher.script(
            Array(repeating: .end(.timeout, outcomes: [:]), count: 1000), for: device.id)
        var order = bench.order([device])
        order.isEndless = true
        let run = try await bench.dispatcher.start(order)
        await bench.launcher.wait { $0.plans.count == 1 && $0.running.isEmpty }
        try await bench.dispatcher.cancel(
            run: run.id, project: bench.project, as: .cancelledBySchedule)
        let done = try await bench.done(run.id)
        #expect(done.result == .cancelledBySchedule)
        #expect(done.tally[.cancelledBySchedule] == 1)
        await bench.end()
    }

    @Test func nothingIsStartedAfterTheWindow() async throws {
        let bench = try await DispatchBench.make(limit: 1)
        let devices = [try await bench.device("1"), try await bench.device("2")]
        bench.launcher.script([.hang], for: devices[0].id)
        var order = bench.order(devices)
        order.notAfter = Moment(milliseconds: Moment.now().milliseconds + 300)
        let run = try await bench.dispatcher.start(order)
        await bench.launcher.wait { $0.running.count == 1 }
        let first = try #require(bench.launcher.facts.plans.first)
        try await bench.until(run.id) { $0.tally[.cancelledBySchedule] == 1 }
        bench.launcher.release(first.task)
        let done = try await bench.done(run.id)
        #expect(done.tally[.cancelledBySchedule] == 2)
        #expect(bench.launcher.facts.plans.count == 1)
        await bench.end()
    }

    @Test func aDeviceThatIsDisabledWhileItWaitsIsNotTalkedTo() async throws {
        let bench = try await DispatchBench.make(limit: 1)
        let devices = [try await bench.device("1"), try await bench.device("2")]
        bench.launcher.script([.hang], for: devices[0].id)
        let run = try await bench.dispatcher.start(bench.order(devices))
        await bench.launcher.wait { $0.running.count == 1 }
        try await bench.store.write { (transaction) throws(StoreError) in
            var device = devices[1]
            device.enabled = false
            _ = try transaction.update(device)
        }
        let first = try #require(bench.launcher.facts.plans.first)
        bench.launcher.release(first.task)
        let done = try await bench.done(run.id)
        #expect(done.tally[.nothingToDo] == 1)
        #expect(bench.launcher.facts.plans.count == 1)
        let task = try #require(try await bench.tasks(run.id).last)
        #expect(task.notes.map(\.message.id) == ["host.task.device_withdrawn"])
        await bench.end()
    }

    @Test func aRunWhoseTasksWereNotAllStoredIsForgottenAtTheNextStart() async throws {
        let bench = try await DispatchBench.make()
        let order = bench.order([])
        let ledger = RunLedger(store: bench.store)
        let run = ledger.makeRun(for: order, at: .now(), isWhole: false)
        try await ledger.create(run, tasks: [])
        let again = try await bench.restarted()
        #expect(try await again.dispatcher.recover() == 0)
        await #expect(throws: StoreError.notFound(.run)) { try await again.run(run.id) }
        await again.end()
    }
}

/// What is stored is not asked for again.
@Suite struct MissingOnlyTests {
    private static let day: Int64 = 86_400_000

    /// Stores the end of day of some days before the last midnight in UTC, 0 for that midnight itself.
    private func store(_ days: [Int64], of device: Device, in bench: DispatchBench) async throws {
        let midnight = bench.store.now.milliseconds / Self.day * Self.day
        try await bench.store.append(
            CollectionBatch(
                project: device.project, device: device.id,
                measurements: days.map { ago in
                    let end = midnight - ago * Self.day
                    return MeasurementRecord(
                        archive: "END_OF_DAY", quantity: "A+", tag: "TOTAL",
                        value: .decimal(Decimal(mantissa: ago, exponent: 0)), status: .valid,
                        time: Timestamp(milliseconds: end), intervalEnd: end,
                        received: Timestamp(milliseconds: end))
                }))
    }

    private func order(_ device: Device, _ bench: DispatchBench) -> RunOrder {
        RunOrder(
            project: bench.project, devices: [device.id],
            contents: [
                ContentLine(
                    kind: .archive, symbol: "END_OF_DAY", quantities: ["A+"], tags: ["TOTAL"],
                    period: .depth(5))
            ])
    }

    @Test func nobodyIsCalledForWhatIsThere() async throws {
        let bench = try await DispatchBench.make()
        let device = try await bench.device("1", timeZone: "UTC")
        try await store([0, 1, 2, 3, 4], of: device, in: bench)
        let run = try await bench.dispatcher.start(order(device, bench))
        #expect(try await bench.done(run.id).result == .success)
        #expect(bench.launcher.facts.plans.isEmpty)
        let task = try #require(try await bench.tasks(run.id).first)
        #expect(task.attempts == 0)
        await bench.end()
    }

    @Test func holesAreFilledAndNothingElseIsAsked() async throws {
        let bench = try await DispatchBench.make()
        let device = try await bench.device("1", timeZone: "UTC")
        try await store([0, 1, 3, 4], of: device, in: bench)
        let run = try await bench.dispatcher.start(order(device, bench))
        #expect(try await bench.done(run.id).result == .success)
        let plan = try #require(bench.launcher.facts.plans.first)
        let hole = bench.store.now.milliseconds / Self.day * Self.day - 2 * Self.day
        let ranges = try #require(plan.ranges[0])
        #expect(ranges.count == 1 && ranges[0].contains(hole))
        #expect(!ranges[0].contains(hole - Self.day) && !ranges[0].contains(hole + Self.day))
        await bench.end()
    }
}
