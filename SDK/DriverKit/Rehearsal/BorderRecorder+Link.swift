import CCommline
import Values

/// The recorder whose link was called.
private func recorder(_ link: UnsafePointer<commline_link>?) -> BorderRecorder? {
    guard let host = link?.pointee.host else { return nil }
    return Unmanaged<BorderRecorder>.fromOpaque(host).takeUnretainedValue()
}

/// Passes a call on and tells of it.
private func passed(
    _ link: UnsafePointer<commline_link>?, _ name: String,
    _ call: (UnsafePointer<commline_link>) -> commline_status,
    _ action: () throws(BorderError) -> Action
) -> commline_status {
    recorder(link)?.pass(name, call) { () throws(BorderError) in .action(try action()) }
        ?? COMMLINE_INVALID
}

extension BorderRecorder {
    /// Makes the recorder's link table, still without the recorder.
    static func makeLinkTable() -> commline_link {
        var table = commline_link()
        table.size = UInt32(MemoryLayout<commline_link>.size)
        table.now = { link, monotonic, wall in
            recorder(link)?.now(monotonic, wall) ?? COMMLINE_INVALID
        }
        table.random = { link, bytes, size in
            recorder(link)?.random(bytes, size) ?? COMMLINE_INVALID
        }
        table.reserve = { link, counter, count, first in
            recorder(link)?.reserve(counter, count, first) ?? COMMLINE_INVALID
        }
        addWire(to: &table)
        addReports(to: &table)
        return table
    }

    private static func addWire(to table: inout commline_link) {
        table.send = { link, send in
            passed(link, "send", { $0.pointee.send($0, send) }) { () throws(BorderError) in
                .sent(try Sending(send))
            }
        }
        table.redact = { link, offset, size in
            passed(link, "redact", { $0.pointee.redact($0, offset, size) }) {
                .redacted(Int(offset)..<Int(offset) + Int(size))
            }
        }
        table.deadline = { link, milliseconds in
            passed(link, "deadline", { $0.pointee.deadline($0, milliseconds) }) {
                .deadline(milliseconds == .max ? nil : milliseconds)
            }
        }
        table.line = { link, line in
            passed(link, "line", { $0.pointee.line($0, line) }) { () throws(BorderError) in
                .line(try LineParameters(line))
            }
        }
        table.reconnect = { link, milliseconds in
            passed(link, "reconnect", { $0.pointee.reconnect($0, milliseconds) }) {
                .reconnect(milliseconds)
            }
        }
        table.complete = { link, command, code, message in
            passed(link, "complete", { $0.pointee.complete($0, command, code, message) }) {
                () throws(BorderError) in
                .completed(
                    command, try ErrorCode.crossing(code), try Message.crossing(message))
            }
        }
        table.finish = { link, code, detail, message in
            passed(link, "finish", { $0.pointee.finish($0, code, detail, message) }) {
                () throws(BorderError) in
                .finished(
                    Finish(
                        code: try ErrorCode.crossing(code), detail: detail,
                        message: try Message.crossing(message)))
            }
        }
        table.yielded = { link, checkpoint in
            passed(link, "yielded", { $0.pointee.yielded($0, checkpoint) }) {
                .yielded(checkpoint.map { Array($0.pointee.buffer) } ?? [])
            }
        }
    }

    private static func addReports(to table: inout commline_link) {
        table.emit = { link, record in
            passed(link, "emit", { $0.pointee.emit($0, record) }) { () throws(BorderError) in
                .emitted(try Record(record))
            }
        }
        table.outcome = { link, outcome in
            passed(link, "outcome", { $0.pointee.outcome($0, outcome) }) {
                () throws(BorderError) in .outcome(try Outcome(outcome))
            }
        }
        table.note = { link, level, message in
            passed(link, "note", { $0.pointee.note($0, level, message) }) {
                () throws(BorderError) in
                guard let level = Level(rawValue: level), let text = try Message.crossing(message)
                else { throw BorderError("no level or no message") }
                return .noted(level, text)
            }
        }
        table.progress = { link, command, done, total in
            passed(link, "progress", { $0.pointee.progress($0, command, done, total) }) {
                .progress(command: command, done: done, total: total)
            }
        }
        table.inventory = { link, child in
            passed(link, "inventory", { $0.pointee.inventory($0, child) }) {
                () throws(BorderError) in .found(try Child(child))
            }
        }
        table.remember = { link, key, bytes in
            passed(link, "remember", { $0.pointee.remember($0, key, bytes) }) {
                () throws(BorderError) in
                guard let key, let bytes else { throw BorderError("no key or no bytes") }
                return .remembered(
                    try Record.text(key.pointee, "key"), Array(bytes.pointee.buffer))
            }
        }
    }

    // MARK: What the host answers with more than a status

    private func now(
        _ monotonic: UnsafeMutablePointer<UInt64>?, _ wall: UnsafeMutablePointer<Int64>?
    ) -> commline_status {
        // The time of the event that is being handled: it stands in the recording already.
        guard let host else { return COMMLINE_INVALID }
        return host.pointee.now(host, monotonic, wall)
    }

    private func random(
        _ bytes: UnsafeMutablePointer<UInt8>?, _ size: UInt32
    ) -> commline_status {
        pass("random", { $0.pointee.random($0, bytes, size) }) {
            .random(Array(UnsafeBufferPointer(start: bytes, count: bytes == nil ? 0 : Int(size))))
        }
    }

    private func reserve(
        _ counter: UnsafePointer<commline_text>?, _ count: UInt32,
        _ first: UnsafeMutablePointer<UInt64>?
    ) -> commline_status {
        guard let host else { return COMMLINE_INVALID }
        let status = host.pointee.reserve(host, counter, count, first)
        // Refused for want of numbers, which come with a credit: that has to be played again as well.
        let isRefused = status == COMMLINE_TOO_MUCH
        guard let counter, let first, isRefused || status == COMMLINE_OK else { return status }
        tell("reserve") { () throws(BorderError) in
            let name = try Record.text(counter.pointee, "counter")
            return isRefused
                ? .refusedReservation(name, count: count)
                : .action(.reserved(name, count: count, first: first.pointee))
        }
        return status
    }
}
