import JSON
import Reactor
import Testing
import Values

@testable import Plugins

@Suite("Back-pressure of a session", .timeLimit(.minutes(1)))
struct BackPressureTests {
    @Test("holds bytes and deadlines while the store catches up, and gives the bytes first")
    func credit() async throws {
        let rig = try await Rig()
        let witness = Witness(confirmsAtOnce: false)
        let (_, port) = try await Peer.start(on: rig.reactor) { stream, happening, _ in
            if case .received = happening { stream.write([0x41]) }
        }
        let session = rig.session(
            "C:emit 3;C:send 3f;C:deadline 0;R:say got;D:say late;D:finish 2", port: port,
            witness: witness
        ) { $0.limits.recordCredit = 2 }
        await witness.wait { !$0.sent.isEmpty }
        await rig.settle()
        #expect(witness.heard.texts.isEmpty)
        session.storeConfirmed(upTo: 1)
        #expect(try await witness.end().code == .timeout)
        #expect(witness.heard.texts == ["got", "late"])
    }

    @Test("delivers a cancellation to a session that is held")
    func cancelWhileHeld() async throws {
        let rig = try await Rig()
        let witness = Witness(confirmsAtOnce: false)
        let (_, port) = try await Peer.start(on: rig.reactor)
        let session = rig.session(
            "C:emit 2;A:finish 10", port: port, witness: witness
        ) { $0.limits.recordCredit = 2 }
        await witness.wait { !$0.batches.isEmpty }
        session.cancel()
        let end = try await witness.end()
        #expect(end.code == .cancelled)
        #expect(end.byDriver)
    }

    @Test("ends a session that is held for too long, which is not the device's fault")
    func heldTooLong() async throws {
        let rig = try await Rig()
        let witness = Witness(confirmsAtOnce: false)
        let (_, port) = try await Peer.start(on: rig.reactor)
        _ = rig.session("C:emit 2;C:deadline 0;D:finish 2", port: port, witness: witness) {
            $0.limits.recordCredit = 2
            $0.limits.longestHold = .milliseconds(5)
        }
        let end = try await witness.end()
        #expect(end.code == .store)
        #expect(end.message.id == "host.session.held")
        #expect(!end.byDriver)
    }

    @Test(
        "sends after the store has confirmed, later bytes behind it, and the deadline stands still")
    func afterStored() async throws {
        let rig = try await Rig()
        let witness = Witness(confirmsAtOnce: false)
        let (peer, port) = try await Peer.start(on: rig.reactor) { stream, happening, _ in
            if case .received = happening { stream.write([0x41]) }
        }
        let session = rig.session(
            "C:send 3030;C:remember counter 01;C:send 3131 1;C:send 3232;C:deadline 0;"
                + "D:say late;W:say left", port: port, witness: witness)
        await witness.wait { $0.batches.count == 1 && $0.sent.count == 1 }
        await rig.settle()
        #expect(peer.received() == [0x30, 0x30])
        #expect(witness.heard.texts.isEmpty)
        session.storeConfirmed(upTo: 1)
        await witness.wait { $0.texts.contains("late") && $0.texts.contains("left") }
        await rig.settle()
        #expect(peer.received() == Array("001122".utf8))
        #expect(witness.heard.sent == [[0x30, 0x30], [0x31, 0x31], [0x32, 0x32]])
        session.cancel()
    }

    @Test("does not wait where everything is stored already")
    func nothingToWaitFor() async throws {
        let rig = try await Rig()
        let witness = Witness(confirmsAtOnce: false)
        let (peer, port) = try await Peer.start(on: rig.reactor)
        _ = rig.session("C:send 3131 1;C:finish 0", port: port, witness: witness)
        #expect(try await witness.end().code == .ok)
        await rig.settle()
        #expect(peer.received() == [0x31, 0x31])
    }

    @Test("lets held bytes leave after finish when the store confirms in time")
    func heldAtFinish() async throws {
        let rig = try await Rig()
        let witness = Witness(confirmsAtOnce: false)
        let (peer, port) = try await Peer.start(on: rig.reactor)
        let session = rig.session(
            "C:emit 1;C:send 3131 1;C:finish 0", port: port, witness: witness
        ) {
            // However slow the machine is: only the confirmation ends the wait.
            $0.limits.drain = .seconds(600)
        }
        await witness.wait { !$0.batches.isEmpty }
        await rig.settle()
        #expect(witness.heard.ends.isEmpty)
        session.storeConfirmed(upTo: 1)
        #expect(try await witness.end().code == .ok)
        await rig.settle()
        #expect(peer.received() == [0x31, 0x31])
    }

    @Test("drops held bytes when the store does not confirm in time")
    func neverConfirmed() async throws {
        let rig = try await Rig()
        let witness = Witness(confirmsAtOnce: false)
        let (peer, port) = try await Peer.start(on: rig.reactor)
        _ = rig.session("C:emit 1;C:send 3131 1;C:finish 0", port: port, witness: witness) {
            $0.limits.drain = .milliseconds(5)
        }
        #expect(try await witness.end().code == .ok)
        await rig.settle()
        #expect(peer.received().isEmpty)
    }

    @Test(
        "answers a flood with TOO_MUCH, then gives credit",
        arguments: [("emit", 4096), ("send", 16), ("note", 256)])
    func floods(what: String, limit: Int) async throws {
        let rig = try await Rig()
        let witness = Witness()
        let (_, port) = try await Peer.start(on: rig.reactor)
        _ = rig.session(
            "C:flood \(what);T:say credit;T:finish 0", port: port, witness: witness)
        #expect(try await witness.end().code == .ok)
        let heard = witness.heard
        #expect(heard.texts.last == "credit")
        switch what {
        case "note": #expect(heard.texts.count { $0 == "flood" } == limit)
        default: #expect(heard.texts.contains("flood \(what) \(limit) -2"))
        }
        if what == "emit" { #expect(heard.records.count == limit) }
    }

    @Test("gives numbers of a counter once only, and asks for more")
    func counters() async throws {
        let rig = try await Rig()
        let witness = Witness()
        let (_, port) = try await Peer.start(on: rig.reactor)
        let session = rig.session(
            "C:reserve frame 2;C:reserve frame 1;C:?reserve frame 2;T:reserve frame 2;T:finish 0",
            port: port, witness: witness
        ) { $0.counters = ["frame": CounterBlock(next: 100, end: 104)] }
        let heard = await witness.wait { !$0.needs.isEmpty }
        #expect(heard.needs == ["frame": 2])
        session.grant("frame", CounterBlock(next: 200, end: 300))
        #expect(try await witness.end().code == .ok)
        #expect(
            witness.heard.texts == ["reserved 100", "reserved 102", "reserve -2", "reserved 200"])
    }
}
