/// Knows what of a session is on disk: counts the credit of records and holds back what must wait.
struct StoreGate {
    private struct Batch {
        var sequence: UInt64
        var records: Int
    }

    private struct Held {
        var sequence: UInt64
        var bytes: OutgoingBytes
    }

    /// The last batch that was handed over.
    private(set) var lastSequence: UInt64 = 0
    private(set) var confirmed: UInt64 = 0
    /// Records that were handed over and are not on disk.
    private(set) var unconfirmedRecords = 0
    private var batches: [Batch] = []
    private var held: [Held] = []
    /// Bytes that are held back.
    private(set) var heldByteCount = 0

    /// The number of the batch that is being gathered.
    var nextSequence: UInt64 { lastSequence + 1 }

    /// True while bytes wait for the store.
    var isHoldingBytes: Bool { !held.isEmpty }

    /// A batch is handed over.
    mutating func issue(_ batch: SessionBatch) {
        lastSequence = batch.sequence
        unconfirmedRecords += batch.records.count
        batches.append(Batch(sequence: batch.sequence, records: batch.records.count))
    }

    /// Everything up to `sequence` is on disk.
    ///
    /// - Parameter sequence: A batch's number; one that was never handed over counts as the last.
    /// - Returns: Bytes that may leave now, in order.
    mutating func confirm(upTo sequence: UInt64) -> [OutgoingBytes] {
        confirmed = max(confirmed, min(sequence, lastSequence))
        while let batch = batches.first, batch.sequence <= confirmed {
            unconfirmedRecords -= batch.records
            batches.removeFirst()
        }
        var released: [OutgoingBytes] = []
        while let first = held.first, first.sequence <= confirmed {
            released.append(first.bytes)
            heldByteCount -= first.bytes.bytes.count
            held.removeFirst()
        }
        return released
    }

    /// Decides about bytes that are to be sent.
    ///
    /// - Parameters:
    ///   - bytes: What the driver sends.
    ///   - isGathering: Whether something was gathered for the batch that is not handed over yet.
    /// - Returns: True where they may leave now; else they are held.
    mutating func admits(_ bytes: OutgoingBytes, isGathering: Bool) -> Bool {
        var required = held.last?.sequence ?? 0
        if bytes.isAfterStored {
            required = isGathering ? nextSequence : max(required, lastSequence)
        }
        guard required > confirmed else { return true }
        held.append(Held(sequence: required, bytes: bytes))
        heldByteCount += bytes.bytes.count
        return false
    }

    /// Drops what is held back: its connection is gone.
    mutating func dropBytes() {
        held = []
        heldByteCount = 0
    }
}
