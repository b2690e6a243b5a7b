import Glibc
import Synchronization
import Testing

@testable import Reactor

@Suite struct ThreadExecutorTests {
    private actor Writer {
        let executor: ThreadExecutor
        private(set) var lines: [Int] = []

        nonisolated var unownedExecutor: UnownedSerialExecutor {
            executor.asUnownedSerialExecutor()
        }

        init(_ executor: ThreadExecutor) { self.executor = executor }

        func write(_ line: Int) -> Bool {
            lines.append(line)
            return executor.isCurrent
        }
    }

    @Test func runsItsActorOnItsThread() async throws {
        let executor = try ThreadExecutor(name: "writer")
        let writer = Writer(executor)
        for line in 0..<1000 { #expect(await writer.write(line)) }
        #expect(await writer.lines == Array(0..<1000))
        #expect(!executor.isCurrent)
        await executor.stop()
    }

    @Test func runsWhatIsQueuedBeforeItStops() async throws {
        let executor = try ThreadExecutor(name: "writer")
        let count = Mutex(0)
        for _ in 0..<5000 { executor.execute { count.withLock { $0 += 1 } } }
        await executor.stop()
        #expect(count.withLock { $0 } == 5000)
    }

    @Test func runsWhatComesAfterItsStop() async throws {
        let executor = try ThreadExecutor(name: "writer")
        let writer = Writer(executor)
        await executor.stop()
        #expect(await writer.write(1))
        await executor.stop()
        #expect(await writer.write(2))
    }
}

@Suite struct WorkTests {
    /// Counts who is there at once.
    private final class Census: Sendable {
        private let counts = Mutex((present: 0, most: 0))

        var most: Int { counts.withLock { $0.most } }

        func visit() {
            counts.withLock { counts in
                counts.present += 1
                counts.most = max(counts.most, counts.present)
            }
            let begin = SystemClock.monotonicNanoseconds
            while SystemClock.monotonicNanoseconds - begin < 100_000 {}
            counts.withLock { $0.present -= 1 }
        }
    }

    @Test func runsNoMoreThreadsThanItMay() async throws {
        let work = try Work(threads: 3)
        let census = Census()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<200 {
                group.addTask { try await work.run { census.visit() } }
            }
            try await group.waitForAll()
        }
        #expect((1...3).contains(census.most))
        await work.stop()
    }

    @Test func refusesWorkAboveItsBound() async throws {
        let work = try Work(threads: 1, longestQueue: 2)
        let gate = Atomic(false)
        // Three pieces: one runs (and waits for the gate), two wait.
        let started = Awaited<Void>()
        async let running: Void = work.run {
            started.give(())
            while !gate.load(ordering: .relaxed) { sched_yield() }
        }
        await started.value
        async let first: Void = work.run {}
        async let second: Void = work.run {}
        while work.waiting < 2 { await Task.yield() }
        await #expect(throws: Work.Overloaded(waiting: 2)) { try await work.run {} }
        gate.store(true, ordering: .relaxed)
        _ = try await (running, first, second)
        await work.stop()
    }

    @Test func takesWholeTasks() async throws {
        let work = try Work(threads: 2)
        let sum = await Task(executorPreference: work) {
            var sum = 0
            for number in 0..<10 {
                await Task.yield()
                sum += number
            }
            return sum
        }.value
        #expect(sum == 45)
        await work.stop()
    }
}
