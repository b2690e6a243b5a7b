import JSON
import Testing
import Values

@testable import Store

@Suite struct ExecutionTests {
    @Test func countsTasksAsTheyGo() async throws {
        let test = try await TestStore()
        var devices: [Device] = []
        for serial in ["a", "b", "c", "d"] { devices.append(try await test.device(serial)) }
        let (run, tasks) = try await test.run(devices)
        func tally() async throws -> RunTally {
            try await test.store.read { (s) throws(StoreError) in try s.run(run.id).tally }
        }
        #expect(try await tally() == RunTally(pending: 4))
        let line = test.store.newID()
        try await test.store.write { (t) throws(StoreError) in
            try t.startTask(tasks[0].id, commline: line, items: [["number": 1]])
            try t.startTask(tasks[1].id)
        }
        #expect(try await tally() == RunTally(pending: 2, running: 2))
        let started = try await test.store.read { (s) throws(StoreError) in
            (try s.run(run.id), try s.task(tasks[0].id))
        }
        #expect(started.0.state == .running && started.0.started == test.store.now)
        #expect(started.1.attempts == 1 && started.1.commline == line)
        #expect(started.1.items == [["number": 1]])
        let note = TaskNote(
            code: ErrorCode.timeout.rawValue,
            message: StoredMessage(id: "task.session", parameters: ["seconds": 5], detail: "…"))
        let left = try await test.store.write { (t) throws(StoreError) in
            try t.requeueTask(tasks[0].id, countsAttempt: false, note: note)
            try t.startTask(tasks[0].id)
            try t.finishTask(tasks[0].id, result: .partial, notes: [note])
            try t.finishTask(tasks[1].id, result: .success)
            try t.finishPendingTasks(ofRun: run.id, result: .cancelledByUser)
            return try t.tally(ofRun: run.id)
        }
        #expect(left.results == [.partial: 1, .success: 1, .cancelledByUser: 2])
        #expect(left.all == 4 && left.done == 4 && left.pending + left.running == 0)
        try await test.store.write { (t) throws(StoreError) in
            try t.finishRun(run.id, result: .partial)
        }
        let (done, task) = try await test.store.read { (s) throws(StoreError) in
            (try s.run(run.id), try s.task(tasks[0].id))
        }
        #expect(done.state == .done && done.result == .partial && done.tally == left)
        #expect(task.attempts == 1 && task.notes == [note, note])
        await test.store.close()
    }

    @Test func refusesStepsThatCannotBe() async throws {
        let test = try await TestStore()
        let (run, tasks) = try await test.run([try await test.device()])
        let task = tasks[0].id
        func refuses(
            _ from: String, _ to: String, _ entity: Entity = .task,
            _ body: @escaping @Sendable (Transaction) throws(StoreError) -> Void
        ) async {
            await #expect(throws: StoreError.illegalTransition(entity, from: from, to: to)) {
                try await test.store.write(body)
            }
        }
        await refuses("pending", "pending") { (t) throws(StoreError) in
            try t.requeueTask(task, countsAttempt: true)
        }
        await refuses("having open tasks", "done", .run) { (t) throws(StoreError) in
            try t.finishRun(run.id, result: .success)
        }
        try await test.store.write { (t) throws(StoreError) in try t.startTask(task) }
        await refuses("running", "running") { (t) throws(StoreError) in try t.startTask(task) }
        await refuses("running", "running", .run) { (t) throws(StoreError) in
            try t.startRun(run.id)
        }
        try await test.store.write { (t) throws(StoreError) in
            try t.finishTask(task, result: .error)
        }
        await refuses("done", "done") { (t) throws(StoreError) in
            try t.finishTask(task, result: .success)
        }
        await refuses("done", "running") { (t) throws(StoreError) in try t.startTask(task) }
        await #expect(throws: StoreError.inUse(.run, by: .task)) {
            try await test.store.write { (t) throws(StoreError) in try t.deleteRun(run.id) }
        }
        try await test.store.write { (t) throws(StoreError) in
            try t.finishRun(run.id, result: .error)
            try t.deleteRun(run.id)
        }
        await #expect(throws: StoreError.notFound(.task)) {
            _ = try await test.store.read { (s) throws(StoreError) in try s.task(task) }
        }
        #expect(try await test.store.integrityProblems() == [])
        await test.store.close()
    }

    @Test func makesARunWithAllItsTasksOrNone() async throws {
        let test = try await TestStore()
        let device = try await test.device()
        var stranger = device
        stranger.id = test.store.newID()
        await #expect(throws: StoreError.notFound(.device)) {
            _ = try await test.run([device, stranger])
        }
        let runs = try await test.store.read { (s) throws(StoreError) in
            try s.runs(in: device.project)
        }
        #expect(runs.items.isEmpty)
        await test.store.close()
    }

    @Test func findsInterruptedRunsAfterAStart() async throws {
        let test = try await TestStore()
        var devices: [Device] = []
        for serial in ["a", "b", "c"] { devices.append(try await test.device(serial)) }
        let (run, tasks) = try await test.run(devices)
        let (ended, endedTasks) = try await test.run([devices[0]])
        try await test.store.write { (t) throws(StoreError) in
            try t.startTask(tasks[0].id)
            try t.finishTask(tasks[0].id, result: .success)
            try t.startTask(tasks[1].id)
            try t.startTask(endedTasks[0].id)
            try t.finishTask(endedTasks[0].id, result: .success)
            try t.finishRun(ended.id, result: .success)
        }
        await test.store.close()
        let again = try await test.reopen()
        let found = try await again.read { (s) throws(StoreError) in try s.interruptedRuns() }
        #expect(found.map(\.run.id) == [run.id])
        #expect(found.first?.tasks.map(\.id) == [tasks[1].id, tasks[2].id])
        #expect(found.first?.tasks.map(\.state) == [.running, .pending])
        await again.close()
    }

    @Test func keepsOutcomesAndTheJournal() async throws {
        let test = try await TestStore()
        let device = try await test.device()
        let (_, tasks) = try await test.run([device])
        let task = tasks[0].id
        let now = test.store.now
        let message = StoredMessage(id: "dlms.refused", parameters: ["obis": "1.0.1.8.0.255"])
        let outcomes = [
            ItemOutcome(item: 1, stage: .sent, code: 0, at: now),
            ItemOutcome(item: 1, stage: .final, code: 6, detail: -4, message: message, at: now),
        ]
        let lines = (0..<10).map { number in
            JournalLine(
                at: now, level: .warning, message: StoredMessage(id: "", detail: "line \(number)"))
        }
        for _ in 0..<2 {
            try await test.store.append(
                CollectionBatch(
                    project: device.project, device: device.id, task: task, outcomes: outcomes,
                    progress: TaskProgress(done: 1, total: 2)))
        }
        try await test.store.append(
            CollectionBatch(
                project: device.project, device: device.id, task: task, journal: lines))
        let (found, first, row) = try await test.store.read { (s) throws(StoreError) in
            (
                try s.outcomes(ofTask: task), try s.journal(ofTask: task, limit: 7),
                try s.task(task)
            )
        }
        #expect(found == outcomes)
        #expect(row.progress == TaskProgress(done: 1, total: 2))
        let rest = try await test.store.read { (s) throws(StoreError) in
            try s.journal(ofTask: task, limit: 7, cursor: first.next)
        }
        #expect(first.items + rest.items == lines)
        #expect(rest.next == nil)
        await #expect(throws: StoreError.self) {
            try await test.store.append(
                CollectionBatch(project: device.project, device: device.id, journal: lines))
        }
        await test.store.close()
    }

    @Test func tellsListenersWhatChanged() async throws {
        let test = try await TestStore()
        let device = try await test.device()
        let (before, oldest) = try await test.store.read { (s) throws(StoreError) in
            (try s.newestChange(), try s.oldestChange())
        }
        #expect(oldest == 1)
        var signals = test.store.changeSignals().makeAsyncIterator()
        let (run, tasks) = try await test.run([device])
        #expect(await signals.next() != nil)
        try await test.store.write { (t) throws(StoreError) in
            try t.startTask(tasks[0].id)
            try t.finishTask(tasks[0].id, result: .success)
        }
        #expect(await signals.next() != nil)
        let changes = try await test.store.read { (s) throws(StoreError) in
            try s.changes(after: before, project: run.project)
        }
        #expect(changes.map(\.entity) == [.run, .run, .task, .task, .run])
        #expect(changes.map(\.sequence) == Array(before + 1...before + 5))
        #expect(changes.last?.data["results"]?["success"] == 1)
        #expect(changes[3].data["state"] == "done")
        let other = try await test.store.read { (s) throws(StoreError) in
            try s.changes(after: 0, project: run.id)
        }
        #expect(other.isEmpty)
        await test.store.close()
        #expect(await signals.next() == nil)
    }
}
