import Testing

@testable import Plugins

@Suite("When workers start again")
struct RestartPolicyTests {
    private let second: UInt64 = 1_000_000_000

    @Test func theFirstRestartIsImmediate() {
        var policy = RestartPolicy()
        policy.crashed(at: second)
        #expect(policy.wait(at: second) == .zero)
        #expect(!policy.isOpen(at: second))
    }

    @Test func crashesInARowDoubleThePause() {
        var policy = RestartPolicy()
        var pauses: [Duration] = []
        for _ in 1..<RestartPolicy.mostFailures {
            policy.crashed(at: second)
            pauses.append(policy.wait(at: second))
        }
        #expect(
            pauses == [
                .zero, .milliseconds(100), .milliseconds(200), .milliseconds(400),
                .milliseconds(800),
                .milliseconds(1600), .milliseconds(3200),
            ])
    }

    @Test func aSessionThatEndsWellForgivesThem() {
        var policy = RestartPolicy()
        for _ in 0..<5 { policy.crashed(at: second) }
        policy.succeeded()
        #expect(policy.wait(at: second) == .zero)
        policy.crashed(at: second)
        #expect(policy.wait(at: second) == .zero)
    }

    @Test func aLoopOfCrashesOpensTheCircuitForAWhile() {
        var policy = RestartPolicy()
        for _ in 0..<RestartPolicy.mostFailures { policy.crashed(at: second) }
        #expect(policy.isOpen(at: second))
        #expect(policy.wait(at: second) == RestartPolicy.openFor)
        let later = second + RestartPolicy.openFor.clampedNanoseconds
        #expect(!policy.isOpen(at: later))
        // One more crash, and it is open again.
        policy.crashed(at: later)
        #expect(policy.isOpen(at: later))
    }
}

@Suite("Devices on which a driver fails")
struct QuarantineTests {
    private let now: UInt64 = 1_000_000_000

    @Test func theFirstFailureSendsADeviceIntoAProcessOfItsOwn() {
        let quarantine = Quarantine()
        quarantine.blame("a", reason: "crashed", at: now)
        #expect(quarantine.placement(of: "a", at: now) == .alone)
        #expect(quarantine.placement(of: "b", at: now) == .shared)
        #expect(quarantine.placement(of: "", at: now) == .shared)
    }

    @Test func theSecondOneMakesItWaitAndEachFurtherOneLonger() {
        let quarantine = Quarantine()
        for _ in 0..<2 { quarantine.blame("a", reason: "crashed", at: now) }
        #expect(
            quarantine.placement(of: "a", at: now)
                == .refused(left: Quarantine.firstTerm, crashes: 2))
        let later = now + Quarantine.firstTerm.clampedNanoseconds
        #expect(quarantine.placement(of: "a", at: later) == .alone)
        quarantine.blame("a", reason: "crashed", at: later)
        #expect(
            quarantine.placement(of: "a", at: later)
                == .refused(left: Quarantine.firstTerm * 2, crashes: 3))
        for _ in 0..<40 { quarantine.blame("a", reason: "crashed", at: later) }
        #expect(
            quarantine.placement(of: "a", at: later)
                == .refused(left: Quarantine.longestTerm, crashes: 43))
    }

    @Test func sessionsThatEndWellBringItBackAmongTheOthers() {
        let quarantine = Quarantine()
        quarantine.blame("a", reason: "crashed", at: now)
        for _ in 1..<Quarantine.cleanSessionsNeeded {
            quarantine.ended("a")
            #expect(quarantine.placement(of: "a", at: now) == .alone)
        }
        quarantine.ended("a")
        #expect(quarantine.placement(of: "a", at: now) == .shared)
        #expect(quarantine.suspects.isEmpty)
    }

    @Test func forgivingForgets() {
        let quarantine = Quarantine()
        quarantine.blame("a", reason: "crashed", at: now)
        quarantine.blame("b", reason: "crashed", at: now)
        quarantine.forgive("a")
        #expect(quarantine.suspects.map(\.subject) == ["b"])
        quarantine.forgive(nil)
        #expect(quarantine.suspects.isEmpty)
    }
}
