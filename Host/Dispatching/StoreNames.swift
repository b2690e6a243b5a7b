import Store

// Both the plugins' side and the store have these words; here they are the store's. The class `Store`
// hides its module's name, so that `StoredTraceLine` cannot be written.

/// A line of the extended journal, as it is stored.
typealias StoredTraceLine = TraceLine
/// A change of a device's memory, as it is stored.
typealias StoredMemoryWrite = MemoryWrite
/// The fate of an item, as it is stored.
typealias StoredItemOutcome = ItemOutcome
