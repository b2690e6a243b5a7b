/// A measurement as a chunk holds it: numbers only, so that thousands are moved cheaply.
struct PackedEntry: Hashable {
    /// Milliseconds from the base of the file's month; see ``MeasurementMonth/base``.
    var time: UInt32
    /// The number of the quantity and tag in the file.
    var kind: Int32
    /// The number of the shape in the file.
    var shape: Int32
    /// The mantissa, the unsigned number or the bits.
    var number: Int64
    /// When the host received it, in milliseconds from the same base.
    var received: Int64
    /// The place of the text in the chunk's texts; -1 for none.
    var text: Int32 = -1

    /// The order within a subject; no two entries have the same place.
    static func precedes(_ left: PackedEntry, _ right: PackedEntry) -> Bool {
        left.time != right.time ? left.time < right.time : left.kind < right.kind
    }

    /// Whether both are about the same moment of the same series.
    func hasSameKey(as other: PackedEntry) -> Bool {
        time == other.time && kind == other.kind
    }
}

/// Consecutive measurements of one subject: a device, or a device behind it.
struct Chunk: Hashable {
    /// In the order of ``PackedEntry/precedes(_:_:)``; never empty in a file.
    var entries: [PackedEntry] = []
    var texts: [String] = []

    /// So many entries are kept in one chunk at most.
    ///
    /// A larger chunk saves bytes, a smaller one is rewritten faster when a value comes. 384 are a day of
    /// half-hours of eight quantities.
    static let mostEntries = 384
    /// Texts beyond this many bytes begin another chunk, so that a chunk fits into a page.
    static let mostTextBytes = 2_048

    /// The text of an entry.
    func text(of entry: PackedEntry) -> String? {
        entry.text < 0 ? nil : texts[Int(entry.text)]
    }

    /// Adds an entry of another chunk, with its text.
    mutating func append(_ entry: PackedEntry, text: String?) {
        var entry = entry
        entry.text = -1
        if let text {
            entry.text = Int32(truncatingIfNeeded: texts.count)
            texts.append(text)
        }
        entries.append(entry)
    }

    /// Where the chunk must be cut: the ends of its parts.
    ///
    /// A moment is never cut in two, so that its time tells the chunk.
    var cuts: [Int] {
        if entries.count <= Self.mostEntries, texts.isEmpty { return [entries.count] }
        var cuts: [Int] = []
        var count = 0
        var bytes = 0
        for (place, entry) in entries.enumerated() {
            let size = text(of: entry)?.utf8.count ?? 0
            let isFull = count >= Self.mostEntries || bytes + size > Self.mostTextBytes
            if isFull, count > 0, entry.time != entries[place - 1].time {
                cuts.append(place)
                count = 0
                bytes = 0
            }
            count += 1
            bytes += size
        }
        if count > 0 { cuts.append(entries.count) }
        return cuts
    }
}
