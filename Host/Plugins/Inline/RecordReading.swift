import CCommline
import JSON
import Reactor
import Values

extension BorderReading {
    /// A record, checked and copied.
    ///
    /// - Parameters:
    ///   - pointer: What the plugin gave.
    ///   - stamp: The callback's moment: the time of receipt.
    /// - Returns: The record.
    /// - Throws: A `LinkRefusal` that says what is wrong with it.
    static func record(
        _ pointer: UnsafePointer<commline_record>?, at stamp: TimeStamp
    ) throws(LinkRefusal) -> EmittedRecord {
        let raw = try structure(pointer, "record")
        let knownFlags = COMMLINE_RECORD_HAS_INTERVAL_END | COMMLINE_RECORD_HAS_INDEX
        guard raw.flags & ~knownFlags == 0 else {
            throw .unsupported("record.flags has unknown bits: \(raw.flags)")
        }
        let archive = try text(raw.archive, "record.archive")
        guard !archive.isEmpty else { throw .invalid("record.archive is empty") }
        let content = try content(raw)
        let quantity = try text(raw.quantity, "record.quantity")
        if raw.kind != COMMLINE_RECORD_EVENT, quantity.isEmpty {
            throw .invalid("record.quantity is empty")
        }
        return EmittedRecord(
            archive: archive, quantity: quantity, tag: try text(raw.tag, "record.tag"),
            child: try text(raw.child, "record.child"), time: try time(raw, stamp),
            intervalEnd: raw.flags & COMMLINE_RECORD_HAS_INTERVAL_END != 0
                ? raw.interval_end_ms : nil,
            item: raw.item == COMMLINE_NO_ITEM ? nil : raw.item, requestID: raw.request_id,
            content: content, receivedAt: stamp.wallMilliseconds)
    }

    private static func content(
        _ raw: commline_record
    ) throws(LinkRefusal) -> EmittedRecord.Content {
        switch raw.kind {
        case COMMLINE_RECORD_MEASUREMENT:
            return .measurement(value: try value(raw), status: Status(rawValue: raw.status))
        case COMMLINE_RECORD_EVENT:
            return .event(
                code: raw.event_code,
                index: raw.flags & COMMLINE_RECORD_HAS_INDEX != 0 ? raw.index : nil,
                parameters: try object(raw.text, "record.text"))
        case COMMLINE_RECORD_STATE:
            return .state(try state(raw))
        default:
            throw .unsupported("there is no record kind \(raw.kind)")
        }
    }

    private static func value(_ raw: commline_record) throws(LinkRefusal) -> Value? {
        switch raw.value_kind {
        case COMMLINE_VALUE_ABSENT:
            return nil
        case COMMLINE_VALUE_DECIMAL:
            guard let exponent = Int8(exactly: raw.exponent) else {
                throw .invalid("record.exponent is \(raw.exponent), not -128...127")
            }
            return .decimal(Decimal(mantissa: raw.mantissa, exponent: exponent))
        case COMMLINE_VALUE_UNSIGNED:
            return .unsigned(raw.bits)
        case COMMLINE_VALUE_BITS:
            return .bits(raw.bits)
        case COMMLINE_VALUE_TEXT:
            return .text(try text(raw.text, "record.text"))
        case COMMLINE_VALUE_JSON:
            throw .invalid("the value of a measurement cannot be JSON")
        default:
            throw .unsupported("there is no value kind \(raw.value_kind)")
        }
    }

    private static func state(_ raw: commline_record) throws(LinkRefusal) -> JSONValue {
        if raw.value_kind == COMMLINE_VALUE_JSON { return try json(raw.text, "record.text") }
        switch try value(raw) {
        case nil: return .null
        case .text(let text): return .string(text)
        case .unsigned(let number), .bits(let number): return JSONValue(number)
        case .decimal(let decimal):
            // What a decimal prints is a JSON number; if not, its text says the same.
            return JSONNumber(decimal.description).map(JSONValue.number)
                ?? .string(decimal.description)
        }
    }

    private static func time(
        _ raw: commline_record, _ stamp: TimeStamp
    ) throws(LinkRefusal) -> Timestamp {
        let known =
            COMMLINE_TIME_KNOWN | COMMLINE_TIME_OFFSET_KNOWN | COMMLINE_TIME_SUMMER
            | COMMLINE_TIME_INVALID | COMMLINE_TIME_FROM_HOST
        guard raw.time_flags & ~known == 0 else {
            throw .unsupported("record.time_flags has unknown bits: \(raw.time_flags)")
        }
        let largest = Timestamp.largestOffsetMinutes
        guard (-largest...largest).contains(Int(raw.offset_minutes)) else {
            throw .invalid("record.offset_minutes is \(raw.offset_minutes)")
        }
        var flags = TimeFlags(rawValue: raw.time_flags)
        guard flags.contains(.known) else {
            flags.insert(.fromHost)
            return Timestamp(
                milliseconds: stamp.wallMilliseconds, offsetMinutes: Int(raw.offset_minutes),
                flags: flags)
        }
        return Timestamp(
            milliseconds: raw.time_ms, offsetMinutes: Int(raw.offset_minutes), flags: flags)
    }
}
