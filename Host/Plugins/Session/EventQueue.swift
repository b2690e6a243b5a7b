import Reactor

/// Events that wait for the driver, in the order in which they happened.
struct EventQueue {
    private var events: [StampedEvent] = []
    private var head = 0
    /// The received bytes that wait.
    private(set) var byteCount = 0

    var isEmpty: Bool { head == events.count }

    mutating func append(_ event: SessionEvent, at stamp: TimeStamp) {
        if case .received(let bytes) = event { byteCount += bytes.count }
        events.append(StampedEvent(event, at: stamp))
    }

    mutating func popFirst() -> StampedEvent? {
        guard head < events.count else { return nil }
        let event = events[head]
        head += 1
        if head == events.count {
            events.removeAll(keepingCapacity: true)
            head = 0
        }
        if case .received(let bytes) = event.event { byteCount -= bytes.count }
        return event
    }

    /// Drops what belongs to a connection that is gone; credit stays.
    mutating func dropConnection() {
        let kept = events[head...].filter { $0.event == .credit }
        events = Array(kept)
        head = 0
        byteCount = 0
    }

    mutating func removeAll() {
        self = EventQueue()
    }
}
