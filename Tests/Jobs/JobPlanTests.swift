import JSON
import Scheduling
import Store
import Testing
import Values

@testable import Jobs

@Suite struct JobPlanTests {
    private static let hour: Int64 = 3_600_000
    private static let id = UUID(high: 1, low: 2)

    private func plan(
        _ text: String = "0 * * * *", handled: Int64, missed: MissedPolicy = .runOnce,
        window: Int? = nil
    ) throws -> JobPlan {
        JobPlan(
            id: Self.id,
            schedule: Schedule(
                .cron(try CronExpression(text)), in: .utc, windowMinutes: window),
            missed: missed, handled: handled)
    }

    @Test func waitsForTheNextStart() throws {
        let plan = try plan(handled: 10 * Self.hour)
        #expect(
            plan.decide(at: 10 * Self.hour + 1, hostWasDown: false) == .wait(until: 11 * Self.hour))
        #expect(
            plan.decide(at: 11 * Self.hour - 1, hostWasDown: true) == .wait(until: 11 * Self.hour))
    }

    @Test func beginsWhatIsDue() throws {
        let plan = try plan(handled: 10 * Self.hour)
        #expect(plan.decide(at: 11 * Self.hour, hostWasDown: false) == .begin(11 * Self.hour))
    }

    @Test func beginsOnlyTheNewestOfMany() throws {
        let plan = try plan(handled: 10 * Self.hour)
        let later = 100_000 * Self.hour + 5
        #expect(plan.decide(at: later, hostWasDown: false) == .begin(100_000 * Self.hour))
        #expect(plan.decide(at: later, hostWasDown: true) == .begin(100_000 * Self.hour))
    }

    @Test func skipsWhatWasMissedIfTheJobSaysSo() throws {
        let plan = try plan(handled: 10 * Self.hour, missed: .skip)
        let late = 15 * Self.hour + JobPlan.grace + 1
        #expect(plan.decide(at: late, hostWasDown: true) == .passOver(15 * Self.hour))
        // A host that starts again within the minute has missed nothing.
        let soon = 15 * Self.hour + JobPlan.grace
        #expect(plan.decide(at: soon, hostWasDown: true) == .begin(15 * Self.hour))
        // A clock that is set over a start is no reason to leave it out.
        #expect(plan.decide(at: late, hostWasDown: false) == .begin(15 * Self.hour))
    }

    @Test func startsNothingAfterItsWindow() throws {
        let plan = try plan("0 1 * * *", handled: 0, window: 240)
        let open = 5 * Self.hour - 1
        #expect(plan.decide(at: open, hostWasDown: true) == .begin(1 * Self.hour))
        #expect(plan.decide(at: open + 1, hostWasDown: false) == .passOver(1 * Self.hour))
    }

    @Test func repeatsNothingWhenTheClockIsSetBackAnHour() throws {
        let plan = try plan(handled: 12 * Self.hour)
        #expect(
            plan.decide(at: 11 * Self.hour + 5, hostWasDown: false) == .wait(until: 13 * Self.hour))
    }

    @Test func beginsAnewWhenTheClockIsSetBackByYears() throws {
        let plan = try plan(handled: 90_000 * Self.hour)
        let now = 10 * Self.hour + 5
        #expect(plan.decide(at: now, hostWasDown: false) == .passOver(now))
    }

    @Test func restsAfterAFailure() throws {
        var plan = try plan(handled: 10 * Self.hour)
        plan.restsUntil = 11 * Self.hour + 5_000
        #expect(
            plan.decide(at: 11 * Self.hour, hostWasDown: false)
                == .wait(until: 11 * Self.hour + 5_000))
        #expect(
            plan.decide(at: 11 * Self.hour + 5_000, hostWasDown: false) == .begin(11 * Self.hour))
    }
}

@Suite struct StartQueueTests {
    private func job(_ number: UInt64) -> UUID { UUID(high: 0, low: number) }

    @Test func givesTheEarliestFirst() {
        var queue = StartQueue()
        for number in 0..<1_000 as Range<UInt64> {
            queue.set(job(number), to: Int64((number * 7_919) % 1_000))
        }
        #expect(queue.count == 1_000)
        for moment in 0..<1_000 as Range<Int64> {
            #expect(queue.first() == moment)
            #expect(queue.popDue(at: moment - 1) == nil)
            #expect(queue.popDue(at: moment) != nil)
        }
        #expect(queue.first() == nil)
        #expect(queue.count == 0)
    }

    @Test func keepsOneMomentForEachJob() {
        var queue = StartQueue()
        for moment in 0..<10_000 as Range<Int64> { queue.set(job(1), to: 20_000 - moment) }
        queue.set(job(2), to: 15_000)
        #expect(queue.count == 2)
        #expect(queue.popDue(at: 20_000) == job(1))
        #expect(queue.first() == 15_000)
        queue.set(job(2), to: nil)
        #expect(queue.popDue(at: .max) == nil)
    }
}
