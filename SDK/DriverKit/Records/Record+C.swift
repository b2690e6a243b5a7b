import CCommline
import JSON
import Values

extension Record {
    /// Lends the record to C for the time of `body`: texts are borrowed, nothing is copied but JSON.
    func withForeign(
        _ body: (inout commline_record) -> commline_status
    ) -> commline_status {
        var record = commline_record()
        record.size = UInt32(MemoryLayout<commline_record>.size)
        record.item = item ?? UInt32.max
        record.request_id = command
        fillTime(of: &record)
        switch content {
        case .measurement(let archive, let quantity, let tag, let value, let status):
            record.kind = COMMLINE_RECORD_MEASUREMENT
            record.status = status.rawValue
            let text = Self.fill(value, of: &record)
            return lend(&record, (archive, quantity, tag, text), body)
        case .event(let journal, let type, let code, let parameters, let index):
            record.kind = COMMLINE_RECORD_EVENT
            record.event_code = code
            if let index {
                record.index = index
                record.flags |= COMMLINE_RECORD_HAS_INDEX
            }
            let text = parameters.isEmpty ? "" : JSONValue.object(parameters).text()
            return lend(&record, (journal, type, "", text), body)
        case .state(let archive, let type, let value):
            record.kind = COMMLINE_RECORD_STATE
            let text = Self.fill(state: value, of: &record)
            return lend(&record, (archive, type, "", text), body)
        }
    }

    /// Whether one of the record's texts is longer than the border allows.
    var isTooLong: Bool {
        withForeign { record in
            let sizes = [record.archive, record.quantity, record.tag, record.child, record.text]
            return sizes.contains { $0.size > COMMLINE_LIMIT_TEXT }
                ? COMMLINE_TOO_MUCH : COMMLINE_OK
        } != COMMLINE_OK
    }

    private func fillTime(of record: inout commline_record) {
        if let time {
            record.time_ms = time.milliseconds
            record.offset_minutes = Int32(clamping: time.offsetMinutes)
            record.time_flags = time.flags.rawValue
        }
        if let intervalEnd {
            record.interval_end_ms = intervalEnd
            record.flags |= COMMLINE_RECORD_HAS_INTERVAL_END
        }
    }

    /// Fills in a value; a text is returned, to be lent.
    private static func fill(_ value: Value?, of record: inout commline_record) -> String {
        switch value {
        case nil: record.value_kind = COMMLINE_VALUE_ABSENT
        case .decimal(let decimal):
            record.value_kind = COMMLINE_VALUE_DECIMAL
            record.mantissa = decimal.mantissa
            record.exponent = Int32(decimal.exponent)
        case .unsigned(let number):
            record.value_kind = COMMLINE_VALUE_UNSIGNED
            record.bits = number
        case .bits(let bits):
            record.value_kind = COMMLINE_VALUE_BITS
            record.bits = bits
        case .text(let text):
            record.value_kind = COMMLINE_VALUE_TEXT
            return text
        }
        return ""
    }

    /// Fills in a state's value; text stays text, everything else crosses as JSON.
    private static func fill(state: JSONValue?, of record: inout commline_record) -> String {
        guard let state else {
            record.value_kind = COMMLINE_VALUE_ABSENT
            return ""
        }
        if let text = state.string {
            record.value_kind = COMMLINE_VALUE_TEXT
            return text
        }
        record.value_kind = COMMLINE_VALUE_JSON
        return state.text()
    }

    private func lend(
        _ record: inout commline_record, _ texts: (String, String, String, String),
        _ body: (inout commline_record) -> commline_status
    ) -> commline_status {
        withBorrowed(texts.0) { archive in
            withBorrowed(texts.1) { quantity in
                withBorrowed(texts.2) { tag in
                    withBorrowed(texts.3) { text in
                        withBorrowed(child) { child in
                            record.archive = archive
                            record.quantity = quantity
                            record.tag = tag
                            record.text = text
                            record.child = child
                            return body(&record)
                        }
                    }
                }
            }
        }
    }
}

/// Lends a message to C for the time of `body`; nil crosses as NULL.
func withBorrowed<R>(
    _ message: Message?, _ body: (UnsafePointer<commline_message>?) -> R
) -> R {
    guard let message else { return body(nil) }
    let parameters =
        message.parameters.isEmpty ? "" : JSONValue.object(message.parameters).text()
    return withBorrowed(message.id) { id in
        withBorrowed(parameters) { parameters in
            withBorrowed(message.detail) { detail in
                var foreign = commline_message(
                    size: UInt32(MemoryLayout<commline_message>.size), reserved: 0, id: id,
                    parameters: parameters, detail: detail)
                return body(&foreign)
            }
        }
    }
}
