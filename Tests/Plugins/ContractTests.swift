import JSON
import Reactor
import Testing
import Values

@testable import Plugins

@Suite("Plugins that break the ABI's contract", .timeLimit(.minutes(1)))
struct ContractTests {
    /// Runs a script and answers what the driver said.
    private func texts(_ script: String) async throws -> [String] {
        let rig = try await Rig()
        let witness = Witness()
        let (_, port) = try await Peer.start(on: rig.reactor)
        _ = rig.session(script + ";C:finish 0", port: port, witness: witness)
        #expect(try await witness.end().code == .ok)
        return witness.heard.texts
    }

    @Test(
        "are told what is wrong with a record or an outcome",
        arguments: [
            ("utf8", -1), ("size", -1), ("item", -1), ("exponent", -1), ("null", -1),
            ("nothing", -1), ("long", -2), ("kind", -3), ("value", -3), ("flags", -3),
            ("stage", -3), ("code", -3),
        ])
    func badRecords(what: String, status: Int) async throws {
        let rig = try await Rig()
        let witness = Witness()
        let (_, port) = try await Peer.start(on: rig.reactor)
        _ = rig.session("C:?bad \(what);C:finish 0", port: port, witness: witness)
        #expect(try await witness.end().code == .ok)
        let heard = witness.heard
        #expect(heard.texts.contains("bad \(status)"))
        #expect(heard.batches.isEmpty)
        let breaches = heard.notes.filter { $0.message.id == "host.plugin.breach" }
        #expect(breaches.count == (status == -2 ? 0 : 1))
        #expect(rig.plugin.metrics.snapshot.breaches == UInt64(breaches.count))
    }

    @Test("cannot act from another thread")
    func stray() async throws {
        #expect(try await texts("C:?stray") == ["stray -1"])
    }

    @Test("cannot act in close, nor on the link of a session that is gone")
    func ghosts() async throws {
        #expect(try await texts("C:haunt;C:say linger") == ["linger"])
        #expect(try await texts("C:?ghost").contains("ghost -1"))
    }

    @Test("cannot finish twice, nor act after finish")
    func finishTwice() async throws {
        let rig = try await Rig()
        let witness = Witness()
        let (peer, port) = try await Peer.start(on: rig.reactor)
        _ = rig.session(
            "C:finish 0;C:finish 1;C:send 41;C:emit 1", port: port, witness: witness)
        let end = try await witness.end()
        #expect(end.code == .ok)
        let heard = witness.heard
        #expect(heard.ends.count == 1)
        #expect(heard.batches.isEmpty)
        let told = heard.notes.filter { $0.message.id == "host.plugin.breach" }
        #expect(told.map(\.message.detail).contains("finish: the session is finished"))
        await rig.settle()
        #expect(peer.received().isEmpty)
    }

    @Test("cannot send inside open")
    func sendInOpen() async throws {
        #expect(try await texts("O:?send 41").contains("send -1"))
    }

    @Test("cannot close an item twice")
    func twoFinals() async throws {
        let texts = try await texts("C:outcome 0 1 0;C:outcome 0 4 0;C:?outcome 0 4 0")
        #expect(texts.contains("outcome -1"))
    }

    @Test("cannot fill the device's memory beyond its limit")
    func memory() async throws {
        let kilobyte = String(repeating: "00", count: 1000)
        let rig = try await Rig()
        let witness = Witness()
        let (_, port) = try await Peer.start(on: rig.reactor)
        let full = JSONValue.string(TextEncoding.base64([UInt8](repeating: 7, count: 65_000)))
        _ = rig.session(
            "C:?remember new \(kilobyte);C:?remember old 00;C:?remember new \(kilobyte);C:finish 0",
            port: port, witness: witness, more: ["memory": ["old": full]])
        #expect(try await witness.end().code == .ok)
        #expect(witness.heard.texts == ["remember -2", "remember 0", "remember 0"])
    }

    @Test("cannot redact what was not received")
    func redaction() async throws {
        #expect(try await texts("C:?redact 0 1").contains("redact -1"))
    }

    @Test("are warned of in the log and go on")
    func degraded() {
        let metrics = PluginMetrics()
        var turn = Turn()
        turn.nanoseconds = 150_000_000
        let second: UInt64 = 1_000_000_000
        #expect(!metrics.callback(turn, records: 0, at: 100 * second))
        #expect(!metrics.callback(turn, records: 0, at: 161 * second))
        #expect(!metrics.callback(turn, records: 0, at: 200 * second))
        #expect(metrics.callback(turn, records: 0, at: 220 * second))
        #expect(metrics.snapshot(at: 221 * second).isDegraded)
        #expect(metrics.snapshot(at: 221 * second).slowCallbacks == 4)
        #expect(!metrics.snapshot(at: 900 * second).isDegraded)
    }
}
