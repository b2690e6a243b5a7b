import Testing

@testable import Access

@Suite struct LoginDelayTests {
    private let address = "192.0.2.1"

    /// Fails until the delay closes; gives the wait it then tells.
    private func firstWait(_ delay: inout LoginDelay, login: String) -> Int64? {
        for _ in 0..<LoginDelay.freeAttempts {
            if let wait = delay.attempt(login: login, address: address, now: 0) { return wait }
        }
        return delay.attempt(login: login, address: address, now: 0)
    }

    @Test func letsTheFirstAttemptsPass() {
        var delay = LoginDelay()
        for _ in 0..<LoginDelay.freeAttempts {
            #expect(delay.attempt(login: "admin", address: address, now: 0) == nil)
        }
        #expect(delay.attempt(login: "admin", address: address, now: 0) == 1_000)
    }

    @Test func doublesTheWaitUpToItsLimit() {
        var delay = LoginDelay()
        var now: Int64 = 0
        var waits: [Int64] = []
        for _ in 0..<20 {
            while let wait = delay.attempt(login: "admin", address: address, now: now) {
                waits.append(wait)
                now += wait
            }
        }
        #expect(waits.prefix(4) == [1_000, 2_000, 4_000, 8_000])
        #expect(waits.max() == LoginDelay.longestWait)
    }

    @Test func countsLoginsRegardlessOfCase() {
        var delay = LoginDelay()
        for name in ["admin", "Admin", "ADMIN", "aDMIN", "adMin"] {
            #expect(delay.attempt(login: name, address: address, now: 0) == nil)
        }
        #expect(delay.attempt(login: "admin", address: address, now: 0) != nil)
    }

    @Test func leavesOtherAddressesAlone() {
        var delay = LoginDelay()
        #expect(firstWait(&delay, login: "admin") != nil)
        #expect(delay.attempt(login: "admin", address: "192.0.2.2", now: 0) == nil)
    }

    @Test func slowsDownAnAddressThatTriesManyNames() {
        var delay = LoginDelay()
        for number in 0..<LoginDelay.freeAttemptsOfAddress {
            #expect(delay.attempt(login: "user\(number)", address: address, now: 0) == nil)
        }
        #expect(delay.attempt(login: "another", address: address, now: 0) != nil)
    }

    @Test func forgetsAfterSuccess() {
        var delay = LoginDelay()
        for _ in 1..<LoginDelay.freeAttempts {
            _ = delay.attempt(login: "admin", address: address, now: 0)
        }
        #expect(delay.attempt(login: "admin", address: address, now: 0) == nil)
        delay.succeeded(login: "admin", address: address)
        #expect(delay.attempt(login: "admin", address: address, now: 0) == nil)
    }

    @Test func forgetsAfterAQuietTime() {
        var delay = LoginDelay()
        #expect(firstWait(&delay, login: "admin") != nil)
        let later = LoginDelay.memory + 1
        for _ in 0..<LoginDelay.freeAttempts {
            #expect(delay.attempt(login: "admin", address: address, now: later) == nil)
        }
    }

    @Test func keepsItsMemoryBounded() {
        var delay = LoginDelay(capacity: 100)
        for number in 0..<10_000 {
            _ = delay.attempt(
                login: "user\(number)", address: "10.0.\(number / 250).\(number % 250)",
                now: Int64(number))
        }
        #expect(delay.count <= 102)
    }

    @Test func doesNotSlowDownAnAddressThatSucceeds() {
        var delay = LoginDelay()
        for number in 0..<200 {
            #expect(delay.attempt(login: "user\(number)", address: address, now: 0) == nil)
            delay.succeeded(login: "user\(number)", address: address)
        }
        #expect(delay.count == 0)
    }
}
