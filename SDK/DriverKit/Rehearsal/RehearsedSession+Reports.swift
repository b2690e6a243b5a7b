import CCommline
import Values

// The actions of a link that tell the host something, as a rehearsal checks and keeps them.
extension RehearsedSession {
    func emit(_ pointer: UnsafePointer<commline_record>?) -> commline_status {
        reading("emit", for: .driver) { () throws(BorderError) in
            let record = try Record(pointer)
            if let item = record.item, record.command == 0, !items.contains(item) {
                throw BorderError("item \(item) was not asked for")
            }
            guard recordsInEvent < limits.records else { return tooMuch() }
            recordsInEvent += 1
            act(.emitted(record))
            return COMMLINE_OK
        }
    }

    func outcome(_ pointer: UnsafePointer<commline_outcome>?) -> commline_status {
        reading("outcome", for: .driver) { () throws(BorderError) in
            let size = sizeOfStruct(pointer)
            guard let pointer, size >= MemoryLayout<commline_outcome>.size else {
                throw BorderError("a struct of \(size) bytes")
            }
            let outcome = pointer.pointee
            guard let stage = Stage(rawValue: outcome.stage) else {
                throw BorderError("stage \(outcome.stage)")
            }
            guard let code = ErrorCode(rawValue: outcome.code) else {
                throw BorderError("code \(outcome.code)")
            }
            if outcome.request_id == 0 {
                guard items.contains(outcome.item) else {
                    throw BorderError("item \(outcome.item) was not asked for")
                }
                guard !finalItems.contains(outcome.item) else {
                    throw BorderError("item \(outcome.item) is final already")
                }
                if stage == .final { finalItems.insert(outcome.item) }
            }
            act(
                .outcome(
                    Outcome(
                        item: outcome.item, stage: stage, code: code, detail: outcome.detail,
                        message: try Message.crossing(outcome.message),
                        command: outcome.request_id)))
            return COMMLINE_OK
        }
    }

    func note(
        _ level: commline_level, _ message: UnsafePointer<commline_message>?
    ) -> commline_status {
        reading("note") { () throws(BorderError) in
            guard let level = Level(rawValue: level) else { throw BorderError("level \(level)") }
            guard let message = try Message.crossing(message) else {
                throw BorderError("no message")
            }
            guard notesInEvent < limits.notes else { return tooMuch() }
            notesInEvent += 1
            act(.noted(level, message))
            return COMMLINE_OK
        }
    }

    func progress(_ command: UInt64, _ done: UInt32, _ total: UInt32) -> commline_status {
        guard admits("progress", for: .driver) else { return COMMLINE_INVALID }
        act(.progress(command: command, done: done, total: total))
        return COMMLINE_OK
    }

    func inventory(_ pointer: UnsafePointer<commline_child>?) -> commline_status {
        reading("inventory", for: .driver) { () throws(BorderError) in
            let size = sizeOfStruct(pointer)
            guard let pointer, size >= MemoryLayout<commline_child>.size else {
                throw BorderError("a struct of \(size) bytes")
            }
            let child = pointer.pointee
            _ = try Record.object(child.json)
            act(
                .found(
                    Child(
                        number: child.number, serial: try Record.text(child.serial, "serial"),
                        type: try Record.text(child.type, "type"),
                        address: try Record.text(child.address, "address"),
                        facts: try Record.text(child.json, "facts"))))
            return COMMLINE_OK
        }
    }

    func remember(
        _ key: UnsafePointer<commline_text>?, _ bytes: UnsafePointer<commline_bytes>?
    ) -> commline_status {
        reading("remember", for: .driver) { () throws(BorderError) in
            guard let key, let bytes else { throw BorderError("no key or no bytes") }
            let name = try Record.text(key.pointee, "key")
            guard !name.isEmpty else { throw BorderError("an empty key") }
            guard name.utf8.count <= Int(COMMLINE_LIMIT_KEY) else { return COMMLINE_TOO_MUCH }
            let value = Array(bytes.pointee.buffer)
            var changed = memory
            changed[name] = value.isEmpty ? nil : value
            let size = changed.reduce(0) { $0 + $1.key.utf8.count + $1.value.count }
            guard size <= Int(COMMLINE_LIMIT_MEMORY) else { return tooMuch() }
            memory = changed
            act(.remembered(name, value))
            return COMMLINE_OK
        }
    }

    func reserve(
        _ counter: UnsafePointer<commline_text>?, _ count: UInt32,
        _ first: UnsafeMutablePointer<UInt64>?
    ) -> commline_status {
        reading("reserve", for: .driver) { () throws(BorderError) in
            guard let counter, let first, count > 0 else { throw BorderError("nothing to reserve") }
            let name = try Record.text(counter.pointee, "counter")
            guard limits.refusedReservations == 0 else {
                limits.refusedReservations -= 1
                return tooMuch()
            }
            let next = oversight.answers?.grant() ?? counters[name] ?? 0
            let (after, overflow) = next.addingReportingOverflow(UInt64(count))
            guard !overflow else { throw BorderError("the counter is used up") }
            counters[name] = after
            first.pointee = next
            act(.reserved(name, count: count, first: next))
            return COMMLINE_OK
        }
    }
}
