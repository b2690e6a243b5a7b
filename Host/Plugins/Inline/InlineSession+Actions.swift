import CCommline
import Reactor
import Values

/// The link's functions, called inside a callback; each checks everything before anything takes effect.
extension InlineSession {
    func send(_ pointer: UnsafePointer<commline_send>?) throws(LinkRefusal) {
        let send = try BorderReading.structure(pointer, "send")
        let known = COMMLINE_SEND_AFTER_STORED | COMMLINE_SEND_BULK
        guard send.flags & ~known == 0 else {
            throw .unsupported("send.flags has unknown bits: \(send.flags)")
        }
        // Texts are checked although a stream has one peer only: a plugin ought to hear of it early.
        guard try BorderReading.text(send.peer, "send.peer").isEmpty else {
            throw .invalid("a stream has one peer; send.peer is for datagrams")
        }
        guard send.bytes.size > 0 else { throw .invalid("send.bytes is empty") }
        let secrets = try secretRanges(send)
        try rules.send(byteCount: Int(send.bytes.size))
        let bytes = try BorderReading.bytes(
            send.bytes, "send.bytes", limit: COMMLINE_LIMIT_SEND_BYTES)
        turn.actions.append(
            .send(
                OutgoingBytes(
                    bytes, isAfterStored: send.flags & COMMLINE_SEND_AFTER_STORED != 0,
                    isBulk: send.flags & COMMLINE_SEND_BULK != 0, secrets: secrets)))
    }

    private func secretRanges(_ send: commline_send) throws(LinkRefusal) -> [Range<Int>] {
        guard send.secret_count > 0 else { return [] }
        guard let ranges = send.secrets else { throw .invalid("send.secrets is null") }
        guard send.secret_count <= send.bytes.size else {
            throw .invalid("more secret ranges than bytes")
        }
        var result: [Range<Int>] = []
        for range in UnsafeBufferPointer(start: ranges, count: Int(send.secret_count)) {
            let end = Int(range.offset) + Int(range.size)
            guard end <= Int(send.bytes.size) else {
                throw .invalid("a secret range ends behind the bytes")
            }
            result.append(Int(range.offset)..<end)
        }
        return result
    }

    func redact(offset: UInt32, size: UInt32) throws(LinkRefusal) {
        let range = Int(offset)..<Int(offset) + Int(size)
        try rules.redact(range)
        turn.actions.append(.redact(range))
    }

    func deadline(milliseconds: UInt32) throws(LinkRefusal) {
        try rules.deadline()
        turn.actions.append(.deadline(milliseconds: milliseconds == .max ? nil : milliseconds))
    }

    func now(
        _ monotonic: UnsafeMutablePointer<UInt64>?, _ wall: UnsafeMutablePointer<Int64>?
    ) throws(LinkRefusal) {
        // Either may be null: a driver often wants only one of the two.
        monotonic?.pointee = stamp.monotonicNanoseconds
        wall?.pointee = stamp.wallMilliseconds
    }

    func random(_ bytes: UnsafeMutablePointer<UInt8>?, size: UInt32) throws(LinkRefusal) {
        guard size <= 4096 else { throw .invalid("more than 4096 random bytes at once") }
        guard size > 0 else { return }
        guard let bytes else { throw .invalid("bytes is null") }
        var generator = SystemRandomNumberGenerator()
        for index in 0..<Int(size) { bytes[index] = generator.next() }
    }

    func emit(_ pointer: UnsafePointer<commline_record>?) throws(LinkRefusal) {
        let record = try BorderReading.record(pointer, at: stamp)
        try rules.emit(item: record.item, requestID: record.requestID)
        turn.actions.append(.record(record))
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
        try rules.outcome(outcome)
        turn.actions.append(.outcome(outcome))
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
        try rules.note()
        turn.actions.append(.note(SessionNote(level: level, message: message, stamp: stamp)))
    }

    func progress(requestID: UInt64, done: UInt32, total: UInt32) throws(LinkRefusal) {
        try rules.progress(requestID: requestID)
        guard done <= total else { throw .invalid("done is \(done) of \(total)") }
        turn.actions.append(
            .progress(SessionProgress(requestID: requestID, done: done, total: total)))
    }

    func inventory(_ pointer: UnsafePointer<commline_child>?) throws(LinkRefusal) {
        let raw = try BorderReading.structure(pointer, "child")
        let child = ChildDevice(
            number: raw.number, serial: try BorderReading.text(raw.serial, "child.serial"),
            type: try BorderReading.text(raw.type, "child.type"),
            address: try BorderReading.text(raw.address, "child.address"),
            facts: try BorderReading.object(raw.json, "child.json"))
        guard !child.serial.isEmpty || !child.address.isEmpty else {
            throw .invalid("a child needs a serial number or an address")
        }
        try rules.inventory()
        turn.actions.append(.child(child))
    }

    func remember(
        _ key: UnsafePointer<commline_text>?, _ bytes: UnsafePointer<commline_bytes>?
    ) throws(LinkRefusal) {
        let key = try BorderReading.text(key, "key")
        guard let bytes else { throw .invalid("bytes is null") }
        let value = try BorderReading.bytes(bytes.pointee, "bytes", limit: COMMLINE_LIMIT_MEMORY)
        try rules.remember(key: key, byteCount: value.count)
        turn.actions.append(.remember(MemoryWrite(key: key, bytes: value)))
    }

    func reserve(
        _ counter: UnsafePointer<commline_text>?, count: UInt32,
        _ first: UnsafeMutablePointer<UInt64>?
    ) throws(LinkRefusal) {
        let counter = try BorderReading.text(counter, "counter")
        guard let first else { throw .invalid("first is null") }
        do throws(LinkRefusal) {
            first.pointee = try rules.reserve(counter, count: count)
        } catch {
            if error.status == COMMLINE_TOO_MUCH {
                turn.actions.append(.needsCounter(counter, count: UInt64(count)))
            }
            throw error
        }
    }

    func line(_ pointer: UnsafePointer<commline_line>?) throws(LinkRefusal) {
        _ = try BorderReading.structure(pointer, "parameters")
        throw .noLine
    }

    func reconnect(milliseconds: UInt32) throws(LinkRefusal) {
        try rules.reconnect()
        turn.actions.append(.reconnect(afterMilliseconds: milliseconds))
    }

    func complete(
        requestID: UInt64, code: Int32, _ message: UnsafePointer<commline_message>?
    ) throws(LinkRefusal) {
        let code = try BorderReading.code(code)
        let message = try BorderReading.message(message, of: plugin)
        try rules.complete(requestID: requestID)
        turn.actions.append(.complete(requestID: requestID, code: code, message: message))
    }

    func finish(
        code: Int32, detail: Int32, _ message: UnsafePointer<commline_message>?
    ) throws(LinkRefusal) {
        let code = try BorderReading.code(code)
        let message = try BorderReading.message(message, of: plugin)
        try rules.finish()
        turn.actions.append(.finish(code: code, detail: detail, message: message))
    }

    func yielded(_ checkpoint: UnsafePointer<commline_bytes>?) throws(LinkRefusal) {
        guard let checkpoint else { throw .invalid("checkpoint is null") }
        let bytes = try BorderReading.bytes(
            checkpoint.pointee, "checkpoint", limit: COMMLINE_LIMIT_MEMORY)
        try rules.yielded()
        turn.actions.append(.yielded(checkpoint: bytes))
    }
}
