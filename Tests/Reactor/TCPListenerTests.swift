import CSystem
import Glibc
import Testing

@testable import Reactor

/// Opens a listener on the reactor's thread.
private func listen(
    on reactor: Reactor, at address: SocketAddress = .loopback(port: 0),
    choosing choose: (@Sendable () -> Reactor)? = nil,
    accepted: @escaping TCPListener.AcceptHandler
) async throws -> TCPListener {
    try await reactor.perform { () -> Result<TCPListener, SystemError> in
        do throws(SystemError) {
            return .success(
                try TCPListener(at: address, on: reactor, choosing: choose, accepted: accepted))
        } catch {
            return .failure(error)
        }
    }.get()
}

@Suite struct TCPListenerTests {
    @Test func handsStreamsToTheChosenReactor() async throws {
        let group = try await ReactorGroup(name: "test", count: 2)
        let (own, other) = (group.reactors[0], group.reactors[1])
        let accepted = Awaited<Bool>()
        let listener = try await listen(on: own, choosing: { other }) { stream in
            accepted.give(other.isCurrent && stream.reactor === other)
            stream.start { _ in }
        }
        await own.perform {
            TCPStream.connect(to: [listener.address], on: own) { _ in }
        }
        #expect(await accepted.value)
        await group.stop()
    }

    @Test func listensOnIPv6() async throws {
        try await withReactor { reactor in
            let loopback = try #require(SocketAddress("::1", port: 0))
            let peer = Awaited<SocketAddress>()
            let listener = try await listen(on: reactor, at: loopback) { stream in
                peer.give(stream.peer)
                stream.close()
            }
            await reactor.perform {
                TCPStream.connect(to: [listener.address], on: reactor) { _ in }
            }
            #expect(await peer.value.host == "::1")
        }
    }

    @Test func seesIPv4PeersAsSuchOnTheDualSocket() async throws {
        try await withReactor { reactor in
            let any = try #require(SocketAddress("::", port: 0))
            let peer = Awaited<SocketAddress>()
            let listener = try await listen(on: reactor, at: any) { stream in
                peer.give(stream.peer)
                stream.close()
            }
            await reactor.perform {
                TCPStream.connect(
                    to: [.loopback(port: listener.address.port)], on: reactor
                ) { _ in }
            }
            #expect(await peer.value.host == "127.0.0.1")
        }
    }

    @Test func saysWhenTheAddressIsTaken() async throws {
        try await withReactor { reactor in
            let first = try await listen(on: reactor) { _ in }
            await #expect(throws: SystemError("bind", code: EADDRINUSE)) {
                try await listen(on: reactor, at: first.address) { _ in }
            }
            await reactor.perform { first.close() }
            let again = try await listen(on: reactor, at: first.address) { _ in }
            #expect(again.address == first.address)
        }
    }

    @Test func letsConnectionsWaitWhilePaused() async throws {
        try await withReactor { reactor in
            let accepted = Awaited<Void>()
            let listener = try await listen(on: reactor) { stream in
                accepted.give(())
                stream.close()
            }
            await reactor.perform { listener.pause() }
            let log = StreamLog()
            await reactor.perform {
                TCPStream.connect(to: [listener.address], on: reactor) { log.hear($0) }
            }
            await log.heard(.connected)
            #expect(!log.now.entries.contains(.peerFinished))
            await reactor.perform { listener.resume() }
            await accepted.value
        }
    }

    /// Takes every descriptor that the process may still open, and answers them.
    private static func hoardDescriptors() -> [Int32] {
        var limit = rlimit()
        let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        getrlimit(resource, &limit)
        limit.rlim_cur = 64
        setrlimit(resource, &limit)
        var hoard: [Int32] = []
        while true {
            let descriptor = csys_open_null()
            guard descriptor >= 0 else { return hoard }
            hoard.append(descriptor)
        }
    }

    // The two that follow run in processes of their own: they take what other tests need.

    @Test func survivesTheLackOfDescriptors() async {
        await #expect(processExitsWith: .success) {
            try await withReactor { reactor in
                let accepted = Awaited<Void>()
                let waited = Awaited<Void>()
                let log = StreamLog()
                let listener = try await listen(on: reactor) { stream in
                    accepted.give(())
                    stream.close()
                }
                await reactor.perform {
                    listener.pause()
                    TCPStream.connect(to: [listener.address], on: reactor) { log.hear($0) }
                }
                await log.heard(.connected)
                let hoard = TCPListenerTests.hoardDescriptors()
                let loops = reactor.metrics.loops
                await reactor.perform {
                    listener.resume()
                    reactor.schedule(after: .milliseconds(50)) { waited.give(()) }
                }
                await waited.value
                #expect(!accepted.isGiven)
                #expect(reactor.metrics.loops - loops < 50)
                for descriptor in hoard { close(descriptor) }
                await accepted.value
            }
        }
    }

    @Test func refusesTheOldestConnectionWhenTheLackLasts() async {
        await #expect(processExitsWith: .success) {
            try await withReactor { reactor in
                let log = StreamLog()
                let listener = try await listen(on: reactor) { $0.close() }
                await reactor.perform {
                    listener.pause()
                    TCPStream.connect(to: [listener.address], on: reactor) { log.hear($0) }
                }
                await log.heard(.connected)
                let hoard = TCPListenerTests.hoardDescriptors()
                await reactor.perform { listener.resume() }
                let heard = await log.wait { $0.closure != nil }
                #expect(heard.closure == .reset(SystemError("recv", code: ECONNRESET)))
                #expect(!hoard.isEmpty)
            }
        }
    }
}
