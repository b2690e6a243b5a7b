import Glibc
import JSON
import Reactor
import Testing
import Values

@testable import Plugins

@Suite("An integrator in a worker process", .timeLimit(.minutes(5)))
struct SourceWorkerTests {
    /// What was handed over, without the moments, which are the host's own.
    private func timeless(_ contents: [SourceReport.Content]) -> [SourceReport.Content] {
        let start = TimeStamp(monotonicNanoseconds: 0, wallMilliseconds: 0)
        return contents.map { content in
            switch content {
            case .record(let id, var record):
                record.receivedAt = 0
                record.time = Timestamp(milliseconds: 0, offsetMinutes: 0, flags: [])
                return .record(externalID: id, record)
            case .note(var note):
                note.stamp = start
                return .note(note)
            default: return content
            }
        }
    }

    @Test(
        "does the same as in the host's own",
        arguments: [
            ("source_right", SourceOpening.Task.import), ("source_right", .command),
            ("source_abuse", .import),
        ])
    func sameAsInline(name: String, task: SourceOpening.Task) async throws {
        let (bench, run) = try SourceBench.prepare(
            name, task: task, request: ["count": 100], items: [0, 1, 2], window: 16)
        try run.start()
        let inline = try await bench.end()
        let isolated = try IsolatedRun.begin(
            name, task: task, request: ["count": 100], items: [0, 1, 2], window: 16)
        let (end, heard) = try await isolated.end()
        #expect(end == inline.end)
        #expect(heard.reports.map(\.number) == inline.heard.reports.map(\.number))
        let isSame = timeless(heard.contents) == timeless(inline.heard.contents)
        #expect(isSame)
        #expect(isolated.runtime.workers.restarts == [:])
    }

    @Test("waits for the store: nothing beyond the window until it is confirmed")
    func backPressure() async throws {
        let run = try IsolatedRun.begin(
            "source_right", request: ["count": 40], window: 4, confirms: false)
        // Each confirmation lets one more report come; one too many would be counted.
        for number in 1...41 {
            await run.bench.wait { $0.reports.count >= min(45, number + 3) }
            run.bench.confirm(upTo: UInt64(number))
        }
        let (end, heard) = try await run.end()
        #expect(end.code == .ok)
        #expect(heard.reports.count == 45)
        #expect(end.message == nil)
    }

    @Test("cannot be told that what it has not reported is on disk")
    func confirmedTooMuch() async throws {
        let run = try IsolatedRun.begin(
            "source_right", request: ["count": 40], window: 3, confirms: false)
        await run.bench.wait { $0.reports.count == 3 }
        run.worker.confirm(upTo: .max)
        await run.bench.wait { $0.reports.count == 6 }
        run.worker.confirm(upTo: 5)
        await run.bench.wait { $0.reports.count == 8 }
        run.worker.cancel()
        #expect(try await run.bench.end().end.code == .cancelled)
        await run.runtime.stop()
        #expect(run.bench.heard.reports.count == 8)
        #expect(run.runtime.workers.restarts == [:])
    }

    @Test(
        "stops when it is cancelled, whether it waits for the store or not", arguments: [3, 2048])
    func cancelled(window: Int) async throws {
        let run = try IsolatedRun.begin(
            "source_right", request: ["count": 1_000_000_000], items: [4], window: window,
            confirms: window > 3)
        await run.bench.wait { $0.reports.count >= 3 }
        run.worker.cancel()
        let (end, heard) = try await run.end()
        #expect(end.code == .cancelled)
        #expect(UInt64(heard.reports.count) == end.lastNumber)
        #expect(end.remaining.map(\.code) == [.cancelled])
        #expect(end.message == nil)
        #expect(run.runtime.workers.restarts == [:])
    }

    @Test("is killed where it is deaf to that")
    func deaf() async throws {
        var limits = WorkerLimits()
        limits.cancel = .milliseconds(200)
        let run = try IsolatedRun.begin(
            "source_deaf", request: ["device": ["serialNumber": "BAD-1"]], items: [0],
            limits: limits)
        await run.bench.wait { $0.said == ["here"] }
        run.worker.cancel()
        let (end, heard) = try await run.end()
        #expect(end.code == .pluginCrashed)
        #expect(end.message?.id == "host.source.deaf")
        #expect(end.message?.parameters["milliseconds"] == 200)
        #expect(end.remaining.map(\.code) == [.pluginCrashed])
        #expect(heard.reports.count == 1)
        #expect(run.runtime.workers.restarts == ["stopped_responding": 1])
    }

    @Test(
        "ends with an honest word when its process does",
        arguments: [
            ("source_segv_abuse", "SIGSEGV", "crashed"), ("source_exit", "code 7", "exited"),
        ])
    func crashed(name: String, reason: String, kind: String) async throws {
        for _ in 0..<Isolated.rounds {
            async let other = IsolatedRun.begin("source_right", request: ["count": 500]).end()
            let run = try IsolatedRun.begin(
                name, request: ["device": ["serialNumber": "BAD-1"]], items: [0, 1])
            let (end, heard) = try await run.end()
            #expect(end.code == .pluginCrashed)
            #expect(end.message?.id == "host.source.lost")
            #expect(end.message?.parameters["reason"]?.string?.contains(reason) == true)
            #expect(end.remaining.map(\.code) == [.pluginCrashed, .pluginCrashed])
            // What it handed over before counts.
            #expect(heard.reports.count == 1)
            #expect(end.lastNumber == 1)
            #expect(run.runtime.workers.restarts == [kind: 1])
            #expect(try await other.end.code == .ok)
            #expect(try await other.heard.records.count == 500)
        }
    }

    @Test("is ended where it is killed by somebody, and where it is never loaded")
    func lost() async throws {
        let run = try IsolatedRun.begin(
            "source_right", request: ["count": 100], window: 2, confirms: false)
        await run.bench.wait { $0.reports.count == 2 }
        kill(try #require(await run.worker.startedProcess), SIGKILL)
        let killed = try await run.end().end
        #expect(killed.code == .pluginCrashed)
        #expect(killed.lastNumber == 2)
        var limits = WorkerLimits()
        limits.start = .milliseconds(300)
        let hanging = try IsolatedRun.begin("source_hang", limits: limits)
        let end = try await hanging.bench.end().end
        #expect(end.code == .pluginCrashed)
        #expect(end.message?.parameters["reason"]?.string?.contains("stopped") == true)
        await hanging.runtime.stop()
        #expect(hanging.runtime.workers.restarts == ["stopped_responding": 1])
    }

    @Test("is not begun where there is no process to give")
    func notStarted() async throws {
        var spec = try Isolated.spec("source_right")
        spec.program = "/nowhere/commline"
        let runtime = SourceRuntime(spec)
        let bench = SourceBench()
        _ = try runtime.run(
            SourceOpening(task: .import, json: "{}", items: [3]), filter: SecretFilter([]),
            on: try Exchange.reactor(), delegate: bench)
        let end = try await bench.end().end
        #expect(end.code == .internalError)
        #expect(end.message?.id == "host.source.notStarted")
        #expect(end.remaining.map(\.item) == [3])
        await runtime.stop()
        #expect(throws: SourceRefusal.stopping) {
            try runtime.run(
                SourceOpening(task: .import, json: "{}"), filter: SecretFilter([]),
                on: try Exchange.reactor(), delegate: bench)
        }
        #expect(bench.heard.ends.count == 1)
    }

    @Test("may talk to the network, which a driver may not")
    func network() async throws {
        let (meter, port) = try await LineMeter.start(on: try Exchange.reactor())
        let run = try IsolatedRun.begin("source_socket", request: ["port": JSONValue(Int(port))])
        let (end, heard) = try await run.end()
        #expect(end.code == .ok)
        #expect(heard.said == ["A+ 1234.56 kWh"])
        #expect(meter.lines == ["READ"])
        await meter.stop()
        let driver = try Isolated.plugin("socket_abuse")
        let said = try await Exchange.begin(driver, serial: "BAD-1").end().heard.said
        #expect(said == ["socket: errno \(EPERM)"])
        await driver.runtime.stop()
    }

    @Test("may write to the log from a thread of its own while it hands over what is large")
    func chatter() async throws {
        let run = try IsolatedRun.begin("source_threads", request: ["count": 60])
        let (end, heard) = try await run.end()
        #expect(end.code == .ok, "\(String(describing: end.message))")
        #expect(heard.reports.count == 60)
        let whole = SourceReport.Content.remember(
            MemoryWrite(key: "k", bytes: [UInt8](repeating: 0, count: 65_535)))
        #expect(heard.contents.allSatisfy { $0 == whole })
    }

    @Test("shows no secret to people")
    func secrets() async throws {
        let run = try IsolatedRun.begin(
            "source_right", request: ["count": 7], secrets: ["imported", "The source"])
        let (end, heard) = try await run.end()
        #expect(heard.said == ["*** 7 of 0"])
        #expect(end.text == "*** has a gap.")
    }

    @Test("hands over many records without waiting longer than the store")
    func many() async throws {
        let clock = ContinuousClock()
        let begin = clock.now
        let run = try IsolatedRun.begin("source_right", request: ["count": 100_000])
        let (end, heard) = try await run.end()
        print("100,000 records of an integrator arrive in \(clock.now - begin), its start included")
        #expect(end.code == .ok)
        #expect(heard.records.count == 100_000)
    }
}
