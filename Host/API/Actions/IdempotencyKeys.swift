import Access
import Values

/// Remembers which run an `Idempotency-Key` has started, so that a request that is sent again starts
/// nothing.
///
/// Keys live in memory, for a day at most and up to a number: after a restart of the host a request
/// that is sent again starts a new run.
actor IdempotencyKeys {
    /// Whose key it is.
    struct Key: Hashable, Sendable {
        let user: UUID
        let project: UUID
        let text: String
    }

    private struct Entry {
        let request: Int
        let made: Int64
        let result: Task<UUID, any Error>
    }

    /// How long a key is remembered, in milliseconds.
    private static let lifetime: Int64 = 86_400_000
    private static let capacity = 10_000

    private var entries: [Key: Entry] = [:]

    /// Starts something, or gives what the same request has started before.
    ///
    /// - Parameters:
    ///   - key: The key with its owner.
    ///   - request: A digest of the request.
    ///   - now: Milliseconds of the host's clock.
    ///   - start: Starts it.
    /// - Returns: What was started.
    /// - Throws: `idempotency_key_reused` for another request with the key, or what `start` throws; a
    ///   failed start is not remembered.
    func once(
        _ key: Key, request: Int, now: Int64,
        _ start: @escaping @Sendable () async throws(Failure) -> UUID
    ) async throws(Failure) -> UUID {
        if let entry = entries[key], now - entry.made < Self.lifetime {
            guard entry.request == request else { throw Failure(.keyReused) }
            return try await Self.value(of: entry.result)
        }
        if entries.count >= Self.capacity { forget(now) }
        let task = Task<UUID, any Error> { try await start() }
        entries[key] = Entry(request: request, made: now, result: task)
        do throws(Failure) {
            return try await Self.value(of: task)
        } catch {
            entries[key] = nil
            throw error
        }
    }

    private static func value(of task: Task<UUID, any Error>) async throws(Failure) -> UUID {
        do {
            return try await task.value
        } catch let failure as Failure {
            throw failure
        } catch {
            throw Failure(.internalError)
        }
    }

    /// Drops what is old, and the older half when all of it is new.
    private func forget(_ now: Int64) {
        entries = entries.filter { now - $0.value.made < Self.lifetime }
        guard entries.count >= Self.capacity else { return }
        let oldest = entries.sorted { $0.value.made < $1.value.made }.prefix(Self.capacity / 2)
        for (key, _) in oldest { entries[key] = nil }
    }
}
