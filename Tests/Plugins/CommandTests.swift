import Reactor
import Synchronization
import Testing
import Values

@testable import Plugins

@Suite("A monitor's commands", .timeLimit(.minutes(1)))
struct CommandTests {
    private static let command = SessionCommand(items: [
        SessionRequest.Item(number: 5, kind: .command("X"))
    ])

    @Test("are over after the records of the same turn, not before")
    func order() async throws {
        let rig = try await Rig()
        let witness = Witness()
        let (_, port) = try await Peer.start(on: rig.reactor)
        let session = rig.session(
            "C:say ready;M:complete;M:emit 1;L:finish 0", port: port, witness: witness,
            mode: .monitor)
        await witness.wait { $0.texts.contains("ready") }
        session.command(requestID: 1, Self.command)
        let heard = await witness.wait { !$0.commands.isEmpty }
        #expect(heard.order == ["batch", "command"])
        session.close()
        #expect(try await witness.end().code == .ok)
    }

    @Test("that come before the session runs are served when it does")
    func early() async throws {
        let rig = try await Rig()
        let witness = Witness()
        let (_, port) = try await Peer.start(on: rig.reactor)
        // In one pass of the reactor, so that no connection can be made in between.
        let session = await rig.reactor.perform {
            let session = rig.session(
                "C:say connected;M:say asked;M:complete;L:finish 0", port: port, witness: witness,
                mode: .monitor)
            session.command(requestID: 1, Self.command)
            return session
        }
        let heard = await witness.wait { !$0.commands.isEmpty }
        #expect(heard.commands.map(\.requestID) == [1])
        #expect(heard.commands.first?.code == .ok)
        await witness.wait { $0.texts.contains("asked") }
        #expect(witness.heard.texts == ["connected", "asked"], "CONNECTED is the first event")
        session.close()
        #expect(try await witness.end().code == .ok)
    }

    @Test("of a session that never runs end with its code")
    func never() async throws {
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
        await rig.reactor.perform {
            let session = rig.session("", port: port, witness: witness, mode: .monitor)
            session.command(requestID: 7, Self.command)
        }
        #expect(try await witness.end().code == .transport)
        let command = try #require(witness.heard.commands.first)
        #expect(witness.heard.commands.count == 1)
        #expect(command.requestID == 7)
        #expect(command.code == .transport)
        #expect(command.message?.id == "host.connect.refused")
        #expect(command.remaining.map(\.item) == [5])
        #expect(command.remaining.map(\.code) == [.transport])
    }

    @Test("can be cancelled before the session runs")
    func cancelled() async throws {
        let rig = try await Rig()
        let witness = Witness()
        let (_, port) = try await Peer.start(on: rig.reactor)
        let session = await rig.reactor.perform {
            let session = rig.session(
                "C:say connected;M:say asked;L:finish 0", port: port, witness: witness,
                mode: .monitor)
            session.command(requestID: 1, Self.command)
            session.cancelCommand(requestID: 1)
            return session
        }
        let heard = await witness.wait { !$0.commands.isEmpty && !$0.texts.isEmpty }
        #expect(heard.commands.map(\.code) == [.cancelled])
        session.close()
        #expect(try await witness.end().code == .ok)
        #expect(witness.heard.texts == ["connected"])
        #expect(witness.heard.commands.count == 1)
    }
}
