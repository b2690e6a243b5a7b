import Glibc
import Reactor
import Testing
import Values

@testable import Plugins

/// The same plugins, the same conversations, in a process of their own.
@Suite("Plugins in worker processes", .timeLimit(.minutes(5)))
struct WorkerTests {
    /// What a session did, as far as it must be the same wherever the plugin runs.
    private struct Deeds: Equatable {
        var records: [EmittedRecord.Content]
        var outcomes: [ItemOutcome]
        var memory: [MemoryWrite]
        var children: [ChildDevice]
        var said: [String]
        var breaches: [String]
        var code: ErrorCode
        var byDriver: Bool
        var bytes: [[UInt8]]

        init(_ end: SessionEnd, _ heard: Witness.Heard) {
            records = heard.records.map(\.content)
            outcomes = heard.batches.flatMap(\.outcomes)
            memory = heard.batches.flatMap(\.memory)
            children = heard.batches.flatMap(\.children)
            said = heard.said
            breaches = heard.breaches
            code = end.code
            byDriver = end.byDriver
            bytes = heard.trace.compactMap {
                switch $0.kind {
                case .sent(let bytes), .received(let bytes): bytes
                default: nil
                }
            }
        }
    }

    static let ordinary = [
        "activate_right", "after_stored_right", "close_right", "deadline_right", "emit_right",
        "extension_right", "finish_right", "inventory_right", "log_right", "note_right",
        "open_right", "outcome_right", "plugin_table_right", "progress_right", "redact_right",
        "remember_right", "send_right",
    ]

    @Test("do the same there as in the host's own", arguments: ordinary)
    func doTheSameAsInline(_ name: String) async throws {
        let inline = try await Exchange.begin(try Foundry.load(name)).end()
        let isolated = try await Exchange.begin(try Isolated.plugin(name)).end()
        #expect(Deeds(isolated.end, isolated.heard) == Deeds(inline.end, inline.heard))
    }

    @Test(
        "are told there of broken rules, as in the host's own",
        arguments: Abuse.allCases.filter { abuse in
            if case .told = abuse.verdict {
                !Abuse.shownByHand.contains(abuse.plugin)
            } else {
                false
            }
        })
    func areToldOfBrokenRules(_ abuse: Abuse) async throws {
        guard case .told(let said, let breaches) = abuse.verdict else { return }
        let (end, heard) = try await Exchange.begin(
            try Isolated.plugin(abuse.plugin), serial: "BAD-1"
        ).end()
        #expect(end.lostPart == nil, "\(end.message)")
        for line in said { #expect(heard.said.contains(line), "\(heard.said)") }
        #expect(
            heard.breaches.map { $0.prefix { $0 != ":" } } == breaches.map { $0[...] },
            "\(heard.breaches)")
    }

    @Test(
        "are refused by the probe, which nobody else feels",
        arguments: Abuse.allCases.filter {
            switch $0.verdict {
            case .refused, .failsProbe: true
            default: false
            }
        })
    func areRefusedByTheProbe(_ abuse: Abuse) async throws {
        let reactor = try Exchange.reactor()
        guard
            case .failure(let failure) = await PluginProbe.run(
                try Isolated.spec(abuse.plugin, limits: Isolated.limits(for: abuse)), on: reactor)
        else {
            Issue.record("\(abuse.plugin) was taken")
            return
        }
        switch abuse.verdict {
        case .refused(let text): #expect(failure.problem.contains(text), "\(failure.problem)")
        case .failsProbe("time"):
            #expect(failure.problem.contains("stopped responding"), "\(failure.problem)")
        case .failsProbe(let text): #expect(failure.problem.contains(text), "\(failure.problem)")
        default: break
        }
        #expect(!failure.remedy.isEmpty)
    }

    @Test func carryMoreThanOnePacket() async throws {
        // 4096 records and more in one callback: several packets there and back.
        let plugin = try Isolated.plugin("credit_right")
        let inline = try await Exchange.begin(try Foundry.load("credit_right")).end()
        let isolated = try await Exchange.begin(plugin).end()
        #expect(isolated.heard.records.count == inline.heard.records.count)
        #expect(isolated.end.code == inline.end.code)
        await plugin.runtime.stop()
    }

    @Test func endWhenTheyAreAskedTo() async throws {
        let plugin = try Isolated.plugin("open_right")
        let (end, _) = try await Exchange.begin(plugin).end()
        #expect(end.code == .ok)
        let process = try #require(plugin.runtime.workers?.processes.first)
        await plugin.runtime.stop()
        #expect(plugin.runtime.workers?.processes == [])
        #expect(plugin.runtime.workers?.restarts == [:])
        #expect(kill(process, 0) != 0)
    }

    @Test func areProtectedAsFarAsTheKernelCan() async throws {
        let plugin = try Isolated.plugin("open_right")
        _ = try await Exchange.begin(plugin).end()
        let protections = plugin.runtime.workers?.protections ?? []
        #expect(protections.contains("limits"))
        #expect(protections.contains("calls"))
        await plugin.runtime.stop()
    }
}
