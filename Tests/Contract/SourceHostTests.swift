import Glibc
import Manifests
import Testing
import Values

@testable import Plugins

@Suite("A host with integrators", .timeLimit(.minutes(5)))
struct SourceHostTests {
    /// A host with some plugins, and the folder of their manifests.
    private static func host(
        _ names: [String], isInline: Bool = false
    ) async throws -> (PluginHost, folder: String) {
        let folder = try Foundry.manifests(of: names)
        var options = PluginHostOptions(
            manifests: [folder],
            directories: [PluginDirectory(path: Foundry.folder, requiresDigest: false)],
            hostVersion: "1.0.0")
        options.program = Isolated.program
        if isInline { options.inline = ["*"] }
        let host = PluginHost(options, on: try Exchange.reactor())
        await host.load()
        return (host, folder)
    }

    @Test("runs them by the plugin's id, wherever its sessions live", arguments: [false, true])
    func byPlugin(isInline: Bool) async throws {
        let names = ["source_right", "source_short_abuse", "source_null_abuse", "open_right"]
        let (host, folder) = try await Self.host(names, isInline: isInline)
        defer { Foundry.remove(folder) }
        #expect(host.current.plugin("source-right")?.hasSource == true)
        #expect(host.current.plugin("open-right")?.hasSource == false)
        for name in ["source-short-abuse", "source-null-abuse"] {
            let problem = host.current.refusal(of: name)?.problem ?? ""
            #expect(problem.contains("commline.source/1 table"), "\(problem)")
        }
        let opening = SourceOpening(task: .import, json: "{\"count\":20}")
        let bench = SourceBench()
        let worker = try host.runSource("source-right", opening, delegate: bench)
        bench.connect { worker.confirm(upTo: $0) }
        #expect(try await bench.end().end.code == .ok)
        #expect(bench.heard.records.count == 20)
        #expect(throws: SourceRefusal.unknown("nobody")) {
            try host.runSource("nobody", opening, delegate: bench)
        }
        #expect(throws: SourceRefusal.noSource("open-right")) {
            try host.runSource("open-right", opening, delegate: bench)
        }
        // A run that goes on is cancelled when the host stops, and its process is gone then.
        let endless = SourceBench()
        let other = try host.runSource(
            "source-right", SourceOpening(task: .import, json: "{\"count\":1000000000}"),
            delegate: endless)
        endless.connect { other.confirm(upTo: $0) }
        await endless.wait { $0.reports.count > 10 }
        await host.stop()
        #expect(endless.heard.ends.map(\.code) == [.cancelled])
        let process = try #require(await other.startedProcess)
        #expect(kill(process, 0) != 0)
        #expect(throws: SourceRefusal.stopping) {
            try host.runSource("source-right", opening, delegate: bench)
        }
        #expect(bench.heard.ends.count == 1)
    }

    @Test("lets a run go on with what began it while the plugin is loaded again")
    func reload() async throws {
        let (host, folder) = try await Self.host(["source_right"])
        defer { Foundry.remove(folder) }
        let opening = SourceOpening(task: .import, json: "{\"count\":1000}", window: 4)
        let slow = SourceBench(window: 4, confirmsAtOnce: false)
        let old = try host.runSource("source-right", opening, delegate: slow)
        await slow.wait { $0.reports.count == 4 }
        let before = host.current.plugin("source-right")
        _ = try await host.reload("source-right") { _ in [] }
        #expect(host.current.plugin("source-right") !== before)
        let quick = SourceBench(window: 4)
        let new = try host.runSource("source-right", opening, delegate: quick)
        quick.connect { new.confirm(upTo: $0) }
        #expect(try await quick.end().end.code == .ok)
        #expect(slow.heard.reports.count == 4)
        slow.connect { old.confirm(upTo: $0) }
        slow.confirm(upTo: 4)
        await slow.wait { $0.reports.count == 8 }
        // Also what an exchanged plugin runs ends with the host.
        await host.stop()
        #expect(slow.heard.ends.map(\.code) == [.cancelled])
        let process = try #require(await old.startedProcess)
        #expect(kill(process, 0) != 0)
        #expect(quick.heard.ends.count == 1)
    }

    @Test("have texts in both languages")
    func texts() {
        let messages = [
            HostMessages.sourceLost("acme", "crashed"),
            HostMessages.sourceNotStarted("acme", "EAGAIN"),
            HostMessages.sourceDeaf("acme", after: .seconds(10)),
        ]
        #expect(Set(messages.map(\.id)) == Set(HostMessages.sourceTemplates.keys))
        for message in messages {
            let template = HostMessages.sourceTemplates[message.id]
            for name in message.parameters.keys {
                #expect(template?.ru.contains("{\(name)}") == true)
                #expect(template?.en.contains("{\(name)}") == true)
            }
        }
    }
}
