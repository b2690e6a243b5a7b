import Dispatching
import JSON
import Store
import Testing
import Values

@testable import Jobs

@Suite struct JobSchedulerTests {
    private static let hourly: JSONValue = ["cron": "@hourly", "timeZone": "UTC"]
    private static let hour: Int64 = 3_600_000

    @Test func startsAJobAtItsTime() async throws {
        try await Bench.with { bench in
            let job = try await bench.job(Self.hourly)
            let scheduler = try await bench.scheduler()
            #expect(bench.alarm.moment == Bench.noon + Self.hour)
            await bench.alarm.advance(seconds: 3_599)
            #expect(bench.runs.orders.isEmpty)
            await bench.alarm.advance(seconds: 1)
            let order = try #require(bench.runs.orders.first)
            #expect(order.job == job)
            #expect(order.occurrence == Bench.noon + Self.hour)
            #expect(order.initiator == "schedule")
            #expect(order.name == "job")
            #expect(order.devices == [bench.device])
            #expect(order.contents == [ContentLine(kind: .archive, symbol: "CURRENT")])
            #expect(order.priority == 7 && order.retries == 3 && order.isEndless)
            #expect(order.retryDelay == .seconds(180))
            #expect(await scheduler.nextStarts(of: [job]) == [job: Bench.noon + 2 * Self.hour])
        }
    }

    @Test func cancelsTheRunThatIsStillGoing() async throws {
        try await Bench.with { bench in
            let job = try await bench.job(Self.hourly)
            _ = try await bench.scheduler()
            await bench.alarm.advance(seconds: 3 * 3_600)
            let runs = try await bench.history(job)
            #expect(
                runs.map(\.result) == [.cancelledBySchedule, .cancelledBySchedule, nil])
            #expect(runs.map(\.state) == [.done, .done, .pending])
            // Each ended before the next one was made.
            #expect(
                zip(runs, runs.dropFirst()).allSatisfy { ($0.finished ?? $1.created) <= $1.created }
            )
        }
    }

    @Test func makesUpOnceForWhatWasMissed() async throws {
        try await Bench.with { bench in
            let job = try await bench.job(Self.hourly)
            let skipping = try await bench.job(Self.hourly, name: "skips", missed: .skip)
            // The host is down for five and a half hours.
            await bench.alarm.advance(seconds: 19_800)
            _ = try await bench.scheduler()
            #expect(try await bench.occurrences(job) == [Bench.noon.milliseconds + 5 * Self.hour])
            #expect(try await bench.occurrences(skipping) == [])
            await bench.alarm.advance(seconds: 1_800)
            #expect(try await bench.occurrences(job).count == 2)
            #expect(
                try await bench.occurrences(skipping) == [Bench.noon.milliseconds + 6 * Self.hour])
        }
    }

    @Test func startsNothingTwiceWhateverAKillLeaves() async throws {
        try await Bench.with { bench in
            let job = try await bench.job(Self.hourly)
            let first = try await bench.scheduler()
            await bench.alarm.advance(seconds: 3_600)
            await first.stop()
            // Killed after the run was made: the next life finds the occurrence done with.
            let second = try await bench.scheduler()
            #expect(try await bench.occurrences(job).count == 1)
            await second.stop()
            // Even where the note of it is gone, the run's own row refuses another one.
            try await bench.store.write { (t) throws(StoreError) in
                try t.setHandled(ofJob: job, Bench.noon)
            }
            _ = try await bench.scheduler()
            #expect(try await bench.occurrences(job) == [Bench.noon.milliseconds + Self.hour])
            await bench.alarm.advance(seconds: 3_600)
            #expect(try await bench.occurrences(job).count == 2)
        }
    }

    @Test func losesNothingWhenAStartFails() async throws {
        try await Bench.with { bench in
            let job = try await bench.job(Self.hourly)
            _ = try await bench.scheduler()
            let full = DatabaseFailure(kind: .full, code: 13, message: "full")
            bench.runs.fail(.store(.database(full)), .stopping)
            await bench.alarm.advance(seconds: 3_609)
            #expect(try await bench.occurrences(job) == [])
            await bench.alarm.advance(seconds: 1)
            #expect(try await bench.occurrences(job) == [Bench.noon.milliseconds + Self.hour])
        }
    }

    @Test func startsNothingAfterItsStop() async throws {
        try await Bench.with { bench in
            let job = try await bench.job(Self.hourly)
            let scheduler = try await bench.scheduler()
            await scheduler.stop()
            #expect(bench.alarm.moment == nil)
            await bench.alarm.advance(seconds: 7_200)
            // Also what was on its way already.
            await scheduler.carryOut([job])
            await scheduler.wake(.clockSet)
            await scheduler.refresh(job)
            #expect(try await bench.history(job).isEmpty)
        }
    }

    @Test func endsAtOnceWhereNoTargetIsLeft() async throws {
        try await Bench.with { bench in
            let job = try await bench.job(Self.hourly)
            _ = try await bench.scheduler()
            let device = bench.device
            try await bench.store.write { (t) throws(StoreError) in try t.deleteDevice(device) }
            await bench.alarm.advance(seconds: 3_600)
            let run = try #require(try await bench.history(job).first)
            #expect(run.state == .done)
            #expect(run.result == .nothingToDo)
            #expect(run.name == "job")
        }
    }

    @Test func takesNoticeOfSwitchesAndEdits() async throws {
        try await Bench.with { bench in
            let job = try await bench.job(Self.hourly, isOn: false)
            let scheduler = try await bench.scheduler()
            await bench.alarm.advance(seconds: 7_200)
            #expect(try await bench.history(job).isEmpty)
            // What came before it was switched on is not missed.
            await bench.alarm.advance(seconds: 60)
            try await bench.store.write { (t) throws(StoreError) in
                try t.switchJob(job, on: true, by: nil)
            }
            await scheduler.refresh(job)
            #expect(bench.alarm.moment == Bench.noon + 3 * Self.hour)
            try await bench.store.write { (t) throws(StoreError) in
                var edited = try t.job(job)
                edited.schedule = ["cron": "30 * * * *", "timeZone": "UTC"]
                try t.update(edited)
            }
            await scheduler.refresh(job)
            #expect(bench.alarm.moment == Bench.noon + 2 * Self.hour + 1_800_000)
            await bench.alarm.advance(seconds: 1_800)
            #expect(try await bench.history(job).count == 1)
            try await bench.store.write { (t) throws(StoreError) in
                try t.switchJob(job, on: false, by: nil)
            }
            await scheduler.refresh(job)
            #expect(await scheduler.scheduledCount == 0)
            #expect(bench.alarm.moment == nil)
            await bench.alarm.advance(seconds: 86_400)
            #expect(try await bench.history(job).count == 1)
        }
    }

    /// The schedule is changed while its start still waits: the new one counts from its change.
    @Test func startsNothingOfAScheduleThatWasChangedMeanwhile() async throws {
        try await Bench.with { bench in
            let job = try await bench.job(Self.hourly)
            let scheduler = try await bench.scheduler()
            // The plan that the scheduler has is older than the job.
            try await bench.store.write { (t) throws(StoreError) in
                try t.setHandled(ofJob: job, Bench.noon + 2 * Self.hour)
            }
            await bench.alarm.advance(seconds: 3_600)
            #expect(try await bench.history(job).isEmpty)
            #expect(
                await scheduler.nextStarts(of: [job]) == [job: Bench.noon + 3 * Self.hour])
            await bench.alarm.advance(seconds: 7_200)
            #expect(
                try await bench.occurrences(job) == [Bench.noon.milliseconds + 3 * Self.hour])
        }
    }

    @Test func tellsTheDispatcherWhenItsWindowCloses() async throws {
        try await Bench.with { bench in
            try await bench.job(["cron": "@hourly", "timeZone": "UTC", "windowMinutes": 30])
            _ = try await bench.scheduler()
            await bench.alarm.advance(seconds: 3_600)
            #expect(
                bench.runs.orders.map(\.notAfter) == [Bench.noon + Self.hour + 1_800_000])
        }
    }

    @Test func startsByHandWhatIsNotGoingOn() async throws {
        try await Bench.with { bench in
            let job = try await bench.job(Self.hourly, isOn: false)
            let scheduler = try await bench.scheduler()
            let (project, user) = (bench.project, bench.store.newID())
            let run = try await scheduler.startNow(job, in: project, by: user)
            #expect(run.job == job && run.user == user && run.occurrence == nil)
            #expect(run.initiator == "ceHeS")
            await #expect(throws: JobError.alreadyRunning) {
                _ = try await scheduler.startNow(job, in: project, by: user)
            }
            #expect(try await scheduler.cancel(job, in: project) == [run.id])
            await #expect(throws: JobError.notRunning) {
                _ = try await scheduler.cancel(job, in: project)
            }
            #expect(try await bench.history(job).map(\.result) == [.cancelledByUser])
            await #expect(throws: JobError.unknownJob) {
                _ = try await scheduler.startNow(project, in: project, by: user)
            }
            await #expect(throws: JobError.unknownJob) {
                _ = try await scheduler.startNow(job, in: user, by: user)
            }
            let oneOff = try await scheduler.startOneOff(
                like: job, in: project, devices: [bench.device], groups: [], by: user)
            #expect(oneOff.job == nil && oneOff.name == "job")
            #expect(try await bench.history(job).count == 1)
        }
    }

    @Test func leavesOutWhatTheWindowHasClosedOn() async throws {
        try await Bench.with { bench in
            let job = try await bench.job(
                ["cron": "0 13 * * *", "timeZone": "UTC", "windowMinutes": 30])
            await bench.alarm.advance(seconds: 3_600 + 1_800)
            _ = try await bench.scheduler()
            #expect(try await bench.occurrences(job) == [])
            #expect(bench.alarm.moment == Bench.noon + 25 * Self.hour)
        }
    }
}

extension Moment {
    static func + (moment: Moment, milliseconds: Int64) -> Moment {
        Moment(milliseconds: moment.milliseconds + milliseconds)
    }
}
