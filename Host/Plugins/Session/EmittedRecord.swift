import JSON
import Values

/// One record as a driver emitted it, checked and copied.
package struct EmittedRecord: Hashable, Sendable {
    /// What a record is, with what only this kind has.
    package enum Content: Hashable, Sendable {
        /// A value of a quantity; nil where the device has none (absent).
        case measurement(value: Value?, status: Status)
        /// An entry of a journal: `archive` is the journal, `quantity` the type of event (may be empty),
        /// `index` the device's own number of it.
        case event(code: UInt32, index: UInt64?, parameters: JSONObject)
        /// A state: `quantity` is its type; null where the device has none.
        case state(JSONValue)
    }

    /// The archive's, journal's or state archive's symbol.
    package var archive: String
    /// The quantity's or type's symbol.
    package var quantity: String
    /// The tag's symbol, or empty.
    package var tag: String
    /// The device behind this one, by serial number or address; empty for the device itself.
    package var child: String
    /// The time as the device gave it; the host's, with the flag `.fromHost`, where it gave none.
    package var time: Timestamp
    /// The nominal end of the interval, exclusive, in milliseconds UTC: then it is the key.
    package var intervalEnd: Int64?
    /// The item of the request or command that asked for it.
    package var item: UInt32?
    /// The monitor's command that it answers, or 0.
    package var requestID: UInt64
    package var content: Content
    /// When the host received it, in milliseconds UTC.
    package var receivedAt: Int64

    package init(
        archive: String, quantity: String, tag: String = "", child: String = "", time: Timestamp,
        intervalEnd: Int64? = nil, item: UInt32? = nil, requestID: UInt64 = 0, content: Content,
        receivedAt: Int64
    ) {
        self.archive = archive
        self.quantity = quantity
        self.tag = tag
        self.child = child
        self.time = time
        self.intervalEnd = intervalEnd
        self.item = item
        self.requestID = requestID
        self.content = content
        self.receivedAt = receivedAt
    }
}
