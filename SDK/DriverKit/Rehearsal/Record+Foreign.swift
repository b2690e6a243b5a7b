import CCommline
import JSON
import Values

extension Record {
    /// Reads a record that crossed the border, strictly: what a host would refuse throws.
    init(_ pointer: UnsafePointer<commline_record>?) throws(BorderError) {
        let size = sizeOfStruct(pointer)
        guard let pointer, size >= MemoryLayout<commline_record>.size else {
            throw BorderError("a record of \(size) bytes")
        }
        let record = pointer.pointee
        let archive = try Self.text(record.archive, "archive")
        let quantity = try Self.text(record.quantity, "quantity")
        let tag = try Self.text(record.tag, "tag")
        let content: Content
        switch record.kind {
        case COMMLINE_RECORD_MEASUREMENT:
            content = .measurement(
                archive: archive, quantity: quantity, tag: tag,
                value: try Self.value(record), status: Status(rawValue: record.status))
        case COMMLINE_RECORD_EVENT:
            let hasIndex = record.flags & COMMLINE_RECORD_HAS_INDEX != 0
            content = .event(
                journal: archive, type: quantity, code: record.event_code,
                parameters: try Self.object(record.text), index: hasIndex ? record.index : nil)
        case COMMLINE_RECORD_STATE:
            content = .state(archive: archive, type: quantity, value: try Self.state(record))
        default: throw BorderError("a record of kind \(record.kind)")
        }
        let flags = TimeFlags(rawValue: record.time_flags)
        let hasEnd = record.flags & COMMLINE_RECORD_HAS_INTERVAL_END != 0
        self.init(
            content,
            time: flags.contains(.known)
                ? Timestamp(
                    milliseconds: record.time_ms, offsetMinutes: Int(record.offset_minutes),
                    flags: flags) : nil,
            intervalEnd: hasEnd ? record.interval_end_ms : nil,
            child: try Self.text(record.child, "child"),
            item: record.item == UInt32.max ? nil : record.item, command: record.request_id)
    }

    static func text(_ text: commline_text, _ name: String) throws(BorderError) -> String {
        guard text.size == 0 || text.data != nil else { throw BorderError("\(name): no pointer") }
        guard text.size <= COMMLINE_LIMIT_TEXT else {
            throw BorderError("\(name): \(text.size) bytes", isTooMuch: true)
        }
        guard let string = String(validating: text.buffer, as: UTF8.self) else {
            throw BorderError("\(name): no UTF-8")
        }
        return string
    }

    static func object(_ text: commline_text) throws(BorderError) -> JSONObject {
        guard text.size > 0 else { return [:] }
        guard let object = try json(text).object else { throw BorderError("no JSON object") }
        return object
    }

    private static func json(_ text: commline_text) throws(BorderError) -> JSONValue {
        do throws(JSONError) {
            return try JSONValue(parsing: text.buffer)
        } catch {
            throw BorderError(error.description)
        }
    }

    private static func value(_ record: commline_record) throws(BorderError) -> Value? {
        switch record.value_kind {
        case COMMLINE_VALUE_ABSENT: return nil
        case COMMLINE_VALUE_DECIMAL:
            guard let exponent = Int8(exactly: record.exponent) else {
                throw BorderError("exponent \(record.exponent)")
            }
            return .decimal(Decimal(mantissa: record.mantissa, exponent: exponent))
        case COMMLINE_VALUE_UNSIGNED: return .unsigned(record.bits)
        case COMMLINE_VALUE_BITS: return .bits(record.bits)
        case COMMLINE_VALUE_TEXT: return .text(try text(record.text, "value"))
        default: throw BorderError("a measurement's value of kind \(record.value_kind)")
        }
    }

    private static func state(_ record: commline_record) throws(BorderError) -> JSONValue? {
        switch record.value_kind {
        case COMMLINE_VALUE_ABSENT: return nil
        case COMMLINE_VALUE_TEXT: return .string(try text(record.text, "value"))
        case COMMLINE_VALUE_JSON: return try json(record.text)
        default: throw BorderError("a state's value of kind \(record.value_kind)")
        }
    }
}

extension Message {
    /// Reads a message that crossed the border; nil for NULL.
    static func crossing(
        _ pointer: UnsafePointer<commline_message>?
    ) throws(BorderError) -> Message? {
        guard let pointer else { return nil }
        let size = sizeOfStruct(pointer)
        guard size >= MemoryLayout<commline_message>.size else {
            throw BorderError("a message of \(size) bytes")
        }
        let message = pointer.pointee
        return Message(
            try Record.text(message.id, "message id"),
            try Record.object(message.parameters),
            detail: try Record.text(message.detail, "message detail"))
    }
}
