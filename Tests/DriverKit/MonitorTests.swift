import DriverKit
import JSON
import Testing

@Suite struct MonitorTests {
    private static let command: JSONValue = [
        "items": [["number": 0, "kind": "command", "command": "RELAY_OFF"]]
    ]

    private static func monitor() throws -> RehearsedSession {
        try Stage.session(with: ["mode": "monitor"]) {
            (request, link) async throws(DriverFailure) in
            #expect(request.mode == .monitor)
            do throws(LinkError) {
                try await link.waitForConnection()
                while true {
                    switch try await link.next(timeout: .seconds(60)) {
                    case .received(let bytes): try link.send(bytes)
                    case .command(let command):
                        link.note(.info, Message(command.items[0].symbol))
                        if command.id != 9 {
                            try link.outcome(Outcome(item: 0, command: command.id))
                            try link.complete(command.id)
                        }
                    case .cancelled(let id): try link.complete(id, code: .cancelled)
                    }
                }
            } catch {
                throw DriverFailure(error)
            }
        }
    }

    @Test func servesBytesAndCommands() throws {
        let session = try Self.monitor()
        session.connect()
        session.deliver([1])
        session.command(5, Self.command)
        session.deliver([2])
        #expect(session.takeSent() == [[1], [2]])
        #expect(session.notes == [Message("RELAY_OFF")])
        #expect(session.actions.contains(.completed(5, .ok, nil)))
        session.command(9, Self.command)
        session.cancel(9)
        #expect(session.actions.contains(.completed(9, .cancelled, nil)))
        session.advance(by: .seconds(60))
        #expect(session.finish?.code == .timeout)
        #expect(session.violations.isEmpty)
    }

    @Test func completesCommandsThatItCannotRead() throws {
        let session = try Self.monitor()
        session.connect()
        session.command(7, ["items": [["number": 0, "kind": "wish"]]])
        guard case .completed(7, .internalError, let message?) = session.actions.last else {
            Issue.record("\(session.actions)")
            return
        }
        #expect(message.detail.contains("\"wish\" is none of archive, journal, state, command"))
    }

    @Test func endsCommandsThatNobodyHasTaken() throws {
        let session = try Stage.linkSession { link throws(LinkError) in
            try await link.pause(for: .seconds(1))
            guard case .command(let command) = try await link.next(timeout: .seconds(1)) else {
                return
            }
            #expect(!link.isCancelled(command.id))
            try await link.pause(for: .seconds(1))
            #expect(link.isCancelled(command.id))
            try link.complete(command.id, code: .cancelled)
        }
        session.command(1, Self.command)
        session.command(2, Self.command)
        session.cancel(1)
        session.cancel(44)
        #expect(session.actions.last == .completed(1, .cancelled, nil))
        session.advance(by: .seconds(1))
        session.cancel(2)
        session.advance(by: .seconds(1))
        #expect(session.actions.contains(.completed(2, .cancelled, nil)))
        #expect(session.finish?.code == .ok)
    }

    @Test func limitsTheCommandsThatWait() throws {
        let session = try Stage.linkSession { link throws(LinkError) in
            try await link.pause(for: .seconds(1))
        }
        for id in 1...257 { session.command(UInt64(id), Self.command) }
        #expect(session.actions.last == .completed(257, .busy, nil))
    }
}
