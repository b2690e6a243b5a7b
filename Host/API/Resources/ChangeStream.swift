import HTTP
import JSON
import Store
import Values

/// Turns the change log of a project into server-sent events.
struct ChangeStream: Sendable {
    let store: Store
    let project: UUID
    /// What the listener may hear of.
    let hears: Set<Entity>

    /// How often a quiet stream says that it lives, and asks whether it may go on.
    private static let heartbeat = Duration.seconds(15)
    private static let batch = 500

    /// Writes events until the client goes, or may no longer listen.
    ///
    /// - Parameters:
    ///   - last: The last event that the client has; nil to begin with new ones.
    ///   - newest: The newest event when the request came.
    ///   - writer: Where events go.
    ///   - mayGoOn: Asked at each heartbeat.
    /// - Throws: When the client has gone.
    func write(
        after last: Int64?, newest: Int64, to writer: EventWriter,
        while mayGoOn: @escaping @Sendable () async -> Bool
    ) async throws(BodyWriter.Failure) {
        let (wakes, wake) = AsyncStream.makeStream(of: Wake.self, bufferingPolicy: .unbounded)
        let signals = store.changeSignals()
        let listener = Task {
            for await _ in signals { wake.yield(.change) }
            wake.finish()
        }
        let clock = Task {
            while !Task.isCancelled {
                // Cancellation ends the sleep early and the loop with it.
                try? await Task.sleep(for: Self.heartbeat)
                wake.yield(.heartbeat)
            }
        }
        defer {
            listener.cancel()
            clock.cancel()
        }
        var place = last ?? newest
        if let last, try await isLost(last, newest) {
            try await writer.send("{}", event: "reset", id: String(newest))
            place = newest
        }
        try await writer.comment("listening")
        place = try await send(after: place, writer)
        for await wake in wakes {
            switch wake {
            case .change: place = try await send(after: place, writer)
            case .heartbeat:
                guard await mayGoOn() else { return }
                try await writer.comment()
            }
        }
    }

    private enum Wake: Sendable {
        case change, heartbeat
    }

    /// Whether events after a place are gone from the log, or the place is none.
    private func isLost(_ last: Int64, _ newest: Int64) async throws(BodyWriter.Failure) -> Bool {
        let oldest = try await read { (snapshot) throws(StoreError) in
            try snapshot.oldestChange()
        }
        return last > newest || last < (oldest ?? newest + 1) - 1
    }

    /// Sends everything after a place.
    ///
    /// - Returns: The place of the last entry that was looked at.
    private func send(
        after start: Int64, _ writer: EventWriter
    ) async throws(BodyWriter.Failure) -> Int64 {
        var place = start
        while true {
            let after = place
            let project = project
            let entries = try await read { (snapshot) throws(StoreError) in
                try snapshot.changes(after: after, project: project, limit: Self.batch)
            }
            for entry in entries {
                place = entry.sequence
                guard hears.contains(entry.entity) else { continue }
                try await writer.send(
                    Self.text(entry), event: entry.entity.rawValue + "." + entry.action.rawValue,
                    id: String(entry.sequence))
            }
            if entries.count < Self.batch { return place }
        }
    }

    private func read<T: Sendable>(
        _ body: @escaping @Sendable (Snapshot) throws(StoreError) -> T
    ) async throws(BodyWriter.Failure) -> T {
        do throws(StoreError) {
            return try await store.read(body)
        } catch {
            throw .abandoned
        }
    }

    private static func text(_ entry: ChangeEntry) -> String {
        let value: JSONValue = [
            "entity": .string(entry.entity.rawValue), "id": JSONValue(entry.id),
            "action": .string(entry.action.rawValue), "at": JSONValue(entry.at),
            "data": entry.data,
        ]
        return value.text()
    }
}
