import Values

extension MeasurementDatabase {
    /// Reads the row of a key, or nil.
    func row(series: Int64, milliseconds: Int64) throws(StoreError) -> MeasurementRow? {
        let statement = try connection.statement(
            "SELECT time, shape, number, received FROM value WHERE series = ? AND time = ?")
        defer { statement.reset() }
        try statement.bind(series, at: 1)
        try statement.bind(milliseconds - month.origin, at: 2)
        guard try statement.step() else { return nil }
        var row = Row(statement)
        return try read(&row)
    }

    /// Reads rows of one series in order of time.
    func rows(
        series: Int64, from: Int64, through: Int64, limit: Int
    ) throws(StoreError) -> [MeasurementRow] {
        try connection.rows(
            """
            SELECT time, shape, number, received FROM value
            WHERE series = ? AND time BETWEEN ? AND ? ORDER BY time LIMIT ?
            """, series, from - month.origin, through - month.origin, limit, as: read)
    }

    /// Reads the newest row of one series in a period, or nil.
    func lastRow(
        series: Int64, from: Int64, through: Int64
    ) throws(StoreError) -> MeasurementRow? {
        try connection.first(
            """
            SELECT time, shape, number, received FROM value
            WHERE series = ? AND time BETWEEN ? AND ? ORDER BY time DESC LIMIT 1
            """, series, from - month.origin, through - month.origin, as: read)
    }

    /// Lists the series of a subject: one step through the index a series.
    func series(ofSubject subject: Int64) throws(StoreError) -> [Int64] {
        let upper = (subject + 1) << Self.kindBits
        var found: [Int64] = []
        var next = subject << Self.kindBits
        while let series = try connection.integer(
            "SELECT series FROM value WHERE series >= ? AND series < ? ORDER BY series LIMIT 1",
            next, upper)
        {
            found.append(series)
            next = series + 1
        }
        return found
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

    /// Writes a row whose key is new.
    func insert(_ row: MeasurementRow, series: Int64) throws(StoreError) {
        try write(
            "INSERT INTO value (series, time, shape, number, received) VALUES (?, ?, ?, ?, ?)",
            row, series: series)
    }

    /// Writes a row in place of the one with the same key.
    func replace(_ row: MeasurementRow, series: Int64) throws(StoreError) {
        try write(
            "REPLACE INTO value (series, time, shape, number, received) VALUES (?, ?, ?, ?, ?)",
            row, series: series)
    }

    private func write(
        _ sql: String, _ row: MeasurementRow, series: Int64
    ) throws(StoreError) {
        let shape = try number(of: row.shape)
        let statement = try connection.statement(sql)
        defer { statement.reset() }
        try statement.bind(series, at: 1)
        try statement.bind(row.milliseconds - month.origin, at: 2)
        try statement.bind(shape, at: 3)
        try row.bindNumber(to: statement, at: 4)
        try statement.bind(row.received - row.milliseconds, at: 5)
        _ = try statement.step()
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

    /// Reads `time, shape, number, received`.
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
