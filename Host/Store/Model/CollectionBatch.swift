import Values

/// What a session hands over at once: all of it about one device.
package struct CollectionBatch: Sendable {
    package var project: UUID
    package var device: UUID
    /// Nil for what no task asked for: monitors and unsolicited messages.
    package var task: UUID?
    package var measurements: [MeasurementRecord]
    package var events: [EventRecord]
    package var states: [StateRecord]
    package var memory: [MemoryWrite]
    package var outcomes: [ItemOutcome]
    package var journal: [JournalLine]
    package var progress: TaskProgress?

    package init(
        project: UUID, device: UUID, task: UUID? = nil, measurements: [MeasurementRecord] = [],
        events: [EventRecord] = [], states: [StateRecord] = [], memory: [MemoryWrite] = [],
        outcomes: [ItemOutcome] = [], journal: [JournalLine] = [], progress: TaskProgress? = nil
    ) {
        self.project = project
        self.device = device
        self.task = task
        self.measurements = measurements
        self.events = events
        self.states = states
        self.memory = memory
        self.outcomes = outcomes
        self.journal = journal
        self.progress = progress
    }
}

/// One change of a device's durable memory.
package struct MemoryWrite: Hashable, Sendable {
    package var key: String
    /// Empty deletes the key.
    package var bytes: [UInt8]

    package init(key: String, bytes: [UInt8]) {
        self.key = key
        self.bytes = bytes
    }
}

/// What became of a batch's records.
package struct AppendSummary: Hashable, Sendable {
    /// Measurements whose key was new.
    package var inserted = 0
    /// Measurements that were there already.
    package var unchanged = 0
    /// Measurements that displaced another value, which is kept.
    package var corrected = 0
    /// Measurements that replaced an incomplete or absent value, or changed only the status.
    package var updated = 0
    /// Measurements that a better source had given before, or that carry no value where one is.
    package var outranked = 0
    /// Measurements, events and states of archives that are switched off.
    package var notCollected = 0
    /// Events that were not there yet.
    package var newEvents = 0
    /// States that changed.
    package var newStates = 0

    package init() {}

    /// Adds the counts of another part.
    mutating func add(_ other: AppendSummary) {
        inserted += other.inserted
        unchanged += other.unchanged
        corrected += other.corrected
        updated += other.updated
        outranked += other.outranked
        notCollected += other.notCollected
        newEvents += other.newEvents
        newStates += other.newStates
    }
}
