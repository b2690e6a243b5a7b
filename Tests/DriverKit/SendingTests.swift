import DriverKit
import Testing

@Suite struct SendingTests {
    @Test func sendsWithSecretsAndFlags() throws {
        let session = try Stage.linkSession { link throws(LinkError) in
            try await link.waitForConnection()
            try link.send([1, 2, 3, 4], secrets: [1..<3, 4..<4], flags: [.afterStored, .bulk])
            for range in [-1..<2, 3..<5] {
                #expect(throws: LinkError.refused(action: "send", .invalid)) {
                    try link.send([1, 2, 3, 4], secrets: [range])
                }
            }
        }
        session.connect()
        #expect(session.sent.map(\.secrets) == [[1..<3, 4..<4]])
        #expect(session.sent.map(\.flags) == [[.afterStored, .bulk]])
        #expect(session.violations.isEmpty)
    }

    @Test func refusesToSendWithoutAConnection() throws {
        let session = try Stage.linkSession { link throws(LinkError) in
            #expect(throws: LinkError.notConnected) { try link.send([1]) }
            try await link.waitForConnection()
            _ = try? await link.receive()
            #expect(throws: LinkError.disconnected(.transport)) { try link.send([1]) }
        }
        session.connect()
        session.disconnect()
        #expect(session.finish?.code == .ok)
        #expect(session.violations.isEmpty)
    }

    @Test func waitsForRoom() throws {
        var limits = RehearsedSession.Limits()
        limits.sendBytes = 4
        let session = try Stage.linkSession(limits: limits) { link throws(LinkError) in
            try await link.waitForConnection()
            try link.send([1, 2, 3])
            #expect(throws: LinkError.refused(action: "send", .tooMuch)) {
                try link.send([4, 5])
            }
            try await link.sendWhenPossible([4, 5])
            try await link.flush(timeout: .seconds(1))
        }
        session.connect()
        #expect(session.takeSent() == [[1, 2, 3]])
        session.drained()
        #expect(session.takeSent() == [[4, 5]])
        #expect(session.isRunning)
        session.drained()
        #expect(session.finish?.code == .ok)
    }

    @Test func neverWaitsForRoomThatCannotCome() throws {
        let session = try Stage.linkSession { link throws(LinkError) in
            try await link.waitForConnection()
            try await link.sendWhenPossible(Array(repeating: 0, count: 1 << 20 + 1))
        }
        session.connect()
        #expect(session.finish?.code == .internalError)
    }

    @Test func blanksWhatArrivedInThisEvent() throws {
        let session = try Stage.linkSession { link throws(LinkError) in
            try await link.waitForConnection()
            let first = try await link.receive()
            #expect(try link.redact(1..<3, of: first))
            #expect(try link.redact(0..<0, of: first))
            #expect(throws: LinkError.refused(action: "redact", .invalid)) {
                try link.redact(0..<9, of: first)
            }
            let frame = try await link.receiveFrame(timeout: nil) {
                $0.count < 4 ? .incomplete : .complete(4)
            }
            // The first two bytes came earlier: they can no longer be blanked.
            #expect(try !link.redact(1..<4, of: frame))
            #expect(try link.redact(2..<3, of: frame))
        }
        session.connect()
        session.deliver([1, 2, 3, 4])
        session.deliver([5, 6])
        session.deliver([7, 8, 9])
        #expect(
            session.actions.filter { if case .redacted = $0 { true } else { false } }
                == [.redacted(1..<3), .redacted(0..<2), .redacted(0..<1)])
        #expect(session.violations.isEmpty)
    }

    @Test func connectsAnew() throws {
        let session = try Stage.linkSession { link throws(LinkError) in
            try await link.waitForConnection()
            _ = try await link.receiveFrame(timeout: nil) { _ in .complete(1) }
            let again = try await link.reconnect(delay: .seconds(3), timeout: .seconds(20))
            #expect(again.traits == .reused && link.unreadCount == 0)
            try link.send([2])
            do throws(LinkError) {
                try await link.reconnect()
            } catch {
                #expect(error == .disconnected(.timeout))
                throw error
            }
        }
        session.connect()
        session.deliver([1, 1, 1])
        #expect(session.actions.contains(.reconnect(3000)))
        session.connect(.reused)
        #expect(session.takeSent() == [[2]])
        session.disconnect(.timeout)
        #expect(session.finish?.code == .timeout)
        #expect(session.violations.isEmpty)
    }

    @Test func setsUpASerialLine() throws {
        let line = LineParameters(baud: 9600, dataBits: 7, parity: .even)
        let session = try Stage.linkSession { link throws(LinkError) in
            try link.setLine(line)
            #expect(throws: LinkError.refused(action: "set the serial line", .invalid)) {
                try link.setLine(LineParameters(baud: 1))
            }
        }
        #expect(session.actions.contains(.line(line)))
    }
}
