import JSON
import Values

extension Transaction {
    /// Writes what a batch holds besides its measurements, which are on disk already.
    func append(
        _ batch: CollectionBatch, _ measured: MeasurementResult
    ) throws(StoreError) -> AppendSummary {
        let project = try key(.project, batch.project)
        let device = try key(.device, batch.device, in: project)
        var summary = measured.summary
        try audit(corrections: measured.corrections)
        var takesEvents = true
        if !batch.events.isEmpty { takesEvents = try isCollected(Archive.events) }
        if !takesEvents { summary.notCollected += batch.events.count }
        for event in batch.events where takesEvents {
            if try insert(event, device: device, project: project) { summary.newEvents += 1 }
        }
        for state in batch.states {
            guard try isCollected(state.archive) else {
                summary.notCollected += 1
                continue
            }
            if try insert(state, device: device, project: project) { summary.newStates += 1 }
        }
        try write(batch.memory, device: batch.device, key: device)
        if let task = batch.task {
            try insert(batch.outcomes, task: task)
            try insert(batch.journal, task: task)
            if let progress = batch.progress { try setProgress(ofTask: task, progress) }
        } else if !batch.outcomes.isEmpty || !batch.journal.isEmpty {
            throw .invalid(field: "task", message: "outcomes and journal lines belong to a task")
        }
        return summary
    }

    /// Writes an event unless it is there already.
    ///
    /// - Returns: Whether it is new.
    private func insert(
        _ event: EventRecord, device: Int64, project: Int64
    ) throws(StoreError) -> Bool {
        let time = try RecordTime(time: event.time, received: event.received)
        let number = event.index.map { Int64(bitPattern: $0) } ?? Int64(event.ordinal)
        let added = try database.run(
            """
            INSERT OR IGNORE INTO event (device, project, child, journal, type, time, time_offset,
                time_flags, code, has_index, number, parameters, received, received_offset)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """, device, project, event.child, event.journal, event.type,
            time.key.milliseconds, time.key.offsetMinutes, Int(time.key.flags.rawValue),
            Int64(event.code), event.index != nil, number, event.parameters.stored,
            event.received.milliseconds, event.received.offsetMinutes)
        return added > 0
    }

    /// Writes a state where it differs from the one before it, and confirms that one otherwise.
    ///
    /// - Returns: Whether a row was added.
    private func insert(
        _ state: StateRecord, device: Int64, project: Int64
    ) throws(StoreError) -> Bool {
        let time = try RecordTime(time: state.time, received: state.received)
        let before = try database.first(
            """
            SELECT id, value, time FROM state
            WHERE device = ? AND archive = ? AND type = ? AND child = ? AND time <= ?
            ORDER BY time DESC, id DESC LIMIT 1
            """, device, state.archive, state.type, state.child, time.key.milliseconds
        ) { (row) throws(StoreError) in
            (key: row.integer(), value: try row.json())
        }
        if let before, before.value == state.value {
            try database.run(
                "UPDATE state SET confirmed = max(confirmed, ?) WHERE id = ?",
                state.received.milliseconds, before.key)
            return false
        }
        try database.run(
            """
            INSERT INTO state (device, project, archive, type, child, value, time, time_offset,
                time_flags, received, received_offset, confirmed)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """, device, project, state.archive, state.type, state.child, state.value.text(),
            time.key.milliseconds, time.key.offsetMinutes, Int(time.key.flags.rawValue),
            state.received.milliseconds, state.received.offsetMinutes,
            state.received.milliseconds)
        return true
    }
}
