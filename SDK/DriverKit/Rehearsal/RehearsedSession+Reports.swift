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
            let outcome = try Outcome(pointer)
            if outcome.command == 0 {
                guard items.contains(outcome.item) else {
                    throw BorderError("item \(outcome.item) was not asked for")
                }
                guard !finalItems.contains(outcome.item) else {
                    throw BorderError("item \(outcome.item) is final already")
                }
                if outcome.stage == .final { finalItems.insert(outcome.item) }
            }
            act(.outcome(outcome))
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
            act(.found(try Child(pointer)))
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
            if limits.refusedReservations > 0 {
                limits.refusedReservations -= 1
                return refusedToReserve(count, of: name)
            }
            let recorded = oversight.answers?.grant()
            if case .refused = recorded { return refusedToReserve(count, of: name) }
            let next = recorded?.first ?? counters[name] ?? 0
            let (after, overflow) = next.addingReportingOverflow(UInt64(count))
            guard !overflow else { throw BorderError("the counter is used up") }
            counters[name] = after
            first.pointee = next
            act(.reserved(name, count: count, first: next))
            return COMMLINE_OK
        }
    }

    private func refusedToReserve(_ count: UInt32, of counter: String) -> commline_status {
        if oversight.isTracing { trace.append(.refusedReservation(counter, count: count)) }
        return tooMuch()
    }
}
