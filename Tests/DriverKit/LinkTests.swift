import DriverKit
import Testing

@Suite struct LinkTests {
    @Test func exchangesBytesInStraightLineCode() throws {
        let session = try Stage.linkSession { link throws(LinkError) in
            try await link.waitForConnection()
            let reply = try await link.exchange([1, 2], timeout: .seconds(5))
            try link.send(reply.reversed())
        }
        #expect(session.sent.isEmpty)
        session.connect()
        #expect(session.takeSent() == [[1, 2]])
        session.deliver([3, 4])
        #expect(session.takeSent() == [[4, 3]])
        #expect(session.finish?.code == .ok)
        #expect(session.violations.isEmpty)
    }

    @Test func timesOutOnTheVirtualClock() throws {
        let session = try Stage.linkSession { link throws(LinkError) in
            try await link.waitForConnection()
            _ = try await link.receive(timeout: .milliseconds(1500))
        }
        session.connect()
        session.advance(by: .milliseconds(1499))
        #expect(session.finish == nil)
        session.advance(by: .milliseconds(1))
        #expect(session.finish?.code == .timeout)
    }

    @Test func endsADriverThatSleepsOutsideItsLink() throws {
        let session = try Stage.linkSession { link throws(LinkError) in
            try await link.waitForConnection()
            try? await Task.sleep(for: .milliseconds(1))
            try link.send([1])
        }
        session.connect()
        #expect(session.finish?.code == .internalError)
        #expect(session.finish?.message?.detail.contains("Task.sleep") == true)
        session.close()
        #expect(session.violations.isEmpty)
        #expect(session.sent.isEmpty)
    }
}
