import Values

/// A measurement as a driver emitted it, on its way into the store.
package struct MeasurementRecord: Hashable, Sendable {
    /// The archive's symbol, as `END_OF_DAY`.
    package var archive: String
    package var quantity: String
    /// The tariff or phase; empty for none.
    package var tag: String
    /// The device behind the session's device; empty for the device itself.
    package var child: String
    /// Nil where the device says that it has no value.
    package var value: Value?
    package var status: Status
    /// The stamp as the device gave it; nil when it gave none.
    package var time: Timestamp?
    /// The nominal end of an interval value, exclusive, in milliseconds since 1970 UTC.
    package var intervalEnd: Int64?
    /// When the host received it.
    package var received: Timestamp

    package init(
        archive: String, quantity: String, tag: String = "", child: String = "", value: Value?,
        status: Status, time: Timestamp?, intervalEnd: Int64? = nil, received: Timestamp
    ) {
        self.archive = archive
        self.quantity = quantity
        self.tag = tag
        self.child = child
        self.value = value
        self.status = status
        self.time = time
        self.intervalEnd = intervalEnd
        self.received = received
    }
}

/// A stored measurement.
package struct Measurement: Hashable, Sendable {
    package var device: UUID
    package var child: String
    package var archive: String
    package var quantity: String
    package var tag: String
    /// The key: the nominal end of an interval, the device's time, or else the time of receipt.
    package var time: Timestamp
    /// The stamp as the device gave it, where it differs from the key.
    package var stamp: Timestamp?
    package var value: Value?
    package var status: Status
    package var received: Timestamp
    /// Whether another value was shown here before; `corrections` lists those.
    package var isCorrected: Bool

    package init(
        device: UUID, child: String, archive: String, quantity: String, tag: String,
        time: Timestamp, stamp: Timestamp?, value: Value?, status: Status, received: Timestamp,
        isCorrected: Bool
    ) {
        self.device = device
        self.child = child
        self.archive = archive
        self.quantity = quantity
        self.tag = tag
        self.time = time
        self.stamp = stamp
        self.value = value
        self.status = status
        self.received = received
        self.isCorrected = isCorrected
    }
}

/// A value that a later reading displaced.
package struct MeasurementCorrection: Hashable, Sendable {
    /// The identifier that the audit names.
    package var id: UUID
    /// The displaced measurement.
    package var displaced: Measurement
    /// When the newer value came.
    package var at: Moment

    package init(id: UUID, displaced: Measurement, at: Moment) {
        self.id = id
        self.displaced = displaced
        self.at = at
    }
}

/// Where a measurement came from; a lower one never displaces a higher one.
package enum MeasurementSource: Int, Hashable, Comparable, Sendable {
    case byHand
    case intermediateSystem
    case readDirectly

    package static func < (left: MeasurementSource, right: MeasurementSource) -> Bool {
        left.rawValue < right.rawValue
    }

    /// Derives the source from the status; what is not marked otherwise was read directly.
    package init(_ status: Status) {
        if status.contains(.byHand) {
            self = .byHand
        } else if status.contains(.throughIntermediate) {
            self = .intermediateSystem
        } else {
            self = .readDirectly
        }
    }
}

/// Which measurements a caller wants: always a period of one archive.
package struct MeasurementQuery: Hashable, Sendable {
    package var devices: [UUID]
    package var archive: String
    /// Inclusive, milliseconds since 1970 UTC, compared with the key.
    package var from: Int64
    /// Inclusive as well: the value for the end of the last day lies on its end.
    package var through: Int64
    /// Empty for all.
    package var quantities: [String]
    /// Empty for all.
    package var tags: [String]
    /// Nil for the device and all behind it; empty for the device itself.
    package var child: String?
    package var limit: Int
    package var cursor: Cursor?

    package init(
        devices: [UUID], archive: String, from: Int64, through: Int64, quantities: [String] = [],
        tags: [String] = [], child: String? = nil, limit: Int = 1_000, cursor: Cursor? = nil
    ) {
        self.devices = devices
        self.archive = archive
        self.from = from
        self.through = through
        self.quantities = quantities
        self.tags = tags
        self.child = child
        self.limit = limit
        self.cursor = cursor
    }
}
