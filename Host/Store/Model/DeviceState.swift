import JSON
import Values

/// A state of a device as a driver read it: clock, configuration, relay and so on.
package struct StateRecord: Hashable, Sendable {
    /// The state archive's symbol.
    package var archive: String
    /// The state type's symbol.
    package var type: String
    /// The device behind the session's device; empty for the device itself.
    package var child: String
    package var value: JSONValue
    /// The device's stamp, or nil, on the way in; never nil as stored.
    package var time: Timestamp?
    /// When the host received it.
    package var received: Timestamp

    package init(
        archive: String, type: String, child: String = "", value: JSONValue, time: Timestamp?,
        received: Timestamp
    ) {
        self.archive = archive
        self.type = type
        self.child = child
        self.value = value
        self.time = time
        self.received = received
    }
}

/// A stored state: one row a change.
package struct DeviceState: Hashable, Sendable {
    package var device: UUID
    package var record: StateRecord
    /// When the same value was read last.
    package var confirmed: Moment

    package init(device: UUID, record: StateRecord, confirmed: Moment) {
        self.device = device
        self.record = record
        self.confirmed = confirmed
    }
}
