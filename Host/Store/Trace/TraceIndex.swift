import Values

extension Snapshot {
    /// Reads a part of a task's extended journal, the oldest lines first.
    ///
    /// - Parameters:
    ///   - task: The task.
    ///   - limit: About how many bytes of frames; whole blocks are given.
    ///   - cursor: Where the last part ended.
    /// - Returns: The lines.
    /// - Throws: `.malformed` for a damaged block.
    package func trace(
        ofTask task: UUID, limit: Int = 1 << 20, cursor: Cursor? = nil
    ) throws(StoreError) -> Page<TraceLine> {
        let binding = "trace:\(task)"
        var place = (segment: "", position: Int64(-1))
        if let cursor {
            let opened = try ListPlace(cursor, binding: binding, vault: vault)
            place = (opened.value, opened.key)
        }
        let positions = try tracePositions(task)
        var lines: [TraceLine] = []
        var taken = 0
        var last: TracePosition?
        for position in positions.drop(while: { !Self.comes($0, after: place) }) {
            if taken >= limit {
                guard let last else { break }
                let next = try ListPlace(key: last.position, value: last.segment)
                    .cursor(binding: binding, vault: vault)
                return Page(items: lines, next: next)
            }
            let segment = try TraceSegment(
                path: traceFolder + "/" + position.segment, mode: .readOnly)
            let bytes = try segment.read(at: position.position, count: Int(position.length))
            guard let block = TraceBlock.decode(bytes, by: Deflate.shared) else {
                throw .malformed(
                    "the extended journal in \(position.segment) at \(position.position)")
            }
            var decoder = TraceDecoder(block.content)
            lines += try decoder.lines()
            taken += block.content.count
            last = position
        }
        return Page(items: lines, next: nil)
    }

    private static func comes(
        _ position: TracePosition, after place: (segment: String, position: Int64)
    ) -> Bool {
        guard let name = TraceSegmentName(position.segment) else { return false }
        guard let other = TraceSegmentName(place.segment) else { return true }
        return (name, position.position) > (other, place.position)
    }

    /// Lists the blocks of a task in order.
    private func tracePositions(_ task: UUID) throws(StoreError) -> [TracePosition] {
        let found = try database.rows(
            "SELECT segment, position, length FROM trace_block WHERE task = ?", task
        ) { (row) throws(StoreError) in
            TracePosition(
                task: task, segment: row.text(), position: row.integer(), length: row.integer())
        }
        return found.sorted { left, right in
            guard let first = TraceSegmentName(left.segment),
                let second = TraceSegmentName(right.segment)
            else { return left.segment < right.segment }
            return (first, left.position) < (second, right.position)
        }
    }

    /// Where the known blocks of some segments end.
    func traceEnds(of segments: [String]) throws(StoreError) -> [String: Int64] {
        var ends: [String: Int64] = [:]
        for segment in segments {
            ends[segment] = try database.integer(
                """
                SELECT position + length FROM trace_block
                WHERE segment = ? ORDER BY position DESC LIMIT 1
                """, segment)
        }
        return ends
    }
}

extension Transaction {
    func insert(_ positions: [TracePosition]) throws(StoreError) {
        for position in positions {
            try database.run(
                "INSERT OR IGNORE INTO trace_block VALUES (?, ?, ?, ?)", position.task,
                position.segment, position.position, position.length)
        }
    }

    func deleteTraceSegments(_ names: [String]) throws(StoreError) {
        for name in names { try database.run("DELETE FROM trace_block WHERE segment = ?", name) }
    }
}
