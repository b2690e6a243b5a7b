import Store

extension CollectionBatch {
    /// Whether there is nothing to store.
    var isEmpty: Bool {
        measurements.isEmpty && events.isEmpty && states.isEmpty && memory.isEmpty
            && outcomes.isEmpty && journal.isEmpty && progress == nil
    }
}
