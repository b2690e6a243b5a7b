import Values

extension MeasurementDatabase {
    /// Lists the corrections that the audit may not have.
    func unauditedCorrections() throws(StoreError) -> [CorrectionNote] {
        let found = try connection.rows(
            """
            SELECT c.uuid, s.project, s.device, s.child, c.series, c.at, c.time, c.shape, c.number,
                c.received
            FROM correction c JOIN subject s ON s.id = c.series >> \(Self.kindBits)
            WHERE NOT c.audited ORDER BY c.id
            """
        ) { (row) throws(StoreError) in
            let id = try row.uuid()
            let project = try row.uuid()
            let device = try row.uuid()
            let child = row.text()
            let series = row.integer()
            let at = row.moment()
            let old = try self.read(&row)
            let note = CorrectionNote(
                id: id, project: project, device: device, child: child, archive: self.month.archive,
                kind: try self.kind(ofSeries: series),
                time: Timestamp(
                    milliseconds: old.milliseconds, offsetMinutes: old.shape.offsetMinutes,
                    flags: old.shape.flags),
                displaced: old.value, value: nil, at: at)
            return (note, series, old.milliseconds)
        }
        var notes: [CorrectionNote] = []
        for (note, series, milliseconds) in found {
            var complete = note
            complete.value = try row(series: series, milliseconds: milliseconds)?.value
            notes.append(complete)
        }
        return notes
    }

    /// Lists the displaced values of one key, the oldest first.
    func corrections(
        series: Int64, milliseconds: Int64
    ) throws(StoreError) -> [(id: UUID, row: MeasurementRow, at: Moment)] {
        try connection.rows(
            """
            SELECT uuid, at, time, shape, number, received FROM correction
            WHERE series = ? AND time = ? ORDER BY id
            """, series, milliseconds - month.origin
        ) { (row) throws(StoreError) in
            let id = try row.uuid()
            let at = row.moment()
            return (id, try self.read(&row), at)
        }
    }
}
