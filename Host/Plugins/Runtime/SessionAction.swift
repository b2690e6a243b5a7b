import Values

/// Bytes for the wire.
package struct OutgoingBytes: Hashable, Sendable {
    package var bytes: [UInt8]
    /// Wait until all records, outcomes and memory so far are on disk.
    package var isAfterStored: Bool
    /// The journal keeps length and digest only.
    package var isBulk: Bool
    /// Stretches that no journal may show.
    package var secrets: [Range<Int>]

    package init(
        _ bytes: [UInt8], isAfterStored: Bool = false, isBulk: Bool = false,
        secrets: [Range<Int>] = []
    ) {
        self.bytes = bytes
        self.isAfterStored = isAfterStored
        self.isBulk = isBulk
        self.secrets = secrets
    }
}

/// What a driver asked of its link, already checked; plain data, in the order of the calls.
package enum SessionAction: Hashable, Sendable {
    case send(OutgoingBytes)
    /// A stretch of the bytes just received that no journal may show.
    case redact(Range<Int>)
    /// Counted from the event's time; nil clears it.
    case deadline(milliseconds: UInt32?)
    case record(EmittedRecord)
    case outcome(ItemOutcome)
    case note(SessionNote)
    case progress(SessionProgress)
    case child(ChildDevice)
    case remember(MemoryWrite)
    /// A counter's block is used up.
    case needsCounter(String, count: UInt64)
    case reconnect(afterMilliseconds: UInt32)
    case complete(requestID: UInt64, code: ErrorCode, message: Message?)
    case finish(code: ErrorCode, detail: Int32, message: Message?)
    case yielded(checkpoint: [UInt8])
}

/// What one callback of a driver did.
package struct Turn: Sendable {
    /// Limits that were met; the driver was told TOO_MUCH and waits for CREDIT.
    package struct Shortages: OptionSet, Hashable, Sendable {
        package let rawValue: UInt8

        package init(rawValue: UInt8) {
            self.rawValue = rawValue
        }

        /// The bytes that may be queued.
        package static let sendBytes = Shortages(rawValue: 1)
        /// The records or notes of one callback.
        package static let perCallback = Shortages(rawValue: 2)
        /// The numbers of a counter.
        package static let counter = Shortages(rawValue: 4)
    }

    package var actions: [SessionAction] = []
    package var shortages: Shortages = []
    /// Calls that broke the contract, for the plugin's log: what was called and why it was refused.
    package var breaches: [String] = []
    /// The time that the callback took.
    package var nanoseconds: UInt64 = 0

    package init() {}
}
