import JSON
import Values

/// One fact that a driver found: a measurement, an event of a journal, or a state.
public struct Record: Hashable, Sendable {
    /// What kind of fact it is, with what only that kind has.
    public enum Content: Hashable, Sendable {
        /// A value of a measurement archive; nil is *absent*: the device has no value here.
        case measurement(
            archive: String, quantity: String, tag: String, value: Value?, status: Status)
        /// An event of a journal. `index` is the device's own number of the event, if it has one.
        case event(
            journal: String, type: String, code: UInt32, parameters: JSONObject, index: UInt64?)
        /// A state; its value is text or any JSON; nil is *absent*.
        case state(archive: String, type: String, value: JSONValue?)
    }

    /// What kind of fact it is.
    public var content: Content
    /// The device's time of it; nil where the device gave none, so that the host takes its own.
    public var time: Timestamp?
    /// The nominal end of an interval, exclusive, in milliseconds since 1970 UTC: the key of an
    /// interval value, while ``time`` is the stamp as the device gave it.
    public var intervalEnd: Int64?
    /// The serial number or the address of a device behind this one; empty for the device itself.
    public var child: String
    /// The number of the item that asked for it, or nil.
    public var item: UInt32?
    /// The monitor's command that it answers, or 0.
    public var command: UInt64

    /// Makes a record.
    ///
    /// - Parameters:
    ///   - content: What kind of fact it is.
    ///   - time: The device's time of it, or nil.
    ///   - intervalEnd: The nominal end of an interval, exclusive, in milliseconds since 1970 UTC.
    ///   - child: A device behind this one; empty for the device itself.
    ///   - item: The number of the item that asked for it, or nil.
    ///   - command: The monitor's command that it answers, or 0.
    public init(
        _ content: Content, time: Timestamp?, intervalEnd: Int64? = nil, child: String = "",
        item: UInt32? = nil, command: UInt64 = 0
    ) {
        self.content = content
        self.time = time
        self.intervalEnd = intervalEnd
        self.child = child
        self.item = item
        self.command = command
    }

    /// Makes a measurement.
    ///
    /// - Parameters:
    ///   - archive: The archive's symbol, such as `END_OF_DAY`.
    ///   - quantity: The quantity's symbol, such as `A+`.
    ///   - tag: The tag's symbol, such as `TOTAL`.
    ///   - value: The value, or nil for *absent*.
    ///   - status: What is known about the value.
    ///   - time: The device's time of it, or nil.
    ///   - intervalEnd: The nominal end of the interval, exclusive, in milliseconds since 1970 UTC.
    ///   - child: A device behind this one; empty for the device itself.
    ///   - item: The number of the item that asked for it, or nil.
    /// - Returns: The record.
    public static func measurement(
        archive: String, quantity: String, tag: String, value: Value?, status: Status = .valid,
        time: Timestamp?, intervalEnd: Int64? = nil, child: String = "", item: UInt32? = nil
    ) -> Record {
        Record(
            .measurement(
                archive: archive, quantity: quantity, tag: tag, value: value, status: status),
            time: time, intervalEnd: intervalEnd, child: child, item: item)
    }

    /// Makes an event.
    ///
    /// - Parameters:
    ///   - journal: The journal's symbol.
    ///   - type: The symbol of the event's type; may be empty.
    ///   - code: The device's code of the event.
    ///   - parameters: What else the device tells about it.
    ///   - index: The device's own number of the event, or nil.
    ///   - time: The device's time of it, or nil.
    ///   - child: A device behind this one; empty for the device itself.
    ///   - item: The number of the item that asked for it, or nil.
    /// - Returns: The record.
    public static func event(
        journal: String, type: String = "", code: UInt32, parameters: JSONObject = [:],
        index: UInt64? = nil, time: Timestamp?, child: String = "", item: UInt32? = nil
    ) -> Record {
        Record(
            .event(journal: journal, type: type, code: code, parameters: parameters, index: index),
            time: time, child: child, item: item)
    }

    /// Makes a state.
    ///
    /// - Parameters:
    ///   - archive: The state archive's symbol, such as `INFORMATION`.
    ///   - type: The state's symbol, such as `SERIAL_NUMBER`.
    ///   - value: A text or any JSON, or nil for *absent*.
    ///   - time: The device's time of it, or nil.
    ///   - child: A device behind this one; empty for the device itself.
    ///   - item: The number of the item that asked for it, or nil.
    /// - Returns: The record.
    public static func state(
        archive: String, type: String, value: JSONValue?, time: Timestamp? = nil,
        child: String = "", item: UInt32? = nil
    ) -> Record {
        Record(
            .state(archive: archive, type: type, value: value), time: time, child: child,
            item: item)
    }
}
