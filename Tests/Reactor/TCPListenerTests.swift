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
}
