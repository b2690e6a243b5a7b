import Values

/// When a device has values of one quantity and tag.
package struct StoredMoments: Hashable, Sendable {
    package var quantity: String
    /// Empty for none.
    package var tag: String
    /// Milliseconds since 1970 UTC, in ascending order; what the device marked as incomplete is not
    /// among them, because it is to be read again.
    package var moments: [Int64]

    package init(quantity: String, tag: String, moments: [Int64]) {
        self.quantity = quantity
        self.tag = tag
        self.moments = moments
    }
}

extension Snapshot {
    /// Tells which values of an archive a device has in a period: a walk along the archive's own
    /// index, without the values.
    ///
    /// What the device said to be absent counts as there: it was asked and has answered. What is
    /// stored of devices behind it is left out.
    ///
    /// - Parameters:
    ///   - device: The device.
    ///   - archive: The archive's symbol.
    ///   - from: Inclusive, milliseconds since 1970 UTC.
    ///   - through: Inclusive.
    ///   - quantities: Which ones; empty for all.
    /// - Returns: A row for each quantity and tag of which the files of the period have a value.
    /// - Throws: `.invalid` for what is no archive.
    package func storedMoments(
        of device: UUID, archive: String, from: Int64, through: Int64, quantities: [String] = []
    ) throws(StoreError) -> [StoredMoments] {
        var found: [MeasurementKind: [Int64]] = [:]
        let months = try measurementFiles.months(of: archive, from: from, through: through)
        let subject = MeasurementDatabase.Subject(device: device, child: "")
        for month in months {
            guard let database = try measurementFiles.database(month),
                let number = try database.number(of: subject)
            else { continue }
            let kinds = try database.kindNumbers { kind in
                quantities.isEmpty || quantities.contains(kind.quantity)
            }
            try database.walk(subject: number, kinds: kinds, from: from, through: through) {
                (mark) throws(StoreError) in
                let kind = try database.kind(ofSeries: mark.kind)
                let isComplete = try !database.shape(mark.shape).status.contains(.incomplete)
                found[kind, default: []] += isComplete ? [mark.milliseconds] : []
            }
        }
        return found.sorted { $0.key < $1.key }.map {
            StoredMoments(quantity: $0.key.quantity, tag: $0.key.tag, moments: $0.value)
        }
    }

    /// Tells the time of the newest event of a journal that is not in the future.
    ///
    /// - Parameters:
    ///   - device: The device; only its own events count.
    ///   - journal: The journal's symbol.
    ///   - now: Milliseconds since 1970 UTC; a clock that ran ahead must not hide what came after.
    /// - Returns: Milliseconds since 1970 UTC; nil without an event, and where the newest one has the
    ///   host's time, because the device gives none.
    /// - Throws: A failure of the database.
    package func newestEvent(
        of device: UUID, journal: String, notAfter now: Int64
    ) throws(StoreError) -> Int64? {
        let found = try database.first(
            """
            SELECT e.time, e.time_flags FROM device_key k JOIN event e ON e.device = k.id
            WHERE k.uuid = ? AND e.journal = ? AND e.child = '' AND e.time <= ?
            ORDER BY e.time DESC LIMIT 1
            """, device, journal, now
        ) { (row) throws(StoreError) in
            (time: row.integer(), flags: UInt32(truncatingIfNeeded: row.integer()))
        }
        guard let found, !TimeFlags(rawValue: found.flags).contains(.fromHost) else { return nil }
        return found.time
    }
}
