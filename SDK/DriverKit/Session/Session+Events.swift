import CCommline
import JSON
import Values

extension Session {
    /// Notes what an event says and wakes the body where it waits for it.
    func take(_ event: UnsafePointer<commline_event>) {
        let event = event.pointee
        now = Moment(nanoseconds: event.monotonic_ns, wallMilliseconds: event.wall_ms)
        refusals = 0
        arrival = 0..<0
        switch event.kind {
        case COMMLINE_EVENT_CONNECTED: connect(event)
        case COMMLINE_EVENT_RECEIVED: receive(event)
        case COMMLINE_EVENT_WRITABLE:
            hasUnsentBytes = false
            wake(.writable)
        case COMMLINE_EVENT_DEADLINE: expire()
        case COMMLINE_EVENT_DISCONNECTED: disconnect(event)
        case COMMLINE_EVENT_COMMAND: command(event)
        case COMMLINE_EVENT_CANCEL: cancel(event)
        case COMMLINE_EVENT_YIELD: isYieldRequested = true
        case COMMLINE_EVENT_CLOSING:
            allowGoodbye(milliseconds: event.grace_ms)
            if interruption == nil { interrupt(.closing) }
        case COMMLINE_EVENT_CREDIT: wake(.credit)
        default: break  // A kind of a later ABI: a reader ignores those it does not know.
        }
    }

    private func connect(_ event: commline_event) {
        inbox.reset()
        hasUnsentBytes = false
        connections.made += 1
        wire = .open(
            Connection(
                traits: Connection.Traits(rawValue: event.flags),
                peer: event.peer.string ?? "",
                largestDatagram: Int(event.largest_datagram),
                state: Array(event.bytes.buffer)))
        wake([.connection, .disconnection])
    }

    private func receive(_ event: commline_event) {
        let chunk = event.bytes.buffer
        guard case .open(let connection) = wire, !chunk.isEmpty else { return }
        let begin = inbox.consumed + UInt64(inbox.count)
        if connection.traits.contains(.datagram) {
            inbox.append(datagram: chunk, from: event.peer.string ?? "")
        } else {
            inbox.append(chunk)
        }
        arrival = begin..<inbox.consumed + UInt64(inbox.count)
        wake(.bytes)
    }

    private func disconnect(_ event: commline_event) {
        wire = .lost(ErrorCode(rawValue: event.code) ?? .transport)
        hasUnsentBytes = false
        wake([.disconnection, .connection])
    }

    private func cancel(_ event: commline_event) {
        guard event.request_id != 0 else {
            allowGoodbye(milliseconds: Self.goodbyeAfterCancel)
            return interrupt(.cancelled)
        }
        if let index = commands.firstIndex(where: { $0.id == event.request_id }) {
            // Nobody has seen the command yet.
            commands.remove(at: index)
            _ = host.complete(event.request_id, COMMLINE_CODE_CANCELLED, nil)
        } else if takenCommands.contains(event.request_id) {
            cancelledCommands.insert(event.request_id)
            wake(.command)
        }
    }

    private func allowGoodbye(milliseconds: UInt32) {
        let (end, overflow) = now.nanoseconds.addingReportingOverflow(
            UInt64(milliseconds) * 1_000_000)
        goodbyeUntil = overflow ? .max : end
    }

    private func command(_ event: commline_event) {
        let id = event.request_id
        guard id != 0, !takenCommands.contains(id), !commands.contains(where: { $0.id == id })
        else {
            return log.write(.error, "the host gave a command the id \(id), none or one in use")
        }
        guard commands.count < Self.commandLimit else {
            _ = host.complete(id, COMMLINE_CODE_BUSY, nil)
            return
        }
        do throws(RequestError) {
            commands.append(try Command(id: id, event.text))
            wake(.command)
        } catch {
            let message = Message(detail: error.description)
            _ = withBorrowed(message) {
                host.complete(id, COMMLINE_CODE_INTERNAL, $0)
            }
        }
    }
}
