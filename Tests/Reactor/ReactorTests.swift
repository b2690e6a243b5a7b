import Synchronization
import Testing

@testable import Reactor

/// An actor whose executor is a reactor.
private actor Pinned {
    let reactor: Reactor
    private(set) var fired: [Int] = []

    nonisolated var unownedExecutor: UnownedSerialExecutor {
        reactor.asUnownedSerialExecutor()
    }

    init(on reactor: Reactor) {
        self.reactor = reactor
    }

    func isOnItsReactor() -> Bool { reactor.isCurrent }

    func note(_ number: Int) { fired.append(number) }

    func hop(to other: Pinned, times: Int) async -> Int {
        if times == 0 { return 0 }
        return await other.hop(to: self, times: times - 1) + 1
    }

    /// Goes to code that is isolated to nothing, and comes back, over and over.
    func leaveAndReturn(_ times: Int) async -> Int {
        var returned = 0
        let pull: @Sendable () async -> Int = { 1 }
        for _ in 0..<times {
            returned += await pull()
            reactor.checkIsolated()
        }
        return returned
    }

    func after(_ delay: Duration, _ number: Int, then done: Awaited<[Int]>) {
        reactor.schedule(after: delay, on: self) { actor in
            actor.note(number)
            done.give(actor.fired)
        }
    }
}

@Suite struct ReactorTests {
    @Test func runsPinnedActorsOnItsThread() async throws {
        try await withReactor { reactor in
            let actor = Pinned(on: reactor)
            #expect(await actor.isOnItsReactor())
            #expect(!reactor.isCurrent)
        }
    }

    @Test func entersPinnedActorsFromCallbacks() async throws {
        try await withReactor { reactor in
            let actor = Pinned(on: reactor)
            let fired = Awaited<[Int]>()
            await reactor.perform {
                actor.assumeIsolated { $0.note(1) }
            }
            await actor.after(.milliseconds(1), 2, then: fired)
            #expect(await fired.value == [1, 2])
        }
    }

    @Test func runsTasksThatPreferIt() async throws {
        try await withReactor { reactor in
            let actor = Pinned(on: reactor)
            let onThread = await Task(executorPreference: reactor.tasks) {
                var turns: [Bool] = []
                for number in 0..<1000 {
                    await actor.note(number)
                    turns.append(await Self.isOn(reactor))
                    await Task.yield()
                }
                return turns
            }.value
            #expect(onThread == [Bool](repeating: true, count: 1000))
            #expect(await actor.fired.count == 1000)
        }
    }

    /// Isolated to nothing: runs where its task prefers.
    private static func isOn(_ reactor: Reactor) async -> Bool { reactor.isCurrent }

    @Test func passesBetweenAnActorAndThePool() async throws {
        try await withReactor { reactor in
            let actor = Pinned(on: reactor)
            #expect(await actor.leaveAndReturn(10_000) == 10_000)
        }
    }

    @Test func passesBetweenReactors() async throws {
        let group = try await ReactorGroup(name: "test", count: 2)
        let first = Pinned(on: group.next())
        let second = Pinned(on: group.next())
        #expect(first.reactor !== second.reactor)
        #expect(await first.hop(to: second, times: 1000) == 1000)
        await group.stop()
    }

    @Test func firesTimersInOrderAndNeverEarly() async throws {
        try await withReactor { reactor in
            let done = Awaited<[Int]>()
            let begin = SystemClock.monotonicNanoseconds
            await reactor.perform {
                let order = Mutex<[Int]>([])
                let note: @Sendable (Int) -> Void = { number in
                    let all = order.withLock { order in
                        order.append(number)
                        return order
                    }
                    if all.count == 3 { done.give(all) }
                }
                // Far apart: each counts from its own call, and a busy machine may pause in between.
                reactor.schedule(after: .milliseconds(2_000)) { note(20) }
                reactor.schedule(after: .milliseconds(1_000)) { note(5) }
                reactor.schedule(after: .zero) { note(0) }
                let cancelled = reactor.schedule(after: .milliseconds(1_001)) { note(6) }
                reactor.cancel(cancelled)
            }
            #expect(await done.value == [0, 5, 20])
            #expect(SystemClock.monotonicNanoseconds - begin >= 2_000_000_000)
        }
    }

    @Test func sleepsWithoutATickWhenIdle() async throws {
        try await withReactor { reactor in
            await reactor.perform {}
            let other = Awaited<Void>()
            let before = reactor.metrics.loops
            // Another reactor measures the time in which this one has nothing to do.
            try await withReactor { clock in
                await clock.perform {
                    clock.schedule(after: .milliseconds(50)) { other.give(()) }
                }
                await other.value
            }
            #expect(reactor.metrics.loops - before <= 1)
        }
    }

    @Test func runsJobsThatComeAfterItsEnd() async throws {
        let reactor = try Reactor.start(name: "test")
        let actor = Pinned(on: reactor)
        await reactor.stop()
        await reactor.stop()
        #expect(await actor.isOnItsReactor())
        await actor.note(3)
        #expect(await actor.fired == [3])
    }

    @Test func stopsFromWithin() async throws {
        let reactor = try Reactor.start(name: "test")
        let actor = Stopper(reactor)
        #expect(await actor.stop())
    }

    private actor Stopper {
        let reactor: Reactor
        nonisolated var unownedExecutor: UnownedSerialExecutor {
            reactor.asUnownedSerialExecutor()
        }
        init(_ reactor: Reactor) { self.reactor = reactor }

        func stop() async -> Bool {
            await reactor.stop()
            return reactor.isCurrent
        }
    }

    @Test func countsWhatItDoes() async throws {
        try await withReactor { reactor in
            await reactor.perform {}
            await reactor.perform {}
            #expect(reactor.metrics.jobs >= 2)
            #expect(reactor.metrics.loops >= 1)
            #expect(reactor.metrics.descriptors == 0)
        }
    }

    @Test func takesWorkFromManyThreadsAtOnce() async throws {
        try await withReactor { reactor in
            let actor = Pinned(on: reactor)
            await withTaskGroup(of: Void.self) { group in
                for task in 0..<100 {
                    group.addTask {
                        for number in 0..<100 { await actor.note(task * 100 + number) }
                    }
                }
            }
            #expect(Set(await actor.fired).count == 10_000)
        }
    }
}
