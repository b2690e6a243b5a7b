import Testing

@testable import Reactor

@Suite struct WallTimerTests {
    /// Makes a timer, sets it as `moments` say one after the other, and gives what it says first.
    private func first(
        on reactor: Reactor, _ moments: @escaping @Sendable () -> [Int64?]
    ) async -> (event: WallTimer.Event, at: Int64) {
        let heard = Awaited<(event: WallTimer.Event, at: Int64)>()
        reactor.execute {
            do throws(SystemError) {
                let timer = try WallTimer(on: reactor) {
                    heard.give(($0, SystemClock.wallMilliseconds))
                }
                for moment in moments() { timer.set(moment) }
            } catch {
                Issue.record("\(error)")
            }
        }
        return await heard.value
    }

    @Test func firesOnceTheClockShowsTheTime() async throws {
        try await withReactor { reactor in
            let start = SystemClock.wallMilliseconds
            let heard = await first(on: reactor) { [start + 30] }
            #expect(heard.event == .reached)
            #expect(heard.at >= start + 30)
        }
    }

    @Test(arguments: [0, -5, 1, 1_000])
    func firesAtOnceForATimeThatHasPassed(_ moment: Int64) async throws {
        try await withReactor { reactor in
            let heard = await first(on: reactor) { [moment] }
            #expect(heard.event == .reached)
        }
    }

    @Test func waitsForTheLastTimeThatItWasSetTo() async throws {
        try await withReactor { reactor in
            let start = SystemClock.wallMilliseconds
            // The end of the calendar, nothing, at once, and what counts.
            let heard = await first(on: reactor) {
                [253_370_764_800_000, nil, 0, start + 40]
            }
            #expect(heard.at >= start + 40)
        }
    }

    @Test func givesItsDescriptorBack() async throws {
        try await withReactor { reactor in
            let before = reactor.metrics.descriptors
            await reactor.perform {
                do throws(SystemError) {
                    let timer = try WallTimer(on: reactor) { _ in }
                    timer.set(0)
                    timer.close()
                    timer.set(0)
                } catch {
                    Issue.record("\(error)")
                }
            }
            #expect(reactor.metrics.descriptors == before)
        }
    }
}
