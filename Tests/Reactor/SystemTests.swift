import Glibc
import Synchronization
import Testing

@testable import Reactor

@Suite struct SocketAddressTests {
    @Test(arguments: [
        ("127.0.0.1", "127.0.0.1:4059"),
        ("0.0.0.0", "0.0.0.0:4059"),
        ("255.255.255.255", "255.255.255.255:4059"),
        ("::1", "[::1]:4059"),
        ("[2001:db8::1]", "[2001:db8::1]:4059"),
        ("::ffff:192.0.2.7", "192.0.2.7:4059"),
    ])
    func readsNumericAddresses(text: String, shown: String) throws {
        let address = try #require(SocketAddress(text, port: 4059))
        #expect(address.description == shown)
        #expect(address.port == 4059)
    }

    @Test(arguments: [
        "", "localhost", "127.0.0", "127.0.0.256", "1.2.3.4.5", ":::", "[::1", "1.2.3.4 ",
    ])
    func takesNothingElseForAnAddress(text: String) {
        #expect(SocketAddress(text, port: 1) == nil)
    }

    @Test func isOneKeyForOneAddress() {
        #expect(SocketAddress("127.0.0.1", port: 80) == .loopback(port: 80))
        #expect(SocketAddress("127.0.0.1", port: 80) != .loopback(port: 81))
        #expect(SocketAddress("::ffff:127.0.0.1", port: 80) == .loopback(port: 80))
    }
}

@Suite struct ResolverTests {
    @Test func answersNumericAddressesAtOnce() async throws {
        let work = try Work(threads: 1)
        let resolver = Resolver(work: work)
        await work.stop()
        #expect(try await resolver.resolve("192.0.2.1", port: 7) == [.v4(0xC000_0201, port: 7)])
    }

    @Test func resolvesNames() async throws {
        let work = try Work(threads: 1)
        let addresses = try await Resolver(work: work).resolve("localhost", port: 4059)
        #expect(addresses.contains(.loopback(port: 4059)))
        await work.stop()
    }

    @Test func saysWhichHostItDoesNotFind() async throws {
        let work = try Work(threads: 1)
        do throws(Resolver.Failure) {
            _ = try await Resolver(work: work).resolve("no such host.invalid", port: 1)
            Issue.record("resolved a name that cannot be")
        } catch {
            #expect(error.description.contains("no such host.invalid"))
        }
        await work.stop()
    }

    @Test func refusesWhenTooMuchWaits() async throws {
        let work = try Work(threads: 1, longestQueue: 0)
        await #expect(throws: Resolver.Failure.overloaded) {
            try await Resolver(work: work).resolve("localhost", port: 1)
        }
        await work.stop()
    }
}

@Suite struct SystemErrorTests {
    @Test func namesCallReasonAndSymbol() {
        let error = SystemError("bind", code: EADDRINUSE)
        #expect(error.description == "bind: Address already in use (EADDRINUSE)")
    }

    @Test func namesNumbersThatHaveNoSymbol() {
        #expect(SystemError("call", code: 99_999).symbol == "99999")
    }
}

@Suite struct ProcessTests {
    @Test func readsItsOwnFacts() {
        let facts = ProcessFacts.read()
        #expect(facts.residentBytes > 1 << 20)
        #expect(facts.peakResidentBytes >= facts.residentBytes)
        #expect(facts.threads >= 1)
        #expect(facts.openDescriptors >= 3)
        #expect(facts.cpuMicroseconds > 0)
        #expect(ProcessFacts.usableCores >= 1)
    }

    @Test func countsOpenDescriptors() async {
        await #expect(processExitsWith: .success) {
            let before = ProcessFacts.read().openDescriptors
            for _ in 0..<100 { #expect(open("/dev/null", O_RDONLY) >= 0) }
            // The test's own machinery opens and closes a few.
            let more = ProcessFacts.read().openDescriptors - before
            #expect((90...110).contains(more))
        }
    }

    @Test func raisesTheDescriptorLimit() async {
        await #expect(processExitsWith: .success) {
            let limit = try DescriptorLimit.raise()
            #expect(limit.soft == limit.hard)
        }
    }

    @Test(arguments: [
        (Duration.seconds(-1), UInt64(0)),
        (.zero, 0),
        (.nanoseconds(1), 1),
        (.milliseconds(1500), 1_500_000_000),
        (.seconds(Int64.max), .max),
    ])
    func givesDurationsInNanoseconds(duration: Duration, nanoseconds: UInt64) {
        #expect(duration.clampedNanoseconds == nanoseconds)
    }
}

@Suite struct SignalsTests {
    @Test func deliversSignalsAsEvents() async {
        // In a process of its own: signals concern the whole process.
        await #expect(processExitsWith: .success) {
            try await withReactor { reactor in
                let heard = Mutex<[Signal]>([])
                let all = Awaited<Void>()
                let signals = try await reactor.perform {
                    Result {
                        try Signals(Signal.allCases, on: reactor) { signal in
                            let count = heard.withLock { heard in
                                heard.append(signal)
                                return heard.count
                            }
                            if count == 3 { all.give(()) }
                        }
                    }
                }.get()
                for signal in Signal.allCases { kill(getpid(), signal.rawValue) }
                await all.value
                #expect(Set(heard.withLock { $0 }) == Set(Signal.allCases))
                await reactor.perform { signals.close() }
            }
        }
    }

    @Test func givesSignalsBackTheirDefault() async {
        await #expect(processExitsWith: .signal(SIGTERM)) {
            try await withReactor { reactor in
                await reactor.perform {
                    (try? Signals([.terminate], on: reactor) { _ in })?.close()
                }
                kill(getpid(), SIGTERM)
                await Awaited<Void>().value
            }
        }
    }

    @Test func ignoresBrokenPipes() async {
        await #expect(processExitsWith: .success) {
            Signals.ignoreBrokenPipes()
            kill(getpid(), SIGPIPE)
        }
    }
}
