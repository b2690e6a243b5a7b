import CCommline
import JSON
import Values

// The three calls of the border, and what is lent for them.
extension RehearsedSession {
    /// Opens the session in the plugin.
    func open(_ request: JSONValue) {
        var text = request.text()
        session = text.withUTF8 { json in
            var foreign = commline_request()
            foreign.size = UInt32(MemoryLayout<commline_request>.size)
            foreign.mode =
                request["mode"]?.string == "monitor"
                ? COMMLINE_MODE_MONITOR : COMMLINE_MODE_TASK
            foreign.json = lentText(
                commline_text(
                    data: UnsafeRawPointer(json.baseAddress)?
                        .assumingMemoryBound(to: CChar.self),
                    size: UInt32(clamping: json.count), reserved: 0))
            foreign.file = -1
            foreign.item_count = UInt32(items.count)
            foreign.monotonic_ns = clock.now.nanoseconds
            foreign.wall_ms = clock.now.wallMilliseconds
            return open(foreign)
        }
    }

    private func open(_ foreign: commline_request) -> OpaquePointer? {
        var foreign = foreign
        var words = [CChar](repeating: 0, count: 1024)
        return words.withUnsafeMutableBufferPointer { words in
            var error = commline_error()
            error.size = UInt32(MemoryLayout<commline_error>.size)
            error.text_capacity = UInt32(words.count)
            let lentWords = oversight.witness?.lend(
                UnsafeRawBufferPointer(words), isWritable: true)
            error.text =
                lentWords?.baseAddress?.assumingMemoryBound(to: CChar.self) ?? words.baseAddress
            begins("open")
            let session = table.open(&foreign, link, &error)
            if session == nil { refusal = Self.refusal(error) }
            ended()
            return session
        }
    }

    private static func refusal(_ error: commline_error) -> Finish {
        let capacity = Int(error.text_capacity)
        var text: [UInt8] = []
        while let start = error.text, text.count < capacity, start[text.count] != 0 {
            text.append(UInt8(bitPattern: start[text.count]))
        }
        return Finish(
            code: ErrorCode(rawValue: error.code) ?? .internalError, detail: error.detail,
            message: Message(detail: String(decoding: text, as: UTF8.self)))
    }

    /// Delivers one event as it is; what a host would not send is delivered as well.
    ///
    /// - Parameter event: The event; its size and times are filled in where they are 0.
    public func deliver(_ event: commline_event) {
        guard let session, !isClosed else { return }
        var event = event
        if event.size == 0 { event.size = UInt32(MemoryLayout<commline_event>.size) }
        if event.monotonic_ns == 0 {
            event.monotonic_ns = clock.now.nanoseconds
            event.wall_ms = clock.now.wallMilliseconds
        }
        recordsInEvent = 0
        notesInEvent = 0
        refusalsInEvent = 0
        received = event.kind == COMMLINE_EVENT_RECEIVED ? Int(event.bytes.size) : 0
        if oversight.isTracing { trace.append(.event(TracedEvent(event))) }
        event.bytes = lentBytes(event.bytes)
        event.peer = lentText(event.peer)
        event.text = lentText(event.text)
        begins(TracedEvent.name(of: event.kind))
        withUnsafeBytes(of: &event) { own in
            let lent = oversight.witness?.lend(own, isWritable: false)
            let start = lent.map { UnsafeRawPointer($0.baseAddress) } ?? own.baseAddress
            table.handle(session, start?.assumingMemoryBound(to: commline_event.self))
        }
        ended()
        received = 0
    }

    /// Closes the session, once; closing again does nothing.
    public func close() {
        guard let session, !isClosed else { return }
        isClosed = true
        begins("close")
        table.close(session)
        ended()
        deadline = nil
    }

    /// Notes what threads of the plugin's own did to the link since the last call.
    public func noteLateCalls() {
        noteStrayCalls()
    }

    private func begins(_ call: StaticString) {
        isInCallback = true
        oversight.witness?.begins(call, of: role)
    }

    private func ended() {
        isInCallback = false
        if let witness = oversight.witness { violations += witness.ended() }
        noteStrayCalls()
    }

    private func lentBytes(_ bytes: commline_bytes) -> commline_bytes {
        guard bytes.size > 0,
            let lent = oversight.witness?.lend(bytes.buffer, isWritable: false)
        else { return bytes }
        return commline_bytes(
            data: UnsafeRawPointer(lent.baseAddress)?.assumingMemoryBound(to: UInt8.self),
            size: bytes.size, reserved: 0)
    }

    /// Texts that a host gives are terminated by a NUL.
    private func lentText(_ text: commline_text) -> commline_text {
        guard text.size > 0, let witness = oversight.witness else { return text }
        let lent = (Array(text.buffer) + [0]).withUnsafeBytes {
            witness.lend($0, isWritable: false)
        }
        guard let lent else { return text }
        return commline_text(
            data: UnsafeRawPointer(lent.baseAddress)?.assumingMemoryBound(to: CChar.self),
            size: text.size, reserved: 0)
    }
}
