import HTTP
import Store
import Values

/// A row of data with the device that it belongs to.
struct Located<Row: Sendable>: Sendable {
    var device: DeviceOutline
    var row: Row
}

/// Reads rows of many devices, device by device, in pages of a bounded size.
///
/// A cursor names the device where the page ended and the place within it, so that no page looks at
/// the devices before it, however many there are. A period that is too long for one page is read in
/// several rounds over the devices; no page holds rows of two rounds.
struct DevicePaging<Row: Sendable>: Sendable {
    /// What is asked of one device at once.
    struct Request: Sendable {
        var device: DeviceOutline
        /// The round, from 0.
        var round: Int
        /// The most rows.
        var limit: Int
        /// Where the page before ended.
        var cursor: Cursor?
    }

    typealias Reading = @Sendable (Snapshot, Request) throws(StoreError) -> Page<Row>

    let devices: [DeviceOutline]
    /// The instant that the question ends with.
    ///
    /// Where the caller names none it is that of the first page, and the cursor keeps it.
    let end: Int64
    let rounds: Int
    let read: Reading

    init(
        devices: [DeviceOutline], end: Int64, rounds: Int = 1, read: @escaping Reading
    ) {
        self.devices = devices
        self.end = end
        self.rounds = rounds
        self.read = read
    }

    /// Devices that are asked for in one view of the store: a reader serves others in between.
    private static var stretch: Int { 200 }

    /// Reads a page.
    ///
    /// - Parameters:
    ///   - limit: The most rows.
    ///   - cursor: Where the page before ended.
    ///   - store: What to read from.
    /// - Returns: The page.
    /// - Throws: `.invalid` for a cursor of another list.
    func page(
        limit: Int, cursor: Cursor?, from store: Store
    ) async throws(StoreError) -> Page<Located<Row>> {
        var place = try start(cursor)
        var rows: [Located<Row>] = []
        while isWithin(place), rows.count < limit {
            let (from, missing) = (place, limit - rows.count)
            let part = try await store.read { (snapshot) throws(StoreError) in
                try stretch(snapshot, from: from, limit: missing)
            }
            rows += part.rows
            place = part.next
            if place.index == devices.count {
                place = Place(round: place.round + 1, index: 0)
                if !rows.isEmpty { break }
            }
        }
        return Page(items: rows, next: isWithin(place) ? text(of: place) : nil)
    }

    /// A device in a round, and the place within its rows.
    private struct Place {
        var round: Int
        var index: Int
        var cursor: Cursor?
    }

    private func isWithin(_ place: Place) -> Bool {
        place.round < rounds && place.index < devices.count
    }

    private func stretch(
        _ snapshot: Snapshot, from start: Place, limit: Int
    ) throws(StoreError) -> (rows: [Located<Row>], next: Place) {
        var place = start
        var rows: [Located<Row>] = []
        let end = min(devices.count, start.index + Self.stretch)
        while place.index < end, rows.count < limit {
            let device = devices[place.index]
            let page = try read(
                snapshot,
                Request(
                    device: device, round: place.round, limit: limit - rows.count,
                    cursor: place.cursor))
            rows += page.items.map { Located(device: device, row: $0) }
            place.cursor = page.next
            if page.next == nil { place.index += 1 }
        }
        return (rows, place)
    }

    /// Reads `end:round:device` with the place within the device behind a point.
    private func start(_ cursor: Cursor?) throws(StoreError) -> Place {
        guard let cursor else { return Place(round: 0, index: 0) }
        let parts = cursor.text.split(separator: ".", maxSplits: 1)
        let heads = parts.first?.split(separator: ":") ?? []
        guard heads.count == 3, let round = Int(heads[1]), (0..<rounds).contains(round),
            let id = UUID(String(heads[2])), let index = devices.firstIndex(where: { $0.id == id })
        else { throw .invalid(field: "cursor", message: "not one of ours") }
        return Place(
            round: round, index: index,
            cursor: parts.count > 1 ? Cursor(text: String(parts[1])) : nil)
    }

    private func text(of place: Place) -> Cursor {
        let inner = place.cursor.map { "." + $0.text } ?? ""
        return Cursor(text: "\(end):\(place.round):\(devices[place.index].id)\(inner)")
    }
}

extension Call {
    /// The end of a question for data, inclusive: `to`, or that of its first page, or now.
    func end() throws(Failure) -> Int64 {
        if let to = try queryTime("to") { return to }
        let known = query["cursor"]?.split(separator: ":").first.flatMap { Int64($0) }
        return known ?? services.store.now.milliseconds
    }

    /// Reads a page of many devices' rows, as `limit` and `cursor` ask for it.
    func page<Row>(_ paging: DevicePaging<Row>) async throws(Failure) -> Page<Located<Row>> {
        let limit = try queryNumber("limit") ?? Limits.usualPage
        do throws(StoreError) {
            return try await paging.page(
                limit: limit, cursor: query["cursor"].map { Cursor(text: $0) },
                from: services.store)
        } catch {
            throw Failure(error)
        }
    }
}
