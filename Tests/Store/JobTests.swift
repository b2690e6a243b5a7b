import JSON
import Testing
import Values

@testable import Store

@Suite struct JobTests {
    private func job(
        _ test: TestStore, _ name: String = "night", devices: [UUID] = [], groups: [UUID] = []
    ) async throws -> Job {
        Job(
            id: test.store.newID(), project: try await test.project(), name: name,
            targets: JobTargets(devices: devices, groups: groups),
            contents: [["archive": "END_OF_DAY", "depth": 3]], priority: 13, retries: 3,
            retryDelaySeconds: 180, isEndless: true,
            schedule: ["cron": "0 1 * * *", "timeZone": "Europe/Moscow"], missed: .skip,
            user: test.store.newID(), created: test.store.now)
    }

    @Test func keepsAJobWithItsTargetsInTheirOrder() async throws {
        let test = try await TestStore()
        let devices = [
            try await test.device("3"), try await test.device("1"), try await test.device("2"),
        ].map(\.id)
        let group = try #require(
            try await test.store.read { (s) throws(StoreError) in
                try s.defaultGroup(in: s.projects()[0].id)
            })
        let job = try await job(test, devices: devices, groups: [group.id])
        let found = try await test.store.write { (t) throws(StoreError) in
            try t.insert(job)
            return (try t.job(job.id), try t.jobs(in: job.project).items)
        }
        #expect(found.0 == job)
        #expect(found.1.map(\.targets.deviceCount) == [3])
        #expect(found.1.map(\.targets.groupCount) == [1])
        // What is deleted is no target any more.
        let rest = try await test.store.write { (t) throws(StoreError) in
            try t.deleteDevice(devices[1])
            return try t.job(job.id)
        }
        #expect(rest.targets.devices == [devices[0], devices[2]])
        await test.store.close()
    }

    @Test func editsAJobAndRefusesALostUpdate() async throws {
        let test = try await TestStore()
        let device = try await test.device()
        let job = try await job(test, devices: [device.id])
        let other = try await self.job(test, "other")
        try await test.store.write { (t) throws(StoreError) in
            try t.insert(job)
            try t.insert(other)
        }
        var edited = job
        edited.name = "evening"
        edited.targets = JobTargets()
        edited.schedule = .null
        let wanted = edited
        let stored = try await test.store.write { (t) throws(StoreError) in
            #expect(try t.update(wanted, expecting: 1) == 2)
            return try t.job(wanted.id)
        }
        #expect(stored.name == "evening" && stored.targets.isEmpty && stored.schedule == .null)
        await #expect(throws: StoreError.revisionMismatch(.job, current: 2)) {
            try await test.store.write { (t) throws(StoreError) in
                try t.update(wanted, expecting: 1)
            }
        }
        edited.name = "other"
        let taken = edited
        await #expect(throws: StoreError.alreadyExists(.job, field: "name")) {
            try await test.store.write { (t) throws(StoreError) in try t.update(taken) }
        }
        await test.store.close()
    }

    @Test func remembersWhoSwitchedItWhen() async throws {
        let test = try await TestStore()
        let job = try await job(test)
        let user = test.store.newID()
        try await test.store.write { (t) throws(StoreError) in
            try t.insert(job)
            try t.switchJob(job.id, on: true, by: user)
        }
        let on = test.clock.now
        test.clock.advance(milliseconds: 60_000)
        try await test.store.write { (t) throws(StoreError) in
            // It is on already.
            try t.switchJob(job.id, on: true, by: nil)
            try t.switchJob(job.id, on: false, by: nil)
        }
        let (switching, history, scheduled) = try await test.store.read {
            (s) throws(StoreError) in
            (try s.job(job.id).switching, try s.switches(ofJob: job.id), try s.scheduledJobs())
        }
        #expect(
            switching == JobSwitching(isOn: false, lastOn: on, lastOff: test.clock.now, by: nil))
        #expect(
            history == [
                JobSwitch(at: test.clock.now, user: nil, isOn: false),
                JobSwitch(at: on, user: user, isOn: true),
            ])
        #expect(scheduled.isEmpty)
        await test.store.close()
    }

    @Test func countsAScheduleFromItsLastChange() async throws {
        let test = try await TestStore()
        let job = try await job(test)
        try await test.store.write { (t) throws(StoreError) in
            try t.insert(job)
            try t.switchJob(job.id, on: true, by: nil)
        }
        let on = test.clock.now
        test.clock.advance(milliseconds: 60_000)
        var renamed = job
        renamed.name = "renamed"
        var moved = renamed
        moved.schedule = ["cron": "0 2 * * *", "timeZone": "Europe/Moscow"]
        let (first, second) = (renamed, moved)
        let handled = try await test.store.write { (t) throws(StoreError) in
            try t.update(first)
            let kept = try t.job(job.id).handled
            try t.update(second)
            return [kept, try t.scheduledJob(job.id)?.handled]
        }
        #expect(handled == [on, test.clock.now])
        var bare = moved
        bare.schedule = .null
        let third = bare
        await #expect(throws: StoreError.self) {
            try await test.store.write { (t) throws(StoreError) in try t.update(third) }
        }
        await test.store.close()
    }

    @Test func addsDevicesOnce() async throws {
        let test = try await TestStore()
        let (first, second) = (try await test.device("1").id, try await test.device("2").id)
        let job = try await job(test, devices: [first])
        let counts = try await test.store.write { (t) throws(StoreError) in
            try t.insert(job)
            return [
                try t.add(devices: [first, second, second], toJob: job.id),
                try t.add(devices: [second], toJob: job.id),
            ]
        }
        #expect(counts == [1, 0])
        let found = try await test.store.read { (s) throws(StoreError) in try s.job(job.id) }
        #expect(found.targets.devices == [first, second])
        #expect(found.revision == 2)
        await test.store.close()
    }

    @Test func startsAnOccurrenceOnceAndKeepsTheRunsOfADeletedJob() async throws {
        let test = try await TestStore()
        let job = try await job(test)
        let occurrence = Moment(milliseconds: 1_000)
        func run(_ occurrence: Moment?, job id: UUID?) -> Run {
            Run(
                id: test.store.newID(), project: job.project, job: id, name: job.name,
                initiator: "schedule", context: [:], created: test.store.now,
                occurrence: occurrence)
        }
        let (first, second) = (run(occurrence, job: job.id), run(occurrence, job: job.id))
        let (byHand, oneOff) = (run(nil, job: job.id), run(nil, job: nil))
        try await test.store.write { (t) throws(StoreError) in
            try t.insert(job)
            try t.insert(first, tasks: [])
            try t.insert(byHand, tasks: [])
            try t.insert(oneOff, tasks: [])
        }
        await #expect(throws: StoreError.alreadyExists(.run, field: "occurrence")) {
            try await test.store.write { (t) throws(StoreError) in
                try t.insert(second, tasks: [])
            }
        }
        let handled = try await test.store.read { (s) throws(StoreError) in
            try s.job(job.id).handled
        }
        #expect(handled == occurrence)
        let kept = try await test.store.write { (t) throws(StoreError) in
            #expect(try t.openRuns(ofJob: job.id) == [first.id, byHand.id])
            try t.finishRun(first.id, result: .nothingToDo)
            #expect(try t.openRuns(ofJob: job.id) == [byHand.id])
            #expect(try t.openRuns() == [byHand.id, oneOff.id])
            try t.deleteJob(job.id)
            return (
                try t.runs(ofJob: job.id, in: job.project).items,
                try t.oneOffRuns(in: job.project).items, try t.latestRun(ofJob: job.id)
            )
        }
        #expect(kept.0.map(\.id) == [byHand.id, first.id])
        #expect(kept.0.allSatisfy { $0.name == "night" && $0.job == job.id })
        #expect(kept.1.map(\.id) == [oneOff.id])
        #expect(kept.2?.id == byHand.id)
        await test.store.close()
    }

    /// A large run whose tasks could not all be stored leaves nothing behind, and its moment is due.
    @Test func startsAnOccurrenceAgainWhoseRunWasWithdrawn() async throws {
        let test = try await TestStore()
        let job = try await job(test)
        let occurrence = Moment(milliseconds: 1_000)
        let run = Run(
            id: test.store.newID(), project: job.project, job: job.id, name: job.name,
            initiator: "schedule", context: [:], created: test.store.now, occurrence: occurrence)
        let handled = try await test.store.write { (t) throws(StoreError) in
            try t.insert(job)
            try t.insert(run, tasks: [])
            let before = try t.job(job.id).handled
            try t.withdrawRun(run.id)
            return [before, try t.job(job.id).handled]
        }
        #expect(handled == [occurrence, Moment(milliseconds: 999)])
        // A moment that was done with later stays so.
        let later = try await test.store.write { (t) throws(StoreError) in
            try t.insert(run, tasks: [])
            try t.setHandled(ofJob: job.id, Moment(milliseconds: 5_000))
            try t.withdrawRun(run.id)
            return try t.job(job.id).handled
        }
        #expect(later == Moment(milliseconds: 5_000))
        await test.store.close()
    }

    @Test func findsTargetsThatAreNotInTheProject() async throws {
        let test = try await TestStore()
        let device = try await test.device()
        let (known, unknown) = (device.id, test.store.newID())
        let missing = try await test.store.read { (s) throws(StoreError) in
            try s.missingTargets(
                JobTargets(devices: [known, unknown], groups: [unknown]), in: device.project)
        }
        #expect(missing.devices == [1] && missing.groups == [0])
        await test.store.close()
    }

    @Test(arguments: ["", String(repeating: "x", count: 201)])
    func refusesANameOfTheWrongLength(_ name: String) async throws {
        let test = try await TestStore()
        let job = try await job(test, name)
        await #expect(throws: StoreError.self) {
            try await test.store.write { (t) throws(StoreError) in try t.insert(job) }
        }
        await test.store.close()
    }
}
