import Testing
import Values

@testable import Store

@Suite struct QueryPlanTests {
    /// Tables that grow with the number of devices or with time.
    private static let large: Set<String> = [
        "device", "d", "device_key", "k", "channel", "protocol", "c", "commline", "l", "run", "r",
        "task", "t", "outcome", "journal_line", "j", "event", "e", "state", "s", "command",
        "job", "b", "job_device", "job_group", "job_switch", "change", "audit", "a", "trace_block",
        "device_memory", "m", "login_session", "chunk", "n",
    ]

    /// Finds steps that go through a whole large table.
    ///
    /// The indices of unfinished runs and of jobs that are on are exempt: they hold nothing else.
    private static func scans(_ connection: Connection) throws(StoreError) -> [String] {
        var found: [String] = []
        for sql in connection.preparedTexts where !sql.hasPrefix("PRAGMA") {
            for line in try connection.plan(sql) where line.hasPrefix("SCAN ") {
                let table = line.split(separator: " ").dropFirst().first.map { String($0) } ?? ""
                if large.contains(table), !line.contains("run_unfinished"),
                    !line.contains("job_enabled")
                {
                    found.append("\(line): \(sql)")
                }
            }
        }
        return found
    }

    @Test func usesAnIndexForEveryQuestion() async throws {
        let test = try await TestStore(readers: 1)
        let device = try await test.device()
        let (run, tasks) = try await test.run([device])
        let task = tasks[0].id
        let project = device.project
        let job = try await test.job([device])
        try await test.store.append(
            CollectionBatch(
                project: project, device: device.id, task: task,
                measurements: [.energy("1", at: "2026-11-20T00:00:00Z")]))
        let scans = try await test.store.read { (s) throws(StoreError) in
            for descending in [false, true] {
                for sort in [nil] + DeviceField.allCases.filter(\.isSortable) {
                    _ = try s.devices(in: project, Query(sort: sort, descending: descending))
                }
                for sort in [nil] + ChannelField.allCases.filter(\.isSortable) {
                    _ = try s.channels(in: project, Query(sort: sort, descending: descending))
                }
                for sort in [nil] + ProtocolField.allCases.filter(\.isSortable) {
                    _ = try s.protocols(in: project, Query(sort: sort, descending: descending))
                }
                for sort in [nil] + RunField.allCases.filter(\.isSortable) {
                    _ = try s.runs(in: project, Query(sort: sort, descending: descending))
                }
                for sort in [nil] + TaskField.allCases.filter(\.isSortable) {
                    _ = try s.tasks(ofRun: run.id, Query(sort: sort, descending: descending))
                }
                for sort in [nil] + JobField.allCases.filter(\.isSortable) {
                    _ = try s.jobs(in: project, Query(sort: sort, descending: descending))
                }
                _ = try s.runs(ofJob: run.id, in: project, Query(descending: descending))
                _ = try s.oneOffRuns(in: project, Query(descending: descending))
                _ = try s.groups(in: project, Query(sort: .name, descending: descending))
                _ = try s.commlines(in: project, Query(descending: descending))
                _ = try s.events(
                    EventQuery(device: device.id, from: 0, to: .max, descending: descending))
            }
            for field in DeviceField.allCases where field != .enabled {
                _ = try s.devices(in: project, Query([Condition(field, .equal, .null)]))
            }
            for field in CommlineField.allCases {
                _ = try s.commlines(in: project, Query([Condition(field, .equal, .null)]))
            }
            _ = try s.devices(
                in: project, Query([Condition(.group, .equal, .id(project))], wantsTotal: true))
            _ = try s.devices(in: project, serialNumber: "1")
            _ = try s.children(of: device.id)
            _ = try s.deviceIDs(inGroup: project)
            _ = try s.commlines(ofDevice: device.id)
            _ = try s.tasks(ofDevice: device.id)
            _ = try s.unfinishedRuns()
            _ = try s.job(job)
            _ = try s.scheduledJobs()
            _ = try s.missingTargets(
                JobTargets(devices: [device.id], groups: [project]), in: project)
            _ = try s.scheduledJob(job)
            _ = try s.switches(ofJob: job)
            _ = try s.openRuns()
            _ = try s.openRuns(ofJob: job)
            _ = try s.latestRun(ofJob: job)
            _ = try s.hasRun(ofJob: job, occurrence: Moment(milliseconds: 0))
            _ = try s.unfinishedTasks(ofRun: run.id)
            _ = try s.outcomes(ofTask: task)
            _ = try s.journal(ofTask: task)
            _ = try s.trace(ofTask: task)
            _ = try s.currentStates(StateQuery(device: device.id))
            _ = try s.states(StateQuery(device: device.id), from: 0, to: .max)
            _ = try s.states(
                StateQuery(device: device.id, archive: "A", type: "T", child: ""), from: 0, to: .max
            )
            _ = try s.commands(in: project)
            _ = try s.commands(ofDevice: device.id)
            _ = try s.memory(ofDevice: device.id)
            _ = try s.changes(after: 0, project: project)
            _ = try s.newestChange()
            _ = try s.audit(.general)
            _ = try s.session(tokenHash: [])
            _ = try s.token(tokenHash: [])
            _ = try s.user(login: "x")
            var found = try Self.scans(s.database)
            let query = MeasurementQuery(
                devices: [device.id], archive: "END_OF_DAY", from: 0, through: .max)
            _ = try s.latestMeasurements(query)
            guard let shown = try s.measurements(query).items.first,
                let file = try s.measurementFiles.database(
                    MeasurementMonth(
                        archive: "END_OF_DAY", holding: shown.time.milliseconds))
            else { throw .notFound(.measurement) }
            _ = try s.corrections(of: shown)
            found += try Self.scans(file.connection)
            return found
        }
        #expect(scans == [])
        await test.store.close()
    }

    @Test func usesAnIndexForEveryChange() async throws {
        let test = try await TestStore()
        let device = try await test.device()
        let (run, tasks) = try await test.run([device])
        let task = tasks[0].id
        let job = try await test.job([device])
        try await test.store.append(
            CollectionBatch(
                project: device.project, device: device.id, task: task,
                states: [
                    .init(
                        archive: "A", type: "T", value: 1, time: nil,
                        received: .at("2026-11-20T00:00:00Z"))
                ], memory: [.init(key: "k", bytes: [1])]))
        let trace = test.store.trace(task: task)
        trace.append([TraceLine(monotonic: 0, wall: test.store.now, direction: .info)])
        try await trace.flush()
        _ = try await test.store.cleanUp()
        let scans = try await test.store.write { (t) throws(StoreError) in
            try t.update(device)
            try t.update(try t.job(job))
            try t.switchJob(job, on: true, by: nil)
            try t.setHandled(ofJob: job, t.now)
            _ = try t.add(devices: [device.id], toJob: job)
            try t.startTask(task)
            try t.requeueTask(task, countsAttempt: true)
            try t.finishPendingTasks(ofRun: run.id, result: .error)
            try t.finishRun(run.id, result: .error)
            try t.deleteRun(run.id)
            try t.deleteJob(job)
            try t.deleteDevice(device.id)
            try t.deleteProject(device.project)
            return try Self.scans(t.database)
        }
        #expect(scans == [])
        await test.store.close()
    }
}
