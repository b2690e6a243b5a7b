import Values

/// A measurement on its way into a file, its names resolved.
struct IncomingEntry {
    /// The subject's number in the file.
    var subject: Int64
    var entry: PackedEntry
    var text: String?
    /// The place in the batch: of two with one key, the later one comes later.
    var place: Int

    static func precedes(_ left: IncomingEntry, _ right: IncomingEntry) -> Bool {
        if left.subject != right.subject { return left.subject < right.subject }
        if !left.entry.hasSameKey(as: right.entry) {
            return PackedEntry.precedes(left.entry, right.entry)
        }
        return left.place < right.place
    }
}

/// Merges a batch's measurements into one file, by the rules of ``MeasurementVerdict``.
struct MeasurementMerge {
    private let database: MeasurementDatabase
    private let batch: CollectionBatch
    private let ids: IDSource
    private let now: Moment
    private(set) var result = MeasurementResult()

    init(into database: MeasurementDatabase, _ batch: CollectionBatch, ids: IDSource, now: Moment) {
        self.database = database
        self.batch = batch
        self.ids = ids
        self.now = now
    }

    /// Merges entries, which are sorted.
    mutating func merge(_ incoming: [IncomingEntry]) throws(StoreError) {
        var rest = incoming[...]
        while let first = rest.first {
            // A chunk takes what lies between its beginning and that of the next one.
            var target = try database.chunk(first.subject, at: first.entry.time)
            if target == nil {
                target = try database.chunk(first.subject, after: first.entry.time)
            }
            let begin = max(
                first.entry.time, target.map { MeasurementDatabase.start(of: $0.id) } ?? 0)
            let limit = try database.chunkStart(first.subject, after: begin)
            let part = rest.prefix { next in
                next.subject == first.subject
                    && (limit.map { next.entry.time < $0 } ?? true)
            }
            rest = rest[part.endIndex...]
            if let merged = try merge(part, into: target?.chunk ?? Chunk()) {
                try database.store(merged, subject: first.subject, replacing: target?.id)
            }
        }
    }

    /// Merges entries into a chunk; nil when it stays as it is.
    private mutating func merge(
        _ incoming: ArraySlice<IncomingEntry>, into chunk: Chunk
    ) throws(StoreError) -> Chunk? {
        var merged = Chunk()
        merged.entries.reserveCapacity(chunk.entries.count + incoming.count)
        var isChanged = false
        var old = 0
        for next in incoming {
            while old < chunk.entries.count,
                PackedEntry.precedes(chunk.entries[old], next.entry)
            {
                merged.append(chunk.entries[old], text: chunk.text(of: chunk.entries[old]))
                old += 1
            }
            if let last = merged.entries.last, last.hasSameKey(as: next.entry) {
                // The batch itself holds the key twice.
                let place = merged.entries.count - 1
                isChanged = try apply(next, to: &merged, at: place) || isChanged
            } else if old < chunk.entries.count, chunk.entries[old].hasSameKey(as: next.entry) {
                merged.append(chunk.entries[old], text: chunk.text(of: chunk.entries[old]))
                old += 1
                let place = merged.entries.count - 1
                isChanged = try apply(next, to: &merged, at: place) || isChanged
            } else {
                merged.append(next.entry, text: next.text)
                result.summary.inserted += 1
                isChanged = true
            }
        }
        guard isChanged else { return nil }
        for entry in chunk.entries[old...] { merged.append(entry, text: chunk.text(of: entry)) }
        return merged
    }

    /// Applies the rules to a key that is there already.
    ///
    /// - Returns: Whether the entry changed.
    private mutating func apply(
        _ next: IncomingEntry, to chunk: inout Chunk, at place: Int
    ) throws(StoreError) -> Bool {
        let stored = chunk.entries[place]
        let storedText = chunk.text(of: stored)
        if stored.shape == next.entry.shape, stored.number == next.entry.number,
            storedText == next.text
        {
            result.summary.unchanged += 1
            return false
        }
        let old = try database.row(stored, text: storedText)
        var row = try database.row(next.entry, text: next.text)
        row.shape.isCorrected = old.shape.isCorrected
        switch MeasurementVerdict(old: old, new: row) {
        case .unchanged:
            result.summary.unchanged += 1
            return false
        case .outranked:
            result.summary.outranked += 1
            return false
        case .update:
            result.summary.updated += 1
        case .correction:
            let id = ids.next(now)
            let series = next.subject << MeasurementDatabase.kindBits | Int64(next.entry.kind)
            try database.keep(old, series: series, id: id, at: now)
            row.shape.isCorrected = true
            result.summary.corrected += 1
            database.hasUnaudited = true
            result.corrections.append(try note(id, old, row, next))
        }
        var replacement = next.entry
        replacement.shape = try database.packedNumber(of: row.shape)
        replacement.text = stored.text
        if let text = next.text {
            if stored.text < 0 {
                replacement.text = Int32(truncatingIfNeeded: chunk.texts.count)
                chunk.texts.append(text)
            } else {
                chunk.texts[Int(stored.text)] = text
            }
        } else {
            // The old text stays in the list, where nobody asks for it; it is not written.
            replacement.text = -1
        }
        chunk.entries[place] = replacement
        return true
    }

    private func note(
        _ id: UUID, _ old: MeasurementRow, _ row: MeasurementRow, _ next: IncomingEntry
    ) throws(StoreError) -> CorrectionNote {
        let record = batch.measurements[next.place]
        return CorrectionNote(
            id: id, project: batch.project, device: batch.device, child: record.child,
            archive: record.archive,
            kind: MeasurementKind(quantity: record.quantity, tag: record.tag),
            time: Timestamp(
                milliseconds: row.milliseconds, offsetMinutes: row.shape.offsetMinutes,
                flags: row.shape.flags),
            displaced: old.value, value: row.value, at: now)
    }
}
