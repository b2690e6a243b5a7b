import Synchronization
import Testing

@testable import Reactor

/// A generator that gives the same numbers for the same seed (xorshift64*).
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed == 0 ? 0x9E37_79B9_7F4A_7C15 : seed
    }

    mutating func next() -> UInt64 {
        state ^= state >> 12
        state ^= state << 25
        state ^= state >> 27
        return state &* 0x2545_F491_4F6C_DD1D
    }
}

/// Gives one value from a callback to a test that waits for it.
final class Awaited<Value: Sendable>: Sendable {
    private enum State {
        case empty
        case waiting(CheckedContinuation<Value, Never>)
        case full(Value)
    }

    private let state = Mutex(State.empty)

    /// Hands the value over; only the first one counts.
    func give(_ value: Value) {
        let waiter = state.withLock { state -> CheckedContinuation<Value, Never>? in
            switch state {
            case .empty:
                state = .full(value)
                return nil
            case .waiting(let waiter):
                state = .full(value)
                return waiter
            case .full:
                return nil
            }
        }
        waiter?.resume(returning: value)
    }

    /// Whether a value was given already.
    var isGiven: Bool {
        state.withLock { state in
            if case .full = state { return true }
            return false
        }
    }

    /// Waits for the value.
    var value: Value {
        get async {
            await withCheckedContinuation { continuation in
                let given = state.withLock { state -> Value? in
                    if case .full(let value) = state { return value }
                    state = .waiting(continuation)
                    return nil
                }
                if let given { continuation.resume(returning: given) }
            }
        }
    }
}

/// Runs `body` with a reactor that ends with it.
func withReactor<Result>(
    _ body: (Reactor) async throws -> Result
) async throws -> Result {
    let reactor = try Reactor.start(name: "test")
    do {
        let result = try await body(reactor)
        await reactor.stop()
        return result
    } catch {
        await reactor.stop()
        throw error
    }
}
