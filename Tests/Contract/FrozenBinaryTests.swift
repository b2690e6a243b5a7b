import Crypto
import JSON
import Manifests
import Testing
import Values

@testable import Plugins

/// Plugins that were built for ABI 1.0 and are kept as files: they load for ever.
@Suite("A binary of ABI 1.0", .timeLimit(.minutes(5)))
struct FrozenBinaryTests {
    private static let folder = Foundry.root + "/Tests/Golden/abi-1.0"

    #if arch(x86_64)
        private static let machine = "x86-64"
    #elseif arch(arm64)
        private static let machine = "arm64"
    #endif

    /// The digests, as `sha256sum` wrote them, by file.
    private static func digests() throws -> [String: String] {
        let text = try FileReading.bytes(of: folder + "/SHA256SUMS", limit: 1 << 16)
        let lines = String(decoding: text, as: UTF8.self).split(separator: "\n")
        return Dictionary(
            lines.map { (String($0.dropFirst(66)), String($0.prefix(64))) },
            uniquingKeysWith: { first, _ in first })
    }

    private static func load(_ name: String) throws -> Plugin {
        let digest = try #require(try digests()["\(machine)/lib\(name).so"])
        let document: JSONObject = [
            "manifestVersion": 1, "id": .string(name), "version": "1.0.0", "vendor": "Commline",
            "abi": "1.0", "library": .string("lib\(name).so"), "sha256": .string(digest),
            "isolation": "inline",
            "messages": [
                "done": ["ru": "Строк: {lines}", "en": "Lines: {lines}"]
            ],
        ]
        let read = Manifest.read(JSONValue.object(document).bytes(), file: name + ".json")
        let manifest = try #require(read.manifest, "\(read.defects)")
        return try PluginLoader(
            directories: [PluginDirectory(path: folder + "/" + machine, requiresDigest: true)],
            hostVersion: "1.0.0"
        ).load(manifest)
    }

    @Test("is what it was, on every machine")
    func digest() throws {
        let digests = try Self.digests()
        #expect(
            digests.keys.sorted() == [
                "arm64/libfrozen-line.so", "arm64/libfrozen-link.so", "x86-64/libfrozen-line.so",
                "x86-64/libfrozen-link.so",
            ])
        for (file, digest) in digests {
            let bytes = try FileReading.bytes(of: Self.folder + "/" + file, limit: 1 << 20)
            #expect(TextEncoding.hex(try Digest.sha256.of(bytes)) == digest, "\(file)")
            #expect(bytes.count < 30_000)
        }
    }

    @Test("reads its meter, and simulates it")
    func line() async throws {
        let plugin = try Self.load("frozen-line")
        #expect(plugin.hasSimulator)
        let simulation = try await SimulatedDevices.start(
            SimulationPlan(plugin: plugin, deviceTypes: ["DT_FROZEN"]),
            on: [try Exchange.reactor()])
        for _ in 0..<3 {
            let exchange = try await Exchange.begin(plugin, port: simulation.devices[0].port)
            let (end, heard) = try await exchange.end()
            heard.expectOrdinary(end)
        }
        #expect(simulation.metrics.snapshot.breaches == 0)
        await simulation.stop()
        let exchange = try await Exchange.begin(plugin)
        let (end, heard) = try await exchange.end()
        heard.expectOrdinary(end)
    }

    @Test("calls every function of the link")
    func link() async throws {
        let exchange = try await Exchange.begin(try Self.load("frozen-link")) {
            $0.counters = ["frame": CounterBlock(next: 40, end: 50)]
        }
        let (end, heard) = try await exchange.end()
        heard.expectOrdinary(end)
        #expect(
            heard.said == [
                "now 0", "time is there 0", "random 0", "no extension 0", "emit 0", "outcome 0",
                "progress 0", "inventory 0", "remember 0", "reserve 0", "first is 40 0", "send 0",
                // A TCP channel is no serial line.
                "line 3", "deadline 0", "reconnect 0", "send again 0", "redact 0", "emit 0",
                "final 0",
            ])
        #expect(end.detail == 12)
        #expect(end.message.id == "done")
        #expect(end.message.parameters == ["lines": 1])
        #expect(heard.records.map(\.item) == [nil, 0])
        #expect(heard.batches.flatMap(\.outcomes).map(\.stage) == [.sent, .final])
        #expect(heard.batches.flatMap(\.outcomes).map(\.detail) == [0, -5])
        #expect(heard.batches.flatMap(\.memory) == [MemoryWrite(key: "key", bytes: [1, 2])])
        #expect(heard.batches.flatMap(\.children).map(\.serial) == ["00003"])
        #expect(heard.progress.map(\.total) == [2])
        #expect(exchange.meter.connections.last == ["READ"])
        let received = heard.trace.first { if case .received = $0.kind { true } else { false } }
        #expect(received?.hex.hasPrefix("** ** 20") == true)
    }

    @Test("completes commands, yields, and ends when it is told to")
    func endings() async throws {
        let plugin = try Self.load("frozen-link")
        let monitor = try await Exchange.begin(plugin, mode: .monitor, answer: { _ in nil })
        await monitor.witness.wait { $0.said.contains("send again 0") }
        monitor.session.command(
            requestID: 8,
            SessionCommand(items: [SessionRequest.Item(number: 0, kind: .state("TIME"))]))
        let heard = await monitor.witness.wait {
            !$0.commands.isEmpty && $0.said.contains("complete 0")
        }
        #expect(heard.commands.map(\.requestID) == [8])
        monitor.session.close()
        #expect(try await monitor.end().end.code == .cancelled)
        let task = try await Exchange.begin(plugin, answer: { _ in nil })
        await task.witness.wait { $0.said.contains("send again 0") }
        task.session.yield(grace: .seconds(1))
        let end = try await task.end().end
        #expect(end.checkpoint == Array("here".utf8))
        #expect(task.plugin.metrics.snapshot.breaches == 0)
    }
}
