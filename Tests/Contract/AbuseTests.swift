import JSON
import Testing
import Values

@testable import Plugins

@Suite("A plugin that abuses a function", .timeLimit(.minutes(5)))
struct AbuseTests {
    /// Every abuse that the border of a function call is enough for.
    static let told = Abuse.allCases.filter { if case .told = $0.verdict { true } else { false } }
    static let refused = Abuse.allCases.filter {
        if case .refused = $0.verdict { true } else { false }
    }

    @Test("is told so, and the session goes on", arguments: told)
    func isTold(_ abuse: Abuse) async throws {
        guard case .told(let said, let breaches) = abuse.verdict else { return }
        let exchange = try await Exchange.begin(abuse.plugin, serial: "BAD-1") {
            $0.counters = ["frame": CounterBlock(next: 0, end: 10)]
        }
        let (end, heard) = try await exchange.end()
        #expect(heard.said == said)
        #expect(heard.breaches.map { String($0.prefix { $0 != ":" }) } == breaches)
        #expect(exchange.plugin.metrics.snapshot.breaches == UInt64(breaches.count))
        #expect(end.code == .ok)
        #expect(heard.ends.count == 1)
        // Nothing of the abuse has an effect: no line, no record but the reading.
        #expect(exchange.meter.lines == ["READ"])
        #expect(heard.records.count == 1)
        #expect(heard.progress.isEmpty)
        #expect(heard.batches.flatMap(\.memory).isEmpty)
        #expect(heard.batches.flatMap(\.children).isEmpty)
    }

    @Test("does good devices no harm", arguments: told)
    func isHarmless(_ abuse: Abuse) async throws {
        let bad = try await Exchange.begin(abuse.plugin, serial: "BAD-2")
        let good = try await Exchange.begin(abuse.plugin, serial: "GOOD-2")
        let (end, heard) = try await good.end()
        heard.expectOrdinary(end)
        #expect(heard.said == [])
        #expect(try await bad.end().end.byDriver)
    }

    /// Abuses that need a border between processes; here only their good side is shown.
    static let bordered = Abuse.allCases.filter { abuse in
        switch abuse.verdict {
        case .refused, .told, .failsProbe: false
        default: true
        }
    }

    @Test(
        "serves good devices as any other, also where it would crash for a bad one",
        arguments: bordered)
    func servesGoodDevices(_ abuse: Abuse) async throws {
        let exchange = try await Exchange.begin(abuse.plugin)
        let (end, heard) = try await exchange.end()
        heard.expectOrdinary(end)
        #expect(heard.said == [])
        #expect(heard.records.count == 1)
    }

    @Test("is not loaded where its tables are none, and is named", arguments: refused)
    func isRefused(_ abuse: Abuse) throws {
        guard case .refused(let problem) = abuse.verdict else { return }
        let error = try #require(throws: LoadError.self) { try Foundry.load(abuse.plugin) }
        #expect(error.plugin == Foundry.id(abuse.plugin))
        #expect(error.description.contains(problem), "\(error)")
        #expect(!error.remedy.isEmpty)
    }

    @Test("has a case in the table, and a right one beside it")
    func isComplete() {
        let abuses = Foundry.all.filter { $0.hasSuffix("_abuse") }
        let listed = (Abuse.allCases + Abuse.ofSources).map(\.plugin)
        #expect(Set(listed).count == listed.count)
        #expect(Set(abuses) == Set(listed).union(Abuse.shownByHand))
    }

    @Test("floods the wire in vain: a mebibyte is queued, the rest refused")
    func sendFlood() async throws {
        let exchange = try await Exchange.begin("send_flood_abuse", serial: "BAD-1")
        let (end, heard) = try await exchange.end()
        heard.expectOrdinary(end)
        #expect(heard.said == ["taken 16, refused 19984"])
        #expect(end.statistics.bytesOut == 5 + 1 << 20)
    }

    @Test("floods the store in vain: 4096 records a callback")
    func emitFlood() async throws {
        let exchange = try await Exchange.begin("emit_flood_abuse", serial: "BAD-1")
        let (end, heard) = try await exchange.end()
        #expect(end.code == .ok)
        #expect(heard.said == ["taken 4096, refused 15904"])
        #expect(heard.records.count == 4096)
        #expect(heard.breaches == [])
    }

    @Test("finishes once, whatever it does afterwards")
    func finish() async throws {
        let exchange = try await Exchange.begin("finish_abuse", serial: "BAD-1")
        let (end, heard) = try await exchange.end()
        #expect(end.code == .busy)
        #expect(heard.said == ["code: UNSUPPORTED", "the host's code: INVALID"])
        #expect(
            heard.breaches.map { String($0.prefix { $0 != ":" }) } == [
                "finish", "finish", "finish", "yielded", "send", "emit", "reconnect", "deadline",
            ])
        #expect(heard.ends.count == 1)
        #expect(heard.records.isEmpty)
        #expect(exchange.meter.lines == ["READ"])
        #expect(end.statistics.connections == 1)
    }

    @Test("gets no answer out of a link that is dead")
    func close() async throws {
        let first = try await Exchange.begin("close_abuse", serial: "BAD-1")
        let (end, heard) = try await first.end()
        heard.expectOrdinary(end)
        #expect(heard.said == [])
        let second = try await Exchange.begin("close_abuse", serial: "BAD-2")
        let (last, more) = try await second.end()
        more.expectOrdinary(last)
        let calls = ["inside close", "send after close", "emit after close", "finish after close"]
        #expect(more.said == calls.map { $0 + ": INVALID" })
        #expect(second.meter.lines == ["READ"])
    }

    @Test(
        "refuses to open with a code or a text that is none",
        arguments: [
            ("BAD-CODE", ErrorCode.internalError, ""), ("BAD-NONE", .internalError, ""),
            ("BAD-FULL", .internalError, String(repeating: "x", count: 1024)),
            ("BAD-UTF8", .internalError, String(repeating: "\u{FFFD}", count: 8)),
            ("BAD-TEXT", .internalError, ""),
        ])
    func open(serial: String, code: ErrorCode, text: String) async throws {
        let exchange = try await Exchange.begin("open_abuse", serial: serial)
        let (end, heard) = try await exchange.end()
        #expect(end.code == code)
        #expect(end.message.detail == text)
        #expect(heard.ends.count == 1)
        let good = try await Exchange.begin("open_abuse")
        let (last, more) = try await good.end()
        more.expectOrdinary(last)
    }

    @Test("completes a command once")
    func complete() async throws {
        let exchange = try await Exchange.begin(
            "complete_abuse", serial: "BAD-1", mode: .monitor, answer: { _ in nil })
        // A command reaches a session that is open: this one has sent something.
        await exchange.witness.wait { heard in
            heard.trace.contains { if case .sent = $0.kind { true } else { false } }
        }
        exchange.session.command(
            requestID: 5,
            SessionCommand(items: [SessionRequest.Item(number: 1, kind: .state("TIME"))]))
        let (end, heard) = try await exchange.end()
        #expect(end.code == .ok)
        #expect(heard.commands.map(\.requestID) == [5])
        #expect(
            heard.said == [
                "unknown: INVALID", "none: INVALID", "code: UNSUPPORTED",
                "item of another: INVALID", "once: OK", "twice: INVALID",
            ])
        #expect(heard.breaches.count == 5)
    }

    @Test("is stopped when it does not hear", arguments: [true, false])
    func deaf(isCancelled: Bool) async throws {
        let exchange = try await Exchange.begin("cancel_abuse", serial: "BAD-1") {
            $0.limits.closingGrace = .milliseconds(5)
        }
        await exchange.witness.wait { $0.said.contains("waiting") }
        exchange.session.yield(grace: .milliseconds(1))
        if isCancelled { exchange.session.cancel() } else { exchange.session.close() }
        let (end, heard) = try await exchange.end()
        #expect(end.code == .cancelled)
        #expect(!end.byDriver)
        #expect(end.message.id == "host.session.forced")
        #expect(heard.ends.count == 1)
    }

    @Test("connects for ever, until the session has lasted too long")
    func reconnect() async throws {
        let exchange = try await Exchange.begin("reconnect_abuse", serial: "BAD-1") {
            $0.limits.longestSession = .milliseconds(50)
            $0.limits.closingGrace = .milliseconds(5)
        }
        let (end, heard) = try await exchange.end()
        #expect(heard.ends.count == 1)
        // It hears CLOSING between two connections, or is stopped.
        #expect(end.byDriver ? end.code == .cancelled : end.code == .timeout)
    }

    @Test("may not do what only drivers do, where it simulates")
    func simulator() async throws {
        let plugin = try Foundry.load("simulator_abuse")
        let simulation = try await SimulatedDevices.start(
            SimulationPlan(plugin: plugin, deviceTypes: ["DT_SIMULATOR_ABUSE"]),
            on: [try Exchange.reactor()])
        let exchange = try await Exchange.begin(
            "simulator_abuse", port: simulation.devices[0].port)
        let (end, heard) = try await exchange.end()
        heard.expectOrdinary(end)
        #expect(simulation.metrics.snapshot.breaches == 6)
        await simulation.stop()
    }

    @Test("is warned when it blocks a callback, and named in the task's journal")
    func slow() async throws {
        let exchange = try await Exchange.begin("slow_abuse", serial: "BAD-1")
        let (end, heard) = try await exchange.end()
        #expect(end.code == .ok)
        #expect(heard.notes.map(\.message.id) == ["host.plugin.slow"])
        #expect(exchange.plugin.metrics.snapshot.slowCallbacks == 1)
    }
}
