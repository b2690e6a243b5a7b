import Glibc
import JSON
import Reactor
import Testing
import Values

@testable import Plugins

@Suite("The end of a session", .timeLimit(.minutes(1)))
struct EndingTests {
    @Test("cancels a driver that answers, with its own code")
    func cancel() async throws {
        let rig = try await Rig()
        let witness = Witness()
        let (peer, port) = try await Peer.start(on: rig.reactor)
        let session = rig.session(
            "C:say ready;A:send 627965;A:finish 10 bye", port: port, witness: witness)
        await witness.wait { $0.texts.contains("ready") }
        session.cancel()
        let end = try await witness.end()
        #expect(end.code == .cancelled)
        #expect(end.message.detail == "bye")
        #expect(end.byDriver)
        await rig.settle()
        #expect(peer.received() == Array("bye".utf8))
    }

    @Test("stops a driver that ignores its cancellation")
    func forced() async throws {
        let rig = try await Rig()
        let witness = Witness()
        let (_, port) = try await Peer.start(on: rig.reactor)
        let session = rig.session("C:say ready", port: port, witness: witness) {
            $0.limits.closingGrace = .milliseconds(5)
        }
        await witness.wait { $0.texts.contains("ready") }
        session.cancel()
        session.cancel()
        let end = try await witness.end()
        #expect(end.code == .cancelled)
        #expect(!end.byDriver)
        #expect(end.message.id == "host.session.forced")
    }

    @Test("cancels before there is a connection")
    func cancelEarly() async throws {
        let rig = try await Rig()
        let witness = Witness()
        let (_, port) = try await Peer.start(on: rig.reactor)
        // On the reactor's own thread: both take effect in one pass, before any connection.
        await rig.reactor.perform { rig.session("", port: port, witness: witness).cancel() }
        let end = try await witness.end()
        #expect(end.code == .cancelled)
        #expect(end.message.id == "host.session.cancelled")
    }

    @Test("closes with a grace, and says goodbye on the wire")
    func close() async throws {
        let rig = try await Rig()
        let witness = Witness()
        let (peer, port) = try await Peer.start(on: rig.reactor)
        let session = rig.session(
            "C:say ready;L:send 444953;L:finish 10", port: port, witness: witness)
        await witness.wait { $0.texts.contains("ready") }
        session.close(grace: .seconds(5))
        #expect(try await witness.end().code == .cancelled)
        await rig.settle()
        #expect(peer.received() == Array("DIS".utf8))
    }

    @Test("closes a session that takes too long")
    func tooLong() async throws {
        let rig = try await Rig()
        let witness = Witness()
        let (_, port) = try await Peer.start(on: rig.reactor)
        _ = rig.session("", port: port, witness: witness) {
            $0.limits.longestSession = .milliseconds(5)
            $0.limits.closingGrace = .milliseconds(5)
        }
        let end = try await witness.end()
        #expect(end.code == .timeout)
        #expect(end.message.id == "host.session.tooLong")
    }

    @Test("gives back the checkpoint of a driver that yields")
    func yield() async throws {
        let rig = try await Rig()
        let witness = Witness()
        let (_, port) = try await Peer.start(on: rig.reactor)
        let session = rig.session("C:say ready;Y:yield 0102", port: port, witness: witness)
        await witness.wait { $0.texts.contains("ready") }
        session.yield(grace: .seconds(5))
        let end = try await witness.end()
        #expect(end.checkpoint == [1, 2])
        #expect(end.remaining.isEmpty)
    }

    @Test("survives the peer's reset while the last bytes leave")
    func resetWhileDraining() async throws {
        let rig = try await Rig()
        let witness = Witness()
        let (_, port) = try await Peer.start(on: rig.reactor) { stream, happening, _ in
            if case .received = happening { stream.abort() }
        }
        _ = rig.session(
            "C:send 41;X:finish 1;W:flood send;R:finish 0", port: port, witness: witness)
        #expect(try await witness.end().code == .transport)
    }

    @Test("journals what came and was not handled any more")
    func unhandled() async throws {
        let rig = try await Rig()
        let witness = Witness(confirmsAtOnce: false)
        let (_, port) = try await Peer.start(on: rig.reactor) { stream, happening, _ in
            if case .accepted = happening { stream.write([0x55, 0x41]) }
        }
        // Bytes that wait for the store keep the channel open after finish.
        let session = rig.session(
            "C:emit 1;C:send 3f 1;C:finish 0", port: port, witness: witness)
        await witness.wait { $0.trace.map(\.bytes).contains([0x55, 0x41]) }
        session.storeConfirmed(upTo: 1)
        #expect(try await witness.end().code == .ok)
        var queue = EventQueue()
        queue.append(.received([1]), at: .now)
        queue.append(.writable, at: .now)
        queue.append(.credit, at: .now)
        queue.append(.received([2]), at: .now)
        #expect(queue.byteCount == 2)
        #expect(queue.dropConnection().map(\.bytes) == [[1], [2]])
        #expect(queue.byteCount == 0)
        #expect(queue.popFirst()?.event == .credit)
        #expect(queue.popFirst() == nil)
    }

    @Test("ends with the reactor")
    func reactorStops() async throws {
        let rig = try await Rig()
        let witness = Witness()
        let (_, port) = try await Peer.start(on: rig.reactor)
        _ = rig.session("C:say ready;X:finish 1", port: port, witness: witness)
        await witness.wait { $0.texts.contains("ready") }
        await rig.reactor.stop()
        #expect(try await witness.end().code == .transport)
    }

    @Test("ends with the reactor also where the driver does nothing about it")
    func reactorStopsIdle() async throws {
        let rig = try await Rig()
        let witness = Witness()
        let (_, port) = try await Peer.start(on: rig.reactor)
        _ = rig.session("C:say ready;C:deadline 60000", port: port, witness: witness)
        await witness.wait { $0.texts.contains("ready") }
        await rig.reactor.stop()
        let end = try await witness.end()
        #expect(end.code == .cancelled)
        #expect(end.message.id == "host.stopping")
    }

    @Test(
        "says what a failed connection means",
        arguments: [
            (ECONNREFUSED, ErrorCode.transport, "host.connect.refused"),
            (EHOSTUNREACH, .transport, "host.connect.unreachable"),
            (ENETUNREACH, .transport, "host.connect.unreachable"),
            (ETIMEDOUT, .transport, "host.connect.timeout"),
            (EMFILE, .internalError, "host.connect.descriptors"),
            (EPIPE, .transport, "host.connect.failed"),
        ])
    func diagnosis(errno: Int32, code: ErrorCode, id: String) {
        let diagnosis = ConnectDiagnosis(
            .connectFailed(SystemError("connect", code: errno)), peer: "192.0.2.1:5000",
            limit: .seconds(10))
        #expect(diagnosis.code == code)
        #expect(diagnosis.message.id == id)
        #expect(Catalogue().text(of: diagnosis.message, in: .ru).contains("192.0.2.1:5000"))
    }

    @Test("says how long a connection was tried")
    func timeout() {
        let diagnosis = ConnectDiagnosis(
            .connectTimedOut(after: .seconds(1)), peer: "a:1", limit: .milliseconds(1500))
        #expect(Catalogue().text(of: diagnosis.message, in: .en).contains("within 1.500 s"))
    }
}
