import CCommline
import Reactor

/// Lends texts and events to a plugin for the duration of a call.
enum EventLending {
    /// Calls `body` with a NUL-terminated text.
    static func text<Result>(_ text: String, _ body: (commline_text) -> Result) -> Result {
        var bytes = Array(text.utf8CString)
        let count = UInt32(clamping: bytes.count - 1)
        return bytes.withUnsafeMutableBufferPointer { buffer in
            body(commline_text(data: buffer.baseAddress, size: count, reserved: 0))
        }
    }

    /// Calls `body` with an event; what it points to ends with the call.
    static func event(_ stamped: StampedEvent, _ body: (UnsafePointer<commline_event>) -> Void) {
        var event = commline_event()
        event.size = UInt32(MemoryLayout<commline_event>.size)
        event.monotonic_ns = stamped.stamp.monotonicNanoseconds
        event.wall_ms = stamped.stamp.wallMilliseconds
        switch stamped.event {
        case .connected(let peer, let flags):
            event.kind = COMMLINE_EVENT_CONNECTED
            event.flags = flags.rawValue
            text(peer) {
                event.peer = $0
                body(&event)
            }
        case .received(let bytes):
            event.kind = COMMLINE_EVENT_RECEIVED
            bytes.withUnsafeBufferPointer {
                event.bytes = commline_bytes(
                    data: $0.baseAddress, size: UInt32(clamping: $0.count), reserved: 0)
                body(&event)
            }
        case .command(let requestID, let json, _):
            event.kind = COMMLINE_EVENT_COMMAND
            event.request_id = requestID
            text(json) {
                event.text = $0
                body(&event)
            }
        default:
            fill(&event, stamped.event)
            body(&event)
        }
    }

    /// The kinds that point to nothing.
    private static func fill(_ event: inout commline_event, _ kind: SessionEvent) {
        switch kind {
        case .connected, .received, .command: break
        case .writable: event.kind = COMMLINE_EVENT_WRITABLE
        case .deadline: event.kind = COMMLINE_EVENT_DEADLINE
        case .disconnected(let code):
            event.kind = COMMLINE_EVENT_DISCONNECTED
            event.code = code.rawValue
        case .cancel(let requestID):
            event.kind = COMMLINE_EVENT_CANCEL
            event.request_id = requestID
        case .yield(let grace):
            event.kind = COMMLINE_EVENT_YIELD
            event.grace_ms = grace
        case .closing(let grace):
            event.kind = COMMLINE_EVENT_CLOSING
            event.grace_ms = grace
        case .credit: event.kind = COMMLINE_EVENT_CREDIT
        }
    }
}
