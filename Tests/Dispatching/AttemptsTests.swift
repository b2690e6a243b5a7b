import Plugins
import Testing
import Values

@testable import Dispatching

@Suite struct AttemptsTests {
    @Test func triesAgainUpToTheLargerOfJobAndLine() {
        var attempts = Attempts(retries: 1, lineAttempts: [2], delay: .seconds(5))
        #expect(attempts.failed(with: .timeout) == .again(line: 0, after: .seconds(5)))
        #expect(attempts.failed(with: .transport) == .again(line: 0, after: .seconds(5)))
        #expect(attempts.failed(with: .timeout) == .over)
        #expect(attempts.counted == 3)
    }

    @Test func goesOnWithTheNextLineAtOnce() {
        var attempts = Attempts(retries: 0, lineAttempts: [0, 1], delay: .seconds(5))
        #expect(attempts.failed(with: .timeout) == .next(line: 1))
        #expect(attempts.failed(with: .timeout) == .again(line: 1, after: .seconds(5)))
        #expect(attempts.failed(with: .timeout) == .over)
    }

    @Test(arguments: [ErrorCode.configuration, .authentication, .accessDenied, .indeterminate])
    func doesNotRepeatWhatCannotDoBetter(_ code: ErrorCode) {
        var attempts = Attempts(retries: 3, lineAttempts: [0, 0], delay: .zero)
        #expect(attempts.failed(with: code) == .next(line: 1))
        #expect(attempts.failed(with: code) == .over)
    }

    @Test(arguments: [ErrorCode.store, .pluginCrashed])
    func whatIsNotTheDevicesFaultCostsNoAttempt(_ code: ErrorCode) {
        var attempts = Attempts(retries: 0, lineAttempts: [0], delay: .zero)
        for _ in 0..<Attempts.hostFailureLimit {
            #expect(attempts.failed(with: code) == .again(line: 0, after: .seconds(1)))
        }
        #expect(attempts.counted == 0)
        #expect(attempts.failed(with: code) == .over)
    }

    @Test func aTaskWithoutLinesIsOver() {
        var attempts = Attempts(retries: 3, lineAttempts: [], delay: .zero)
        #expect(attempts.failed(with: .timeout) == .over)
    }

    @Test(arguments: [SessionLoss.Part.bystander, .suspect])
    func aSessionLostWithItsProcessCostsNoAttempt(_ part: SessionLoss.Part) {
        var attempts = Attempts(retries: 0, lineAttempts: [0], delay: .seconds(9))
        #expect(attempts.failed(with: .pluginCrashed, part) == .again(line: 0, after: .zero))
        for _ in 1..<Attempts.lostSessionLimit {
            #expect(
                attempts.failed(with: .pluginCrashed, part)
                    == .again(line: 0, after: .milliseconds(250)))
        }
        #expect(attempts.counted == 0)
        // Not for ever: an honest error is better.
        #expect(attempts.failed(with: .pluginCrashed, part) == .over)
    }

    @Test func aDeviceOnWhichTheDriverFailsAloneIsTriedByTheJobsRule() {
        var attempts = Attempts(retries: 1, lineAttempts: [0], delay: .seconds(9))
        #expect(
            attempts.failed(with: .pluginCrashed, .culprit) == .again(line: 0, after: .seconds(9)))
        #expect(attempts.failed(with: .pluginCrashed, .culprit) == .over)
        #expect(attempts.counted == 2)
    }
}
