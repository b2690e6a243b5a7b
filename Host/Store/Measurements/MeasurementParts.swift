import Values

/// A batch's measurements sorted into the files that they belong to, before anything is written.
struct MeasurementParts {
    private(set) var all: [Part] = []

    /// What goes into one file.
    struct Part {
        let month: MeasurementMonth
        fileprivate let reach: Range<Int64>
        fileprivate var records: [(place: Int, time: RecordTime)] = []
    }

    /// Sorts a batch.
    ///
    /// - Parameters:
    ///   - batch: What a session handed over.
    ///   - archives: Which archives there are, and which of them are active.
    ///   - summary: Counts what is left out because its archive is not active.
    /// - Throws: `.invalid` for an unknown archive or a time of receipt that is none.
    init(
        _ batch: CollectionBatch, _ archives: [String: Bool], _ summary: inout AppendSummary
    ) throws(StoreError) {
        var last = 0
        for (place, record) in batch.measurements.enumerated() {
            let time = try RecordTime(
                time: record.time, intervalEnd: record.intervalEnd, received: record.received)
            let at = time.key.milliseconds
            // Neighbours mostly go into the same file.
            if last < all.count, all[last].reach.contains(at),
                all[last].month.archive == record.archive
            {
                all[last].records.append((place, time))
                continue
            }
            guard let isActive = archives[record.archive] else {
                throw .invalid(field: "archive", message: "there is no archive \(record.archive)")
            }
            guard isActive else {
                summary.notCollected += 1
                continue
            }
            let month = MeasurementMonth(archive: record.archive, holding: at)
            if let known = all.firstIndex(where: { $0.month == month }) {
                last = known
            } else {
                last = all.count
                all.append(Part(month: month, reach: month.reach))
            }
            all[last].records.append((place, time))
        }
    }
}

extension MeasurementParts.Part {
    /// Gives names their numbers in the file and sorts by key.
    func resolve(
        _ batch: CollectionBatch, in database: MeasurementDatabase
    ) throws(StoreError) -> [IncomingEntry] {
        var incoming: [IncomingEntry] = []
        incoming.reserveCapacity(records.count)
        var subject: (child: String, number: Int64)?
        var isSorted = true
        var kinds = KindMemo()
        for (place, time) in records {
            let record = batch.measurements[place]
            if subject?.child != record.child {
                let number = try database.number(
                    of: .init(device: batch.device, child: record.child), project: batch.project)
                subject = (record.child, number)
            }
            let kind = try kinds.number(of: record, in: database)
            let row = MeasurementRow(record, time: time)
            let next = IncomingEntry(
                subject: subject?.number ?? 0,
                entry: try database.entry(row, kind: Int32(truncatingIfNeeded: kind)),
                text: row.text, place: place)
            if let last = incoming.last, IncomingEntry.precedes(next, last) { isSorted = false }
            incoming.append(next)
        }
        if !isSorted { incoming.sort(by: IncomingEntry.precedes) }
        return incoming
    }
}

/// The quantities and tags of a batch in the order in which they came first: a device mostly gives them in
/// the same order at each moment, so that the next one is known without looking it up.
private struct KindMemo {
    private var known: [(quantity: String, tag: String, number: Int64)] = []
    private var next = 0

    mutating func number(
        of record: MeasurementRecord, in database: MeasurementDatabase
    ) throws(StoreError) -> Int64 {
        if next == known.count { next = 0 }
        if next < known.count, known[next].quantity == record.quantity,
            known[next].tag == record.tag
        {
            next += 1
            return known[next - 1].number
        }
        let found = known.firstIndex { $0.quantity == record.quantity && $0.tag == record.tag }
        if let found {
            next = found + 1
            return known[found].number
        }
        let number = try database.number(
            of: MeasurementKind(quantity: record.quantity, tag: record.tag))
        // More would be slower to go through than to look up.
        if known.count < 64 {
            known.append((record.quantity, record.tag, number))
            next = known.count
        }
        return number
    }
}
