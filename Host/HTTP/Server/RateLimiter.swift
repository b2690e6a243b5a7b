import Reactor
import Synchronization

/// Limits how often each client may ask (generic cell rate algorithm: one number for each client).
///
/// A client is an IPv4 address, or the /64 network of an IPv6 one, which is what one subscriber has. When more
/// clients are active than the table holds, those that are not in it share one allowance.
package final class RateLimiter: Sendable {
    private enum Client: Hashable {
        case v4(UInt32)
        case v6(UInt64)
        case others
    }

    private struct State {
        /// When a client's allowance is whole again, on the monotonic clock, in nanoseconds.
        var wholeAt: [Client: UInt64] = [:]
        var lastPruned: UInt64 = 0
    }

    private let interval: UInt64
    private let tolerance: UInt64
    private let mostClients: Int
    private let state = Mutex(State())

    /// Makes a limiter.
    ///
    /// - Parameters:
    ///   - rate: Requests a second that a client may make for ever, at least 1.
    ///   - burst: Requests that it may make at once, at least 1.
    ///   - mostClients: The size of the table.
    package init(rate: Int, burst: Int, mostClients: Int = 65_536) {
        interval = 1_000_000_000 / UInt64(max(1, rate))
        tolerance = interval * UInt64(clamping: max(1, burst) - 1)
        self.mostClients = mostClients
    }

    /// Counts a request.
    ///
    /// - Parameters:
    ///   - address: Whose request it is; the port does not matter.
    ///   - now: The monotonic clock, in nanoseconds.
    /// - Returns: nil when it may be made, or after how many seconds it may be tried again.
    package func check(
        _ address: SocketAddress, now: UInt64 = SystemClock.monotonicNanoseconds
    ) -> Int? {
        let client: Client =
            switch address {
            case .v4(let host, _): .v4(host)
            case .v6(let high, _, _, _): .v6(high)
            }
        return state.withLock { state in
            let known = place(for: client, &state, now)
            let wholeAt = max(state.wholeAt[known] ?? now, now)
            guard wholeAt - now <= tolerance else {
                return Int((wholeAt - now - tolerance + 999_999_999) / 1_000_000_000)
            }
            state.wholeAt[known] = wholeAt + interval
            return nil
        }
    }

    private func place(for client: Client, _ state: inout State, _ now: UInt64) -> Client {
        guard state.wholeAt[client] == nil, state.wholeAt.count >= mostClients else {
            return client
        }
        if now - min(now, state.lastPruned) >= 1_000_000_000 {
            state.lastPruned = now
            state.wholeAt = state.wholeAt.filter { $0.value > now }
        }
        return state.wholeAt.count < mostClients ? client : .others
    }
}
