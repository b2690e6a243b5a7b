import JSON
import Values

/// An entry of a device's journal.
package struct EventRecord: Hashable, Sendable {
    /// The journal's symbol.
    package var journal: String
    /// The event type's symbol; may be empty.
    package var type: String
    package var code: UInt32
    /// The device behind the session's device; empty for the device itself.
    package var child: String
    /// Names and values: an object or null.
    package var parameters: JSONValue
    /// The device's stamp, or nil, on the way in; never nil as stored.
    package var time: Timestamp?
    /// The device's own number of the event, if it has one.
    package var index: UInt64?
    /// The ordinal among equal events of one reading; `EventOrdinals` counts it.
    package var ordinal: Int
    /// When the host received it.
    package var received: Timestamp

    package init(
        journal: String, type: String = "", code: UInt32, child: String = "",
        parameters: JSONValue = .null, time: Timestamp?, index: UInt64? = nil, ordinal: Int = 0,
        received: Timestamp
    ) {
        self.journal = journal
        self.type = type
        self.code = code
        self.child = child
        self.parameters = parameters
        self.time = time
        self.index = index
        self.ordinal = ordinal
        self.received = received
    }
}

/// A stored event.
package struct Event: Hashable, Sendable {
    package var device: UUID
    package var record: EventRecord

    package init(device: UUID, record: EventRecord) {
        self.device = device
        self.record = record
    }
}

/// Numbers equal events within one reading of a journal.
///
/// Two equal events of one second stay two, and a journal that is read again stays one, when each
/// reading starts with a new value. A session keeps one for all its batches.
package struct EventOrdinals: Sendable {
    private struct Key: Hashable {
        var item: Int
        var child: String
        var journal: String
        var time: Int64
        var code: UInt32
    }

    private var seen: [Key: Int] = [:]

    package init() {}

    /// Sets the ordinal of an event that bears no index of the device.
    ///
    /// - Parameters:
    ///   - event: The event; its ordinal is replaced.
    ///   - item: The item that asked for it: each item is a reading of its own.
    package mutating func number(_ event: inout EventRecord, item: Int) {
        guard event.index == nil, let time = event.time else { return }
        let key = Key(
            item: item, child: event.child, journal: event.journal, time: time.milliseconds,
            code: event.code)
        event.ordinal = seen[key, default: 0]
        seen[key, default: 0] += 1
    }
}
