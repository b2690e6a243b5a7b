/// Slows down the guessing of passwords: after some failures the next attempts must wait.
///
/// Failures are counted for a login name at an address, and for an address as a whole, so that
/// neither trying many passwords of one user nor one password of many users is fast. A lockout of a
/// user everywhere is left out on purpose: anybody could lock out the administrator. The memory is
/// bounded; when it is full the entry that has been quiet for the longest is forgotten.
package struct LoginDelay: Sendable {
    /// What failures are counted for.
    private enum Key: Hashable {
        case loginAtAddress(String, String)
        case address(String)
    }

    private struct Failures {
        var count: Int
        var last: Int64
        var closedUntil: Int64
    }

    /// Failures of one login at one address that cost no wait.
    package static let freeAttempts = 5
    /// Failures of all logins at one address that cost no wait.
    package static let freeAttemptsOfAddress = 30
    /// The longest wait, in milliseconds.
    package static let longestWait: Int64 = 300_000
    /// After this quiet time failures are forgotten, in milliseconds.
    package static let memory: Int64 = 3_600_000

    private let capacity: Int
    private var failures: [Key: Failures] = [:]

    package init(capacity: Int = 10_000) {
        self.capacity = max(2, capacity)
    }

    /// How many entries are remembered now.
    package var count: Int { failures.count }

    /// Asks whether an attempt may be looked at, and counts it as failed until it succeeds.
    ///
    /// Counting it at once keeps a volley of attempts, sent before the first is verified, from
    /// getting past the wait.
    ///
    /// - Parameters:
    ///   - login: The name as it was typed.
    ///   - address: The caller's address.
    ///   - now: Milliseconds of any clock, the same in every call.
    /// - Returns: Nil when the attempt may go on, else the wait in milliseconds.
    package mutating func attempt(login: String, address: String, now: Int64) -> Int64? {
        let keys = [loginKey(login, address), .address(address)]
        let wait = keys.compactMap { failures[$0]?.closedUntil }.map { $0 - now }.max() ?? 0
        if wait > 0 { return wait }
        for key in keys { count(key, now: now) }
        if failures.count > capacity { forget(now: now) }
        return nil
    }

    /// Forgets the failures of a login that has succeeded; the address keeps those of others.
    package mutating func succeeded(login: String, address: String) {
        failures[loginKey(login, address)] = nil
        guard var entry = failures[.address(address)] else { return }
        entry.count -= 1
        if entry.count < Self.freeAttemptsOfAddress { entry.closedUntil = entry.last }
        failures[.address(address)] = entry.count > 0 ? entry : nil
    }

    private mutating func count(_ key: Key, now: Int64) {
        var entry = failures[key] ?? Failures(count: 0, last: now, closedUntil: now)
        if now - entry.last > Self.memory { entry.count = 0 }
        entry.count += 1
        entry.last = now
        let free =
            switch key {
            case .loginAtAddress: Self.freeAttempts
            case .address: Self.freeAttemptsOfAddress
            }
        if entry.count >= free {
            let doublings = Int64(min(entry.count - free, 20))
            entry.closedUntil = now + min(Self.longestWait, 1_000 << doublings)
        }
        failures[key] = entry
    }

    private func loginKey(_ login: String, _ address: String) -> Key {
        .loginAtAddress(String(login.lowercased().prefix(128)), address)
    }

    /// Drops what has been quiet for long, and then an eighth of the rest, oldest first, so that a
    /// flood of names does not sort the table at every attempt.
    private mutating func forget(now: Int64) {
        failures = failures.filter { now - $0.value.last <= Self.memory }
        guard failures.count > capacity else { return }
        let oldest = failures.sorted { $0.value.last < $1.value.last }
        let excess = failures.count - capacity + capacity / 8
        for (key, _) in oldest.prefix(excess) { failures[key] = nil }
    }
}
