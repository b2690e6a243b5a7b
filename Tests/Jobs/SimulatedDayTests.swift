import JSON
import Scheduling
import Store
import Testing
import Values

@testable import Jobs

/// A whole day of several schedules on a virtual clock.
@Suite struct SimulatedDayTests {
    /// One start as the store has it.
    struct Start: Hashable {
        let job: Int
        let occurrence: Int64
        let at: Int64
    }

    private static let schedules: [JSONValue] = [
        ["every": ["count": 17, "unit": "minutes"], "timeZone": "Europe/Berlin"],
        [
            "every": ["count": 30, "unit": "minutes", "offset": ["count": 5, "unit": "minutes"]],
            "timeZone": "UTC", "jitterSeconds": 600,
        ],
        ["every": ["count": 3, "unit": "hours"], "timeZone": "Europe/Moscow"],
        ["daily": ["times": ["02:30"]], "timeZone": "Europe/Berlin", "jitterSeconds": 3_600],
        ["weekly": ["weekdays": ["sunday"], "times": ["01:00", "13:00"]], "timeZone": "UTC"],
        ["cron": "*/30 8-18 * * *", "timeZone": "Australia/Lord_Howe"],
        ["monthly": ["days": [31], "times": ["00:00"]], "timeZone": "UTC"],
    ]

    private static func id(_ number: Int) -> UUID {
        UUID(high: 0x018f_b9c2_6a00_7abc, low: UInt64(number))
    }

    private func day() async throws -> [Start] {
        let bench = try await Bench()
        for (number, schedule) in Self.schedules.enumerated() {
            try await bench.job(schedule, name: "job \(number)", id: Self.id(number))
        }
        _ = try await bench.scheduler()
        await bench.alarm.advance(seconds: 86_400)
        var starts: [Start] = []
        for number in Self.schedules.indices {
            let runs = try await bench.history(Self.id(number))
            for run in runs {
                starts.append(
                    Start(
                        job: number, occurrence: run.occurrence?.milliseconds ?? 0,
                        at: run.created.milliseconds))
            }
            // Nobody ends these runs: each was cancelled by the start of the next one.
            #expect(runs.dropLast().allSatisfy { $0.result == .cancelledBySchedule })
        }
        // The clock moves from start to start and nowhere else.
        #expect(bench.alarm.rings == Set(starts.map(\.at)).count)
        await bench.close()
        return starts
    }

    @Test func startsEverythingAtItsMomentAndTheSameAgain() async throws {
        let starts = try await day()
        var expected: [Start] = []
        let noon = Bench.noon.milliseconds
        for (number, json) in Self.schedules.enumerated() {
            let schedule = try Schedule(json) { try? TimeZoneRules($0) }
            for occurrence in schedule.occurrences(in: (noon + 1)..<(noon + 86_400_001)) {
                let start = schedule.start(of: occurrence, for: Self.id(number))
                guard start <= noon + 86_400_000 else { continue }
                expected.append(Start(job: number, occurrence: occurrence, at: start))
            }
        }
        #expect(starts.count > 120)
        let wrong = zip(starts, expected).first { $0 != $1 }
        #expect(wrong == nil)
        #expect(starts.count == expected.count)
        let again = try await day()
        #expect(zip(starts, again).allSatisfy { $0 == $1 } && starts.count == again.count)
    }

    @Test func waitsForTenThousandJobsWithOneAlarm() async throws {
        let bench = try await Bench()
        let project = bench.project
        try await bench.store.write { (t) throws(StoreError) in
            for number in 0..<10_000 {
                let (hour, minute) = (number / 60 % 24, number % 60)
                let job = Job(
                    id: t.newID(), project: project, name: "job \(number)",
                    contents: [],
                    schedule: ["cron": .string("\(minute) \(hour) 1 * *"), "timeZone": "UTC"],
                    created: t.now)
                try t.insert(job)
                try t.switchJob(job.id, on: true, by: nil)
            }
        }
        let scheduler = JobScheduler(store: bench.store, runs: bench.runs, alarm: bench.alarm)
        #expect(try await scheduler.takeUp().isEmpty)
        #expect(await scheduler.scheduledCount == 10_000)
        // 1 April, 00:00 UTC.
        #expect(bench.alarm.moment == Moment(milliseconds: 1_775_001_600_000))
        #expect(bench.alarm.rings == 0)
        await bench.close()
    }
}
