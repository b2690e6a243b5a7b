import Glibc
import Reactor
import Testing
import Values

@testable import Plugins

/// What a plugin does to its own process is felt by nobody else.
///
/// A few rounds here; `make soak` shows a hundred of each.
@Suite("Plugins that misbehave", .serialized, .timeLimit(.minutes(60)))
struct MisbehaviourTests {
    static let cases = Abuse.allCases.filter {
        switch $0.verdict {
        case .crashed, .exited, .stoppedResponding, .limited, .forbidden, .contained: true
        default: false
        }
    }

    @Test("harm nobody else", arguments: cases)
    func harmNobodyElse(_ abuse: Abuse) async throws {
        let bystander = try Isolated.plugin("open_right")
        // Everything is warm before the host is measured.
        try await expectOrdinary(bystander, "GOOD-0")
        try await round(abuse, bystander, 0)
        let before = ProcessFacts.read()
        for number in 1...Isolated.rounds { try await round(abuse, bystander, number) }
        let after = ProcessFacts.read()
        #expect(bystander.runtime.workers?.restarts == [:])
        #expect(after.openDescriptors <= before.openDescriptors + 16)
        #expect(after.threads <= before.threads + 4)
        #expect(after.residentBytes <= before.residentBytes + 64 << 20)
        await bystander.runtime.stop()
    }

    /// One plugin misbehaves in the middle of its own and of others' sessions.
    private func round(_ abuse: Abuse, _ bystander: Plugin, _ number: Int) async throws {
        let plugin = try Isolated.plugin(abuse.plugin, limits: Isolated.limits(for: abuse))
        async let bad = Exchange.begin(plugin, serial: "BAD-\(number)").end()
        async let other: Void = expectOrdinary(bystander, "GOOD-\(number)")
        let (end, heard) = try await bad
        try await other
        switch abuse.verdict {
        case .crashed, .exited, .stoppedResponding:
            try await expectCulprit(abuse, plugin, end, "BAD-\(number)")
        case .limited(let resource):
            // What is refused may be taken well or end the process; the limit held in either case.
            #expect(
                end.code == .ok || end.code == .pluginCrashed, "\(resource): \(end.message)")
            #expect(!heard.said.contains("heap: given"))
        case .forbidden(let call):
            #expect(!heard.said.contains { $0.hasSuffix(": done") }, "\(call): \(heard.said)")
        default: break
        }
        // Good devices of the same plugin are served afterwards.
        let good = try await retried(plugin, "GOOD-\(number)")
        #expect(good == .ok, "\(abuse.plugin)")
        await plugin.runtime.stop()
        #expect(plugin.runtime.workers?.processes == [])
    }

    private func expectCulprit(
        _ abuse: Abuse, _ plugin: Plugin, _ end: SessionEnd, _ serial: String
    ) async throws {
        #expect(end.code == .pluginCrashed, "\(abuse.plugin): \(end.code) \(end.message)")
        #expect(end.lostPart == .suspect)
        // It goes again, alone, and is the culprit then; after that it is in quarantine.
        let alone = try await Exchange.begin(plugin, serial: serial).end().end
        #expect(alone.code == .pluginCrashed)
        #expect(alone.lostPart == .culprit)
        let reason = alone.message.parameters["reason"]?.string ?? ""
        switch abuse.verdict {
        case .crashed(let signal): #expect(reason.contains(signal), "\(reason)")
        case .exited(let status): #expect(reason.contains("code \(status)"), "\(reason)")
        default: #expect(reason.contains("stopped responding"), "\(reason)")
        }
        let refused = try await Exchange.begin(plugin, serial: serial).end().end
        #expect(refused.message.id == "host.plugin.quarantined")
        #expect(refused.lostPart == .culprit)
        #expect(plugin.runtime.workers?.suspects.map(\.subject) == [serial])
    }

    /// Holds sessions until one is not lost with its process: what a dispatcher does.
    private func retried(_ plugin: Plugin, _ serial: String) async throws -> ErrorCode {
        for _ in 0..<5 {
            let end = try await Exchange.begin(plugin, serial: serial).end().end
            guard end.lostPart == .bystander else { return end.code }
        }
        return .pluginCrashed
    }

    private func expectOrdinary(_ plugin: Plugin, _ serial: String) async throws {
        let (end, heard) = try await Exchange.begin(plugin, serial: serial).end()
        heard.expectOrdinary(end)
    }

    @Test func leavesItsLastWords() async throws {
        let plugin = try Isolated.plugin("index_abuse")
        _ = try await Exchange.begin(plugin, serial: "BAD-1").end()
        let words = plugin.runtime.workers?.lastCrash?.lastWords ?? ""
        #expect(words.contains("Index out of range"), "\(words)")
        await plugin.runtime.stop()
    }

    // MARK: Times

    private func hasSent(_ exchange: Exchange) async {
        await exchange.witness.wait { heard in
            heard.trace.contains { if case .sent = $0.kind { true } else { false } }
        }
    }

    @Test func areNoticedAtOnceAndReplacedSoon() async throws {
        let plugin = try Isolated.plugin("open_right")
        var noticed: [Duration] = []
        var back: [Duration] = []
        for round in 0..<(5 + Isolated.rounds) {
            // A session that waits for its meter when the process goes.
            let waiting = try await Exchange.begin(
                plugin, serial: "W-\(round)", answer: { _ in nil })
            await hasSent(waiting)
            let process = try #require(plugin.runtime.workers?.processes.first)
            let clock = ContinuousClock()
            let begin = clock.now
            kill(process, SIGSEGV)
            _ = await waiting.witness.wait { !$0.ends.isEmpty }
            noticed.append(clock.now - begin)
            let end = try #require(waiting.witness.heard.ends.first)
            #expect(end.code == .pluginCrashed)
            // A bystander, or a suspect where the signal has met an event on its way.
            #expect(end.lostPart != nil && end.lostPart != .culprit)
            let again = try await Exchange.begin(plugin, serial: "A-\(round)", answer: { _ in nil })
            await hasSent(again)
            back.append(clock.now - begin)
            again.session.cancel()
            _ = try await again.end()
        }
        await plugin.runtime.stop()
        let (notice, return_) = (noticed.sorted()[noticed.count / 2], back.sorted()[back.count / 2])
        print("a crash is noticed after \(notice), a new worker serves after \(return_) (medians)")
        // Loosely: the figures are for people, the limits for broken code.
        #expect(notice < .seconds(2))
        #expect(return_ < .seconds(10))
    }
}
