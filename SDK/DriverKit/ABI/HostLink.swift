import CCommline

/// The host's link table, checked once at the border.
///
/// A table that is too short or has a hole makes no `HostLink`; afterwards every call is safe as long as
/// the session is open.
struct HostLink {
    let pointer: UnsafePointer<commline_link>
    private let table: commline_link

    /// Checks a host's table.
    ///
    /// - Throws: What is wrong with the table, in words for the service log.
    init(_ pointer: UnsafePointer<commline_link>?) throws(BorderError) {
        guard let pointer else { throw BorderError("the host gave no link table") }
        let size = Int(pointer.pointee.size)
        guard size >= MemoryLayout<commline_link>.size else {
            throw BorderError(
                "the host's link table has \(size) bytes, ABI 1.0 needs "
                    + "\(MemoryLayout<commline_link>.size)")
        }
        let table = pointer.pointee
        guard table.send != nil, table.redact != nil, table.deadline != nil, table.now != nil,
            table.random != nil, table.emit != nil, table.outcome != nil, table.note != nil,
            table.progress != nil, table.inventory != nil, table.remember != nil,
            table.reserve != nil, table.line != nil, table.reconnect != nil,
            table.complete != nil, table.finish != nil, table.yielded != nil
        else { throw BorderError("the host's link table has an empty entry") }
        self.pointer = pointer
        self.table = table
    }

    func send(_ send: inout commline_send) -> commline_status {
        table.send(pointer, &send)
    }

    func redact(offset: UInt32, size: UInt32) -> commline_status {
        table.redact(pointer, offset, size)
    }

    func deadline(_ milliseconds: UInt32) -> commline_status {
        table.deadline(pointer, milliseconds)
    }

    func random(_ bytes: UnsafeMutablePointer<UInt8>, _ size: UInt32) -> commline_status {
        table.random(pointer, bytes, size)
    }

    func emit(_ record: inout commline_record) -> commline_status {
        table.emit(pointer, &record)
    }

    func outcome(_ outcome: inout commline_outcome) -> commline_status {
        table.outcome(pointer, &outcome)
    }

    func note(
        _ level: commline_level, _ message: UnsafePointer<commline_message>?
    ) -> commline_status {
        table.note(pointer, level, message)
    }

    func progress(_ request: UInt64, done: UInt32, total: UInt32) -> commline_status {
        table.progress(pointer, request, done, total)
    }

    func inventory(_ child: inout commline_child) -> commline_status {
        table.inventory(pointer, &child)
    }

    func remember(_ key: commline_text, _ bytes: commline_bytes) -> commline_status {
        var key = key
        var bytes = bytes
        return table.remember(pointer, &key, &bytes)
    }

    func reserve(
        _ counter: commline_text, _ count: UInt32, _ first: inout UInt64
    ) -> commline_status {
        var counter = counter
        return table.reserve(pointer, &counter, count, &first)
    }

    func line(_ parameters: inout commline_line) -> commline_status {
        table.line(pointer, &parameters)
    }

    func reconnect(_ milliseconds: UInt32) -> commline_status {
        table.reconnect(pointer, milliseconds)
    }

    func complete(
        _ request: UInt64, _ code: commline_code, _ message: UnsafePointer<commline_message>?
    ) -> commline_status {
        table.complete(pointer, request, code, message)
    }

    func finish(
        _ code: commline_code, _ detail: Int32, _ message: UnsafePointer<commline_message>?
    ) -> commline_status {
        table.finish(pointer, code, detail, message)
    }

    func yielded(_ checkpoint: commline_bytes) -> commline_status {
        var checkpoint = checkpoint
        return table.yielded(pointer, &checkpoint)
    }
}
