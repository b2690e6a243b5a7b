import JSON
import Reactor
import Testing
import Values

@testable import Plugins

@Suite("A session's bridge", .timeLimit(.minutes(1)))
struct DeviceSessionTests {
    @Test("carries a conversation from the connection to the last byte")
    func conversation() async throws {
        let rig = try await Rig()
        let witness = Witness()
        let (peer, port) = try await Peer.start(on: rig.reactor) { stream, happening, _ in
            if case .received = happening { stream.write([0x6F, 0x6B]) }
        }
        let session = rig.session(
            "C:send 68656c6c6f;R:emit 1;R:outcome 0 4 0;R:progress 1 2;R:child 42;"
                + "R:remember key 0102;R:send 627965;R:finish 0",
            port: port, witness: witness)
        let end = try await witness.end()
        #expect(end.code == .ok)
        #expect(end.byDriver)
        #expect(end.remaining.map(\.item) == [1])
        #expect(end.remaining.first?.code == .ok)
        #expect(end.lastSequence == 1)
        await rig.settle()
        #expect(peer.received() == Array("hellobye".utf8))

        let heard = witness.heard
        let record = try #require(heard.records.first)
        #expect(record.archive == "CURRENT")
        #expect(record.time.rfc3339 == "2024-05-27T00:00:00+03:00")
        #expect(
            record.content
                == .measurement(
                    value: .decimal(Decimal(mantissa: 372410, exponent: -2)), status: .valid))
        #expect(heard.batches[0].outcomes == [ItemOutcome(item: 0, stage: .final, code: .ok)])
        #expect(heard.batches[0].memory == [MemoryWrite(key: "key", bytes: [1, 2])])
        #expect(heard.batches[0].children.map(\.serial) == ["42"])
        #expect(heard.progress == [SessionProgress(requestID: 0, done: 1, total: 2)])
        #expect(
            heard.trace.map(\.kind) == [
                .connected(peer: "127.0.0.1:\(port)"), .sent(Array("hello".utf8)),
                .received([0x6F, 0x6B]), .sent(Array("bye".utf8)),
                .disconnected(reason: "closed by the host"),
            ])
        #expect(end.statistics.bytesIn == 2)
        #expect(end.statistics.bytesOut == 8)
        #expect(end.statistics.records == 1)
        #expect(end.statistics.connections == 1)
        let metrics = session.plugin.metrics.snapshot
        #expect(metrics.sessionsOpen == 0)
        #expect(metrics.sessionsTotal == 1)
        #expect(metrics.sessionEnds == [.ok: 1])
        #expect(metrics.itemOutcomes == [.ok: 2])
        #expect(metrics.callbacks >= 3)
        #expect(metrics.callbackHistogram.reduce(0, +) == metrics.callbacks)
    }

    @Test("makes an item that was sent and not confirmed indeterminate")
    func indeterminate() async throws {
        let rig = try await Rig()
        let witness = Witness()
        let (_, port) = try await Peer.start(on: rig.reactor)
        _ = rig.session("C:outcome 0 1 0;C:finish 2 silence", port: port, witness: witness)
        let end = try await witness.end()
        #expect(end.code == .timeout)
        #expect(end.message.detail == "silence")
        #expect(end.remaining.map(\.code) == [.indeterminate, .timeout])
    }

    @Test("tells why the driver refuses to open")
    func refusal() async throws {
        let rig = try await Rig()
        let witness = Witness()
        let (_, port) = try await Peer.start(on: rig.reactor)
        _ = rig.session("", port: port, witness: witness, more: ["refuse": "no key hunter22"]) {
            $0.secrets = ["hunter22"]
        }
        let end = try await witness.end()
        #expect(end.code == .configuration)
        #expect(end.detail == 7)
        #expect(end.message.detail == "no key ***")
        #expect(end.remaining.count == 2)
        #expect(rig.plugin.metrics.snapshot.sessionsTotal == 0)
    }

    @Test("tells in plain words that nobody listens")
    func connectionRefused() async throws {
        let rig = try await Rig()
        let witness = Witness()
        // A port that was free a moment ago.
        let port = try await rig.reactor.perform {
            Result {
                let listener = try TCPListener(at: .loopback(port: 0), on: rig.reactor) { _ in }
                defer { listener.close() }
                return listener.address.port
            }
        }.get()
        _ = rig.session("C:finish 0", port: port, witness: witness)
        let end = try await witness.end()
        #expect(end.code == .transport)
        #expect(!end.byDriver)
        #expect(end.message.id == "host.connect.refused")
        let text = Catalogue().text(of: end.message, in: .en)
        #expect(text.contains("127.0.0.1:\(port) was refused"))
    }

    @Test("finds a host by its name")
    func names() async throws {
        let rig = try await Rig()
        let witness = Witness()
        let (_, port) = try await Peer.start(on: rig.reactor)
        _ = rig.session("C:finish 0", port: port, host: "localhost", witness: witness)
        #expect(try await witness.end().code == .ok)
    }

    @Test("tells that a name does not exist")
    func unknownName() async throws {
        let rig = try await Rig()
        let witness = Witness()
        _ = rig.session("C:finish 0", port: 4059, host: "no..such", witness: witness)
        let end = try await witness.end()
        #expect(end.code == .transport)
        #expect(["host.connect.unknownHost", "host.connect.resolver"].contains(end.message.id))
    }

    @Test("delivers what came before a peer closed in the middle of a frame")
    func closedMidFrame() async throws {
        let rig = try await Rig()
        let witness = Witness()
        let (_, port) = try await Peer.start(on: rig.reactor) { stream, happening, _ in
            guard case .received = happening else { return }
            stream.write([0x7E, 0xA0])
            stream.finish(within: .seconds(1))
        }
        _ = rig.session("C:send 41;X:?send 42;X:finish 1 tell", port: port, witness: witness)
        let end = try await witness.end()
        #expect(end.code == .transport)
        let texts = witness.heard.texts.filter { !$0.hasPrefix("host.plugin") }
        #expect(texts == ["rx 7ea0", "host.channel.closedByPeer", "lost 1", "send -1"])
    }

    @Test("delivers the deadline, and none that was replaced")
    func deadline() async throws {
        let rig = try await Rig()
        let witness = Witness()
        let (_, port) = try await Peer.start(on: rig.reactor)
        _ = rig.session(
            "C:deadline 0;C:deadline off;C:deadline 60000;C:deadline 1;D1:say one;D1:deadline 1;"
                + "D2:finish 2", port: port, witness: witness)
        let end = try await witness.end()
        #expect(end.code == .timeout)
        #expect(witness.heard.texts == ["one"])
    }

    @Test("says when all bytes have left")
    func writable() async throws {
        let rig = try await Rig()
        let witness = Witness()
        let (_, port) = try await Peer.start(on: rig.reactor)
        _ = rig.session("C:send 41;W:finish 0", port: port, witness: witness)
        #expect(try await witness.end().code == .ok)
    }

    @Test("connects again, and delivers nothing of the old connection")
    func reconnect() async throws {
        let rig = try await Rig()
        let witness = Witness()
        let (peer, port) = try await Peer.start(on: rig.reactor) { stream, happening, number in
            if case .accepted = happening, number == 0 { stream.write([0x01]) }
        }
        _ = rig.session(
            "C1:send 41;R:reconnect 0;R:?send 42;C2:send 43;C2:finish 0", port: port,
            witness: witness)
        let end = try await witness.end()
        #expect(end.code == .ok)
        #expect(end.statistics.connections == 2)
        #expect(witness.heard.texts.contains("send -1"))
        #expect(!witness.heard.texts.contains { $0.hasPrefix("lost") })
        await rig.settle()
        #expect(peer.received(0) == [0x41])
        #expect(peer.received(1) == [0x43])
    }

    @Test("ends a session whose driver waits for nothing")
    func stuck() async throws {
        let rig = try await Rig()
        let witness = Witness()
        let (_, port) = try await Peer.start(on: rig.reactor) { stream, happening, _ in
            if case .accepted = happening { stream.close() }
        }
        _ = rig.session("", port: port, witness: witness)
        let end = try await witness.end()
        #expect(end.code == .internalError)
        #expect(end.message.id == "host.session.stuck")
    }

    @Test("lets a monitor serve commands until it is closed")
    func monitor() async throws {
        let rig = try await Rig()
        let witness = Witness()
        let (_, port) = try await Peer.start(on: rig.reactor)
        let session = rig.session(
            "C:say ready;M:complete;L:finish 0", port: port, witness: witness, mode: .monitor)
        await witness.wait { $0.texts.contains("ready") }
        session.command(
            requestID: 1,
            SessionCommand(items: [SessionRequest.Item(number: 5, kind: .command("X"))]))
        let command = try #require(await witness.wait { !$0.commands.isEmpty }.commands.first)
        #expect(command.requestID == 1)
        #expect(command.remaining.map(\.item) == [5])
        session.close()
        #expect(try await witness.end().code == .ok)
    }
}
