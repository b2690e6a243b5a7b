import Store
import Values

/// Keeps collection statistics for a minute, so that the pages of one table agree and cost one count.
actor CollectionCache {
    private struct Entry {
        var table: Task<Result<CollectionTable, StoreError>, Never>
        var made: Moment
    }

    /// Tables that are kept at once.
    private static let capacity = 4
    /// How long a table is shown, in milliseconds.
    private static let lifetime: Int64 = 60_000

    private var entries: [CollectionQuery: Entry] = [:]

    /// Gives the table of a query; callers who ask for the same one wait for the same count.
    func table(
        of query: CollectionQuery, from store: Store
    ) async throws(StoreError) -> CollectionTable {
        let now = store.now
        entries = entries.filter { isFresh($0.value, now) }
        if let known = entries[query] { return try await known.table.value.get() }
        while entries.count >= Self.capacity,
            let oldest = entries.min(by: { $0.value.made < $1.value.made })
        {
            entries[oldest.key] = nil
        }
        let table = Task { () -> Result<CollectionTable, StoreError> in
            do throws(StoreError) {
                return .success(try await CollectionTable(query, from: store))
            } catch {
                return .failure(error)
            }
        }
        entries[query] = Entry(table: table, made: now)
        let result = await table.value
        if case .failure = result { entries[query] = nil }
        return try result.get()
    }

    /// A clock that was set back makes no table live longer.
    private func isFresh(_ entry: Entry, _ now: Moment) -> Bool {
        (0..<Self.lifetime).contains(now.milliseconds - entry.made.milliseconds)
    }
}
