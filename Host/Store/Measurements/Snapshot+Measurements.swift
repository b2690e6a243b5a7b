import JSON
import Values

extension Snapshot {
    /// Reads one page of measurements.
    ///
    /// They come device by device in the order of the query, then by child, quantity and tag, and by
    /// time within those. A page is read from the files that the period touches and no others.
    package func measurements(
        _ query: MeasurementQuery
    ) throws(StoreError) -> Page<Measurement> {
        guard (1...largestPage).contains(query.limit) else {
            throw .invalid(field: "limit", message: "1 to \(largestPage)")
        }
        let start = try query.cursor.map { (cursor) throws(StoreError) in
            try MeasurementPlace(cursor, of: query, vault: vault)
        }
        var found: [Measurement] = []
        var skipping = start != nil
        for device in query.devices {
            if skipping, device != start?.device { continue }
            let place = skipping ? start : nil
            skipping = false
            for series in try series(of: device, query) {
                if let place, series.key < place.series { continue }
                var from = query.from
                if let place, series.key == place.series {
                    from = max(from, place.milliseconds + 1)
                }
                try read(series, of: device, query, from: from, into: &found)
                if found.count > query.limit { break }
            }
            if found.count > query.limit { break }
        }
        var next: Cursor?
        if found.count > query.limit {
            found.removeLast(found.count - query.limit)
            next = try found.last.map { (last) throws(StoreError) in
                try MeasurementPlace(last).cursor(of: query, vault: vault)
            }
        }
        return Page(items: found, next: next)
    }

    /// Reads the newest measurement of each series in the period; the query's cursor is not used.
    package func latestMeasurements(
        _ query: MeasurementQuery
    ) throws(StoreError) -> [Measurement] {
        var found: [Measurement] = []
        for device in query.devices {
            for series in try series(of: device, query) {
                for part in series.parts.reversed() {
                    let row = try part.database.lastRow(
                        series: part.number, from: query.from, through: query.through)
                    guard let row else { continue }
                    found.append(
                        row.measurement(
                            device: device, child: series.key.child, archive: query.archive,
                            kind: series.key.kind))
                    break
                }
                if found.count >= query.limit { return found }
            }
        }
        return found
    }

    /// Lists the values that were shown before a measurement, the oldest first.
    package func corrections(
        of measurement: Measurement
    ) throws(StoreError) -> [MeasurementCorrection] {
        let at = measurement.time.milliseconds
        guard RecordTime.plausible.contains(at) else { return [] }
        let query = MeasurementQuery(
            devices: [measurement.device], archive: measurement.archive, from: at, through: at,
            quantities: [measurement.quantity], tags: [measurement.tag], child: measurement.child)
        var found: [MeasurementCorrection] = []
        for series in try series(of: measurement.device, query) {
            for part in series.parts {
                for (id, row, at) in try part.database.corrections(
                    series: part.number, milliseconds: at)
                {
                    let displaced = row.measurement(
                        device: measurement.device, child: series.key.child,
                        archive: measurement.archive, kind: series.key.kind)
                    found.append(MeasurementCorrection(id: id, displaced: displaced, at: at))
                }
            }
        }
        return found
    }

    private func read(
        _ series: MeasurementSeries, of device: UUID, _ query: MeasurementQuery, from: Int64,
        into found: inout [Measurement]
    ) throws(StoreError) {
        for part in series.parts {
            let missing = query.limit + 1 - found.count
            if missing <= 0 { return }
            let rows = try part.database.rows(
                series: part.number, from: from, through: query.through, limit: missing)
            for row in rows {
                found.append(
                    row.measurement(
                        device: device, child: series.key.child, archive: query.archive,
                        kind: series.key.kind))
            }
        }
    }

    /// Lists a device's series in the order in which they are given, each with its files.
    private func series(
        of device: UUID, _ query: MeasurementQuery
    ) throws(StoreError) -> [MeasurementSeries] {
        var parts: [MeasurementSeries.Key: [MeasurementSeries.Part]] = [:]
        let months = try measurementFiles.months(
            of: query.archive, from: query.from, through: query.through)
        for month in months {
            guard let database = try measurementFiles.database(month) else { continue }
            for (child, subject) in try database.subjects(of: device, child: query.child) {
                for number in try database.series(
                    ofSubject: subject, from: query.from, through: query.through)
                {
                    let kind = try database.kind(ofSeries: number)
                    guard query.wants(kind) else { continue }
                    parts[.init(child: child, kind: kind), default: []].append(
                        .init(database: database, number: number))
                }
            }
        }
        return parts.map { MeasurementSeries(key: $0.key, parts: $0.value) }
            .sorted { $0.key < $1.key }
    }
}

extension MeasurementQuery {
    fileprivate func wants(_ kind: MeasurementKind) -> Bool {
        (quantities.isEmpty || quantities.contains(kind.quantity))
            && (tags.isEmpty || tags.contains(kind.tag))
    }
}

/// One quantity of one device over time, in the files of a period.
private struct MeasurementSeries {
    struct Key: Hashable, Comparable {
        var child: String
        var kind: MeasurementKind

        static func < (left: Key, right: Key) -> Bool {
            (left.child, left.kind) < (right.child, right.kind)
        }
    }

    /// The series in one file.
    struct Part {
        var database: MeasurementDatabase
        var number: Int64
    }

    var key: Key
    /// In order of time.
    var parts: [Part]
}

/// Where a page of measurements ended.
private struct MeasurementPlace {
    var device: UUID
    var series: MeasurementSeries.Key
    var milliseconds: Int64

    init(_ last: Measurement) {
        device = last.device
        series = .init(
            child: last.child, kind: MeasurementKind(quantity: last.quantity, tag: last.tag))
        milliseconds = last.time.milliseconds
    }

    init(_ cursor: Cursor, of query: MeasurementQuery, vault: Vault) throws(StoreError) {
        let bytes = try vault.open(cursor, binding: Self.binding(query))
        guard let fields = try? JSONValue(parsing: bytes), let text = fields[0]?.string,
            let device = UUID(text), let child = fields[1]?.string,
            let quantity = fields[2]?.string, let tag = fields[3]?.string,
            let time = fields[4]?.number?.int64
        else {
            throw .invalid(field: "cursor", message: "not one of ours")
        }
        self.device = device
        series = .init(child: child, kind: MeasurementKind(quantity: quantity, tag: tag))
        milliseconds = time
    }

    func cursor(of query: MeasurementQuery, vault: Vault) throws(StoreError) -> Cursor {
        let fields: JSONValue = [
            .string(device.description), .string(series.child), .string(series.kind.quantity),
            .string(series.kind.tag), JSONValue(milliseconds),
        ]
        return try vault.cursor(fields.bytes(), binding: Self.binding(query))
    }

    private static func binding(_ query: MeasurementQuery) -> String {
        "\(query.archive)|\(query.from)|\(query.through)|\(query.quantities)|\(query.tags)|"
            + "\(query.child ?? "*")|\(query.devices.map(\.description))"
    }
}
