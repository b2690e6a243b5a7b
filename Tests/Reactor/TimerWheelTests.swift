import Testing

@testable import Reactor

@Suite struct TimerWheelTests {
    /// Takes everything that is due at `now`.
    private func expire<Payload>(_ wheel: inout TimerWheel<Payload>, at now: UInt64) -> [Payload] {
        var fired: [Payload] = []
        while let payload = wheel.popExpired(at: now) { fired.append(payload) }
        return fired
    }

    @Test(arguments: [1, 63, 64, 65, 4095, 4096, 4097, 1 << 36, 1 << 60, UInt64.max])
    func firesAtItsTickAndNotBefore(deadline: UInt64) {
        var wheel = TimerWheel<String>(position: 0)
        _ = wheel.schedule(at: deadline, "timer")
        #expect(expire(&wheel, at: deadline - 1).isEmpty)
        #expect(expire(&wheel, at: deadline) == ["timer"])
        #expect(wheel.count == 0)
        #expect(wheel.nextTick == nil)
    }

    @Test func hasNothingToLookAtWithoutTimers() {
        let wheel = TimerWheel<Int>(position: 77)
        #expect(wheel.nextTick == nil)
    }

    @Test func takesPassedDeadlinesForTheNextTick() {
        var wheel = TimerWheel<String>(position: 500)
        _ = wheel.schedule(at: 3, "late")
        #expect(expire(&wheel, at: 500).isEmpty)
        #expect(expire(&wheel, at: 501) == ["late"])
    }

    @Test func firesInOrderOfDeadlineAndThenOfScheduling() {
        var wheel = TimerWheel<Int>(position: 0)
        for (number, deadline) in [70, 3, 70, 5000, 3, 64].enumerated() {
            _ = wheel.schedule(at: UInt64(deadline), number)
        }
        #expect(expire(&wheel, at: 10_000) == [1, 4, 5, 0, 2, 3])
    }

    @Test func doesNotFireCancelledTimers() {
        var wheel = TimerWheel<Int>(position: 0)
        let kept = wheel.schedule(at: 100, 1)
        let cancelled = wheel.schedule(at: 100, 2)
        #expect(wheel.cancel(cancelled) == 2)
        #expect(wheel.cancel(cancelled) == nil)
        #expect(expire(&wheel, at: 100) == [1])
        #expect(wheel.cancel(kept) == nil)
    }

    @Test func cancelsATimerThatIsDueButNotTaken() {
        var wheel = TimerWheel<Int>(position: 0)
        _ = wheel.schedule(at: 10, 1)
        let second = wheel.schedule(at: 10, 2)
        #expect(wheel.popExpired(at: 10) == 1)
        #expect(wheel.nextTick == 10)
        #expect(wheel.cancel(second) == 2)
        #expect(wheel.popExpired(at: 10) == nil)
    }

    @Test func keepsATimerFromTheHandleOfAnEarlierOne() {
        var wheel = TimerWheel<Int>(position: 0)
        let stale = wheel.schedule(at: 10, 1)
        #expect(wheel.popExpired(at: 10) == 1)
        _ = wheel.schedule(at: 20, 2)
        #expect(wheel.cancel(stale) == nil)
        #expect(expire(&wheel, at: 20) == [2])
    }

    @Test func takesTimersScheduledWhileOthersFire() {
        var wheel = TimerWheel<Int>(position: 0)
        _ = wheel.schedule(at: 10, 1)
        #expect(wheel.popExpired(at: 50) == 1)
        _ = wheel.schedule(at: 30, 2)
        #expect(expire(&wheel, at: 50) == [2])
    }

    @Test func agreesWithASortedListOverRandomUse() {
        var random = SeededGenerator(seed: 7)
        var wheel = TimerWheel<Int>(position: 1000)
        var model: [(deadline: UInt64, order: Int, handle: TimerHandle)] = []
        var now: UInt64 = 1000
        for order in 0..<20_000 {
            switch random.next() % 4 {
            case 0, 1:
                let reach = UInt64(1) << (random.next() % 20)
                let deadline = now + 1 + random.next() % reach
                model.append((deadline, order, wheel.schedule(at: deadline, order)))
            case 2 where !model.isEmpty:
                let entry = model.remove(at: Int(random.next() % UInt64(model.count)))
                #expect(wheel.cancel(entry.handle) == entry.order)
            default:
                now += random.next() % 3000
                let due = model.filter { $0.deadline <= now }
                    .sorted { ($0.deadline, $0.order) < ($1.deadline, $1.order) }
                model.removeAll { $0.deadline <= now }
                #expect(expire(&wheel, at: now) == due.map(\.order))
            }
            #expect(wheel.count == model.count)
            if let first = model.map(\.deadline).min() {
                #expect(wheel.nextTick.map { $0 <= first && $0 >= now } == true)
            } else {
                #expect(wheel.nextTick == nil)
            }
        }
    }
}
