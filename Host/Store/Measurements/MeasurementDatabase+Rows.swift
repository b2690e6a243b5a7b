import Values

extension MeasurementDatabase {
    /// Reads the row of a key, or nil.
    func row(series: Int64, milliseconds: Int64) throws(StoreError) -> MeasurementRow? {
        guard month.reach.contains(milliseconds) else { return nil }
        return try rows(series: series, from: milliseconds, through: milliseconds, limit: 1).first
    }

    /// Reads rows of one series in order of time.
    func rows(
        series: Int64, from: Int64, through: Int64, limit: Int
    ) throws(StoreError) -> [MeasurementRow] {
        let (subject, kind) = Self.parts(ofSeries: series)
        var found: [MeasurementRow] = []
        if limit <= 0 { return found }
        try visit(subject: subject, from: time(from), through: time(through)) {
            (entry, reader) throws(StoreError) in
            if entry.kind == kind {
                found.append(try self.row(entry, text: reader.text))
            }
            return found.count < limit
        }
        return found
    }

    /// Reads the newest row of one series in a period, or nil.
    func lastRow(
        series: Int64, from: Int64, through: Int64
    ) throws(StoreError) -> MeasurementRow? {
        let (subject, kind) = Self.parts(ofSeries: series)
        let (low, high) = (time(from), time(through))
        var end = high
        while low <= end, let stored = try chunk(subject, at: end) {
            let found = stored.chunk.entries.last { entry in
                entry.kind == kind && (low...high).contains(entry.time)
            }
            if let found { return try row(found, text: stored.chunk.text(of: found)) }
            let start = Self.start(of: stored.id)
            if start <= low { return nil }
            end = start - 1
        }
        return nil
    }

    /// Lists the series of a subject.
    func series(ofSubject subject: Int64) throws(StoreError) -> [Int64] {
        try series(ofSubject: subject, from: .min, through: .max)
    }

    /// Lists the series of a subject that have a row in a period.
    func series(
        ofSubject subject: Int64, from: Int64, through: Int64
    ) throws(StoreError) -> [Int64] {
        var found: [Bool] = []
        try visit(subject: subject, from: time(from), through: time(through)) { (entry, _) in
            while found.count <= Int(entry.kind) { found.append(false) }
            found[Int(entry.kind)] = true
            return true
        }
        return found.indices.filter { found[$0] }.map { subject << Self.kindBits | Int64($0) }
    }

    /// Takes the number of a series apart.
    static func parts(ofSeries series: Int64) -> (subject: Int64, kind: Int32) {
        (series >> kindBits, Int32(truncatingIfNeeded: series & kindMask))
    }

    /// Lists a device and what is behind it, as far as the file has values of them.
    func subjects(of device: UUID, child: String?) throws(StoreError) -> [(String, Int64)] {
        if let child {
            return try number(of: Subject(device: device, child: child)).map { [(child, $0)] } ?? []
        }
        return try connection.rows(
            "SELECT child, id FROM subject WHERE device = ?", device
        ) { (row) throws(StoreError) in (row.text(), row.integer()) }
    }

    /// Keeps a row that is about to be replaced.
    func keep(
        _ row: MeasurementRow, series: Int64, id: UUID, at: Moment
    ) throws(StoreError) {
        let shape = try number(of: row.shape)
        let statement = try connection.statement(
            """
            INSERT INTO correction (uuid, series, time, shape, number, received, at, audited)
            VALUES (?, ?, ?, ?, ?, ?, ?, 0)
            """)
        defer { statement.reset() }
        try statement.bind(id, at: 1)
        try statement.bind(series, at: 2)
        try statement.bind(row.milliseconds - month.origin, at: 3)
        try statement.bind(shape, at: 4)
        try row.bindNumber(to: statement, at: 5)
        try statement.bind(row.received - row.milliseconds, at: 6)
        try statement.bind(at.milliseconds, at: 7)
        _ = try statement.step()
    }

    /// Reads `time, shape, number, received`, times counted from the middle of the month.
    func read(_ row: inout Row) throws(StoreError) -> MeasurementRow {
        // Distances within a file are small, but a damaged file must not end the process.
        let (milliseconds, far) = row.integer().addingReportingOverflow(month.origin)
        let shape = try shape(row.integer())
        var text: String?
        var number: Int64 = 0
        if row.isText {
            text = row.text()
        } else {
            number = row.integer()
        }
        let (received, farther) = row.integer().addingReportingOverflow(milliseconds)
        guard !far, !farther else { throw .malformed("the time of a measurement") }
        return MeasurementRow(
            milliseconds: milliseconds, shape: shape, number: number, text: text,
            received: received)
    }
}

extension MeasurementDatabase {
    /// Puts the row of an entry together.
    func row(_ entry: PackedEntry, text: String?) throws(StoreError) -> MeasurementRow {
        MeasurementRow(
            milliseconds: month.base + Int64(entry.time), shape: try shape(Int64(entry.shape)),
            number: entry.number, text: text, received: month.base &+ entry.received)
    }

    /// Packs a row.
    func entry(_ row: MeasurementRow, kind: Int32) throws(StoreError) -> PackedEntry {
        PackedEntry(
            time: time(row.milliseconds), kind: kind, shape: try packedNumber(of: row.shape),
            number: row.number, received: row.received &- month.base)
    }

    /// Gives the number of a shape as an entry holds it.
    func packedNumber(of shape: MeasurementShape) throws(StoreError) -> Int32 {
        guard let number = Int32(exactly: try number(of: shape)) else {
            throw .malformed("\(month.path) holds too many shapes")
        }
        return number
    }
}

extension MeasurementRow {
    /// Binds the number, or the text in its place.
    func bindNumber(to statement: Statement, at index: Int32) throws(StoreError) {
        switch shape.kind {
        case .absent: try statement.bind(Int64?.none, at: index)
        case .text: try statement.bind(text ?? "", at: index)
        case .decimal, .unsigned, .bits: try statement.bind(number, at: index)
        }
    }
}
