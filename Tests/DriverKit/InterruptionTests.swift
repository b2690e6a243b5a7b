import DriverKit
import Testing

@Suite struct InterruptionTests {
    /// Every call that waits, each in a state in which it has to.
    static let waits: [(name: String, body: @Sendable (Link) async throws(LinkError) -> Void)] = [
        ("receive", { link throws(LinkError) in _ = try await link.receive() }),
        (
            "receive within a time",
            { link throws(LinkError) in _ = try await link.receive(timeout: .seconds(60)) }
        ),
        (
            "receive a frame",
            { link throws(LinkError) in
                _ = try await link.receiveFrame(timeout: nil) { _ in .incomplete }
            }
        ),
        (
            "exchange",
            { link throws(LinkError) in
                _ = try await link.exchange([1], timeout: .seconds(60))
            }
        ),
        ("pause", { link throws(LinkError) in try await link.pause(for: .seconds(60)) }),
        (
            "drain",
            { link throws(LinkError) in
                _ = try await link.drain(silence: .seconds(50), limit: .seconds(60))
            }
        ),
        (
            "flush",
            { link throws(LinkError) in
                try link.send([1])
                try await link.flush(timeout: .seconds(60))
            }
        ),
        ("reconnect", { link throws(LinkError) in try await link.reconnect() }),
        ("reserve", { link throws(LinkError) in _ = try await link.reserve("frames") }),
        (
            "emit",
            { link throws(LinkError) in
                for _ in 0..<3 {
                    try await link.emit(
                        .state(archive: "STATE", type: "X", value: "y", time: nil))
                }
            }
        ),
        (
            "send when possible",
            { link throws(LinkError) in
                for _ in 0..<3 { try await link.sendWhenPossible([1, 2, 3]) }
            }
        ),
        ("next", { link throws(LinkError) in _ = try await link.next(timeout: nil) }),
    ]

    private static func session(
        _ body: @escaping @Sendable (Link) async throws(LinkError) -> Void
    ) throws -> RehearsedSession {
        var limits = RehearsedSession.Limits()
        limits.records = 2
        limits.sendBytes = 8
        limits.refusedReservations = 10
        let session = try Stage.linkSession(limits: limits) { link throws(LinkError) in
            try await link.waitForConnection()
            do throws(LinkError) {
                try await body(link)
            } catch {
                link.note(.info, "thrown", ["error": .string("\(error)")])
                do throws(LinkError) {
                    _ = try await link.receive()
                } catch let again {
                    #expect(again == error)
                }
                // A goodbye leaves although every wait throws.
                if link.connection != nil { try? link.send([0xFF]) }
                throw error
            }
        }
        session.connect()
        return session
    }

    @Test(arguments: waits.indices)
    func throwsWhatCancelledIt(_ index: Int) throws {
        let session = try Self.session(Self.waits[index].body)
        #expect(session.isRunning, "\(Self.waits[index].name)")
        let wasConnected = session.isConnected
        session.cancel()
        #expect(session.finish?.code == .cancelled)
        #expect(session.notes.last?.parameters["error"] == "the session was cancelled")
        if wasConnected { #expect(session.sent.last?.bytes == [0xFF]) }
        #expect(session.violations.isEmpty)
    }

    @Test(arguments: waits.indices)
    func throwsWhenTheHostCloses(_ index: Int) throws {
        let session = try Self.session(Self.waits[index].body)
        session.askToClose()
        #expect(session.finish?.code == .cancelled)
        #expect(
            session.notes.last?.parameters["error"] == "the host is closing the session")
        #expect(session.violations.isEmpty)
    }

    @Test(arguments: waits.indices)
    func unwindsWhenTheHostTakesItsLinkAway(_ index: Int) throws {
        let session = try Self.session(Self.waits[index].body)
        session.close()
        #expect(session.finish == nil)
        #expect(session.violations.isEmpty)
    }

    @Test func cancelsBeforeThereIsAConnection() throws {
        let session = try Stage.linkSession { link throws(LinkError) in
            try await link.waitForConnection()
        }
        session.cancel()
        #expect(session.finish?.code == .cancelled)
    }

    @Test func tellsTheTaskThatItIsCancelled() throws {
        let session = try Stage.linkSession { link throws(LinkError) in
            try await link.waitForConnection()
            #expect(!Task.isCancelled && !link.isInterrupted)
            try? await link.pause(for: .seconds(1))
            #expect(Task.isCancelled && link.isInterrupted)
        }
        session.connect()
        session.cancel()
        #expect(session.finish?.code == .ok)
    }

    @Test func waitsForTheAnswerToAFarewell() throws {
        let session = try Stage.linkSession { link throws(LinkError) in
            try await link.waitForConnection()
            do throws(LinkError) {
                _ = try await link.receive()
            } catch {
                #expect(await link.farewell([0x53], timeout: .seconds(9)) == [0x73])
                throw error
            }
        }
        session.connect()
        session.askToClose(grace: .seconds(5))
        #expect(session.takeSent() == [[0x53]] && session.isRunning)
        session.deliver([0x73])
        #expect(session.finish?.code == .cancelled)
    }

    @Test func endsAFarewellWithTheGrace() throws {
        let session = try Stage.linkSession { link throws(LinkError) in
            try await link.waitForConnection()
            do throws(LinkError) {
                _ = try await link.receive()
            } catch {
                #expect(await link.farewell([0x53], timeout: .seconds(9)) == nil)
                throw error
            }
        }
        session.connect()
        session.askToClose(grace: .seconds(5))
        session.advance(by: .milliseconds(4999))
        #expect(session.isRunning)
        session.advance(by: .milliseconds(1))
        #expect(session.finish?.code == .cancelled)
        #expect(session.violations.isEmpty)
    }

    @Test func yieldsOnlyAtSafePoints() throws {
        let session = try Stage.linkSession { link throws(LinkError) in
            try await link.waitForConnection()
            _ = try await link.receive()
            #expect(link.yieldRequested)
            _ = try await link.receive()
            try link.safePoint()
        }
        session.connect()
        session.askToYield()
        session.deliver([1])
        #expect(session.isRunning)
        session.deliver([2])
        #expect(session.checkpoint == [])
        #expect(session.finish == nil && !session.isRunning)
    }

    @Test func yieldsWithACheckpoint() throws {
        let session = try Stage.linkSession { link throws(LinkError) in
            try await link.waitForConnection()
            #expect(throws: LinkError.refused(action: "yield", .tooMuch)) {
                try link.yield(checkpoint: Array(repeating: 0, count: 65_537))
            }
            try link.yield(checkpoint: [1, 2, 3])
            #expect(throws: LinkError.closed) { try link.yield() }
            #expect(throws: LinkError.closed) { try link.send([1]) }
        }
        session.connect()
        #expect(session.checkpoint == [1, 2, 3])
        #expect(session.finish == nil)
        #expect(session.violations.isEmpty)
    }

    @Test func failsWhereNobodyAskedForTheYield() throws {
        let session = try Stage.linkSession { _ throws(LinkError) in throw .yieldRequested }
        #expect(session.finish?.code == .cancelled)
        #expect(session.checkpoint == nil)
    }

    @Test func givesUpADriverThatIgnoresItsEnd() throws {
        let session = try Stage.linkSession { link throws(LinkError) in
            try await link.waitForConnection()
            while true {
                _ = try? await link.receive()
            }
        }
        session.connect()
        session.cancel()
        #expect(session.finish?.code == .internalError)
        session.close()
        #expect(session.violations.isEmpty)
    }

    @Test func runsChildTasksWithinTheEvent() throws {
        let session = try Stage.linkSession { link throws(LinkError) in
            try await link.waitForConnection()
            async let left = Self.sum(1...100)
            async let right = Self.sum(101...200)
            try link.send([UInt8(truncatingIfNeeded: await left + right)])
        }
        session.connect()
        #expect(session.takeSent() == [[UInt8(truncatingIfNeeded: 20_100)]])
        #expect(session.finish?.code == .ok)
    }

    private static func sum(_ range: ClosedRange<Int>) async -> Int {
        await Task.yield()
        return range.reduce(0, +)
    }
}
