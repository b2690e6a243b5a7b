import DriverKit
import Testing

@Suite struct ReceivingTests {
    /// Takes `size` bytes, of which the first tells how many they are.
    private static func counted(_ unread: ArraySlice<UInt8>) -> Framing {
        guard let size = unread.first.map(Int.init) else { return .incomplete }
        return size == 0 ? .garbage(1) : unread.count < size ? .incomplete : .complete(size)
    }

    /// A session that sends back each frame that it gets, until its line falls silent.
    private static func echo(timeout: Duration = .seconds(1)) throws -> RehearsedSession {
        try Stage.linkSession { link throws(LinkError) in
            try await link.waitForConnection()
            while true {
                try link.send(try await link.receiveFrame(timeout: timeout, counted))
            }
        }
    }

    @Test func takesFramesFromAnyChunks() throws {
        let stream: [UInt8] = [3, 1, 2, 1, 4, 9, 9, 9, 2, 7]
        for size in 1...stream.count {
            let session = try Self.echo()
            session.connect()
            for start in stride(from: 0, to: stream.count, by: size) {
                session.deliver(Array(stream[start..<min(start + size, stream.count)]))
            }
            #expect(session.takeSent() == [[3, 1, 2], [1], [4, 9, 9, 9], [2, 7]])
        }
    }

    @Test func dropsGarbageBeforeAFrame() throws {
        let session = try Self.echo()
        session.connect()
        session.deliver([0, 0])
        session.deliver([0, 2])
        session.deliver([5, 0, 1])
        #expect(session.takeSent() == [[2, 5], [1]])
    }

    @Test func countsTheTimeOfAFrameFromItsBeginning() throws {
        let session = try Self.echo(timeout: .milliseconds(1000))
        session.connect()
        for _ in 0..<9 {
            session.advance(by: .milliseconds(100))
            session.deliver([10])
        }
        #expect(session.isRunning)
        session.advance(by: .milliseconds(100))
        #expect(session.finish?.code == .timeout)
        #expect(session.clock.now.nanoseconds == 2_000_000_000)
        // One timer for the whole frame, however many chunks it came in.
        #expect(
            session.actions.filter { if case .deadline = $0 { true } else { false } }.count == 1)
    }

    @Test func deliversBytesThatCameBeforeTheConnectionWasLost() throws {
        let session = try Stage.linkSession { link throws(LinkError) in
            try await link.waitForConnection()
            try await link.pause(for: .seconds(1))
            #expect(try await link.receive(timeout: .seconds(1)) == [1, 2])
            _ = try await link.receive(timeout: .seconds(1))
        }
        session.connect()
        session.deliver([1])
        session.deliver([2])
        session.disconnect(.transport)
        #expect(session.isRunning)
        session.advance(by: .seconds(1))
        #expect(session.finish?.code == .transport)
    }

    @Test func throwsTheReasonOfALostConnection() throws {
        let session = try Stage.linkSession { link async throws(LinkError) in
            try await link.waitForConnection()
            do throws(LinkError) {
                _ = try await link.receive(timeout: .seconds(1))
            } catch {
                #expect(error == .disconnected(.busy))
                throw error
            }
        }
        session.connect()
        session.disconnect(.busy)
        #expect(session.finish?.code == .busy)
    }

    @Test func refusesToReadBeforeThereIsAConnection() throws {
        let session = try Stage.linkSession { link throws(LinkError) in
            _ = try await link.receive(timeout: .seconds(1))
        }
        #expect(session.finish?.code == .transport)
        #expect(session.finish?.message?.detail == "there is no connection yet")
    }

    @Test func keepsDatagramsApart() throws {
        let session = try Stage.linkSession { link throws(LinkError) in
            let connection = try await link.waitForConnection()
            #expect(connection.traits == .datagram && connection.largestDatagram == 512)
            try await link.pause(for: .seconds(1))
            let first = try await link.receiveDatagram(timeout: .seconds(1))
            #expect(first == Datagram(bytes: [1, 2], peer: "192.0.2.1:161"))
            #expect(try await link.receive(timeout: .seconds(1)) == [3])
            try link.send([4], to: first.peer)
        }
        session.connect(.datagram, largestDatagram: 512)
        session.deliver([1, 2], from: "192.0.2.1:161")
        session.deliver([3], from: "192.0.2.2:161")
        session.advance(by: .seconds(1))
        #expect(session.sent.map(\.peer) == ["192.0.2.1:161"])
        #expect(session.finish?.code == .ok)
    }

    @Test func limitsWhatItKeepsForADriverThatDoesNotRead() throws {
        let session = try Stage.linkSession { link throws(LinkError) in
            try await link.waitForConnection()
            try await link.pause(for: .seconds(1))
            #expect(link.unreadCount == 1 << 20)
            #expect(try await link.receive(timeout: .seconds(1)).count == 1 << 20)
            _ = try await link.receive(timeout: .seconds(1))
        }
        session.connect()
        let chunk = [UInt8](repeating: 7, count: 1 << 16)
        for _ in 0..<20 { session.deliver(chunk) }
        session.advance(by: .seconds(1))
        #expect(session.finish?.code == .protocolViolation)
        #expect(session.finish?.message?.detail.contains("1048576 bytes") == true)
    }

    @Test func discardsWhatIsUnread() throws {
        let session = try Stage.linkSession { link throws(LinkError) in
            try await link.waitForConnection()
            try await link.pause(for: .seconds(1))
            #expect(link.discardUnread() == 3)
            #expect(try await link.exchange([1], timeout: .seconds(1)) == [2])
        }
        session.connect()
        session.deliver([9, 9, 9])
        session.advance(by: .seconds(1))
        session.deliver([2])
        #expect(session.finish?.code == .ok)
    }

    @Test func drainsALineUntilItIsQuiet() throws {
        let session = try Stage.linkSession { link throws(LinkError) in
            try await link.waitForConnection()
            #expect(try await link.drain(silence: .milliseconds(300), limit: .seconds(2)) == 4)
            #expect(try await link.drain(silence: .seconds(5), limit: .seconds(2)) == 2)
        }
        session.connect()
        for _ in 0..<4 {
            session.advance(by: .milliseconds(200))
            session.deliver([1])
        }
        session.advance(by: .milliseconds(300))
        session.deliver([1])
        session.advance(by: .milliseconds(1900))
        session.deliver([1])
        #expect(session.isRunning)
        session.advance(by: .milliseconds(100))
        #expect(session.finish?.code == .ok)
    }

    @Test func returnsAtOnceWhereThereIsNoTimeToWait() throws {
        let session = try Stage.linkSession { link throws(LinkError) in
            try await link.waitForConnection()
            _ = try await link.receive(timeout: .zero)
        }
        session.connect()
        #expect(session.finish?.code == .timeout)
    }
}
