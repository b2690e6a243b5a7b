import CCommline
import JSON
import Reactor
import Values

/// The sink's functions, on the run's thread; each checks everything before anything takes effect.
extension SourceRun {
    func device(_ json: UnsafePointer<commline_text>?) throws(LinkRefusal) {
        let device = try object(json)
        guard let id = device["externalId"]?.string, !id.isEmpty else {
            throw .invalid("the device has no \"externalId\"")
        }
        try hand(over: .device(device))
    }

    func record(
        _ externalID: UnsafePointer<commline_text>?, _ pointer: UnsafePointer<commline_record>?
    ) throws(LinkRefusal) {
        let id = try BorderReading.text(externalID, "external_id")
        guard !id.isEmpty else { throw .invalid("external_id is empty") }
        let record = try BorderReading.record(pointer, at: .now)
        try rules.record(item: record.item, requestID: record.requestID)
        try hand(over: .record(externalID: id, record))
    }

    func missing(_ json: UnsafePointer<commline_text>?) throws(LinkRefusal) {
        let missing = try object(json)
        guard !missing.isEmpty else { throw .invalid("nothing is named that is missing") }
        try hand(over: .missing(missing))
    }

    func outcome(_ pointer: UnsafePointer<commline_outcome>?) throws(LinkRefusal) {
        let raw = try BorderReading.structure(pointer, "outcome")
        guard let stage = ItemStage(rawValue: raw.stage) else {
            throw .unsupported("there is no stage \(raw.stage)")
        }
        let outcome = ItemOutcome(
            item: raw.item, requestID: raw.request_id, stage: stage,
            code: try BorderReading.code(raw.code), detail: raw.detail,
            message: try BorderReading.message(raw.message, of: plugin))
        var rules = self.rules
        try rules.outcome(outcome)
        try hand(over: .outcome(outcome))
        // What was not handed over leaves the item as it was.
        self.rules = rules
    }

    func note(
        level: UInt32, _ pointer: UnsafePointer<commline_message>?
    ) throws(LinkRefusal) {
        guard let level = SessionNote.Level(rawValue: level) else {
            throw .unsupported("there is no level \(level)")
        }
        guard let message = try BorderReading.message(pointer, of: plugin) else {
            throw .invalid("message is empty")
        }
        try hand(over: .note(SessionNote(level: level, message: message, stamp: .now)))
    }

    func progress(done: UInt32, total: UInt32) throws(LinkRefusal) {
        guard done <= total else { throw .invalid("done is \(done) of \(total)") }
        try hand(over: .progress(done: done, total: total))
    }

    func remember(
        _ key: UnsafePointer<commline_text>?, _ bytes: UnsafePointer<commline_bytes>?
    ) throws(LinkRefusal) {
        let key = try BorderReading.text(key, "key")
        guard let bytes else { throw .invalid("bytes is null") }
        let value = try BorderReading.bytes(bytes.pointee, "bytes", limit: COMMLINE_LIMIT_MEMORY)
        var rules = self.rules
        try rules.remember(key: key, byteCount: value.count)
        try hand(over: .remember(MemoryWrite(key: key, bytes: value)))
        self.rules = rules
    }

    private func object(
        _ json: UnsafePointer<commline_text>?
    ) throws(LinkRefusal) -> JSONObject {
        guard let json else { throw .invalid("json is null") }
        return try BorderReading.object(json.pointee, "json")
    }
}
