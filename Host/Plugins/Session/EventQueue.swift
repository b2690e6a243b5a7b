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

    /// Takes out what belongs to a connection that is gone; credit and the deadline stay.
    ///
    /// - Returns: The bytes that nobody handled, with their moments.
    mutating func dropConnection() -> [(bytes: [UInt8], stamp: TimeStamp)] {
        let waiting = events[head...]
        events = waiting.filter { $0.event == .credit || $0.event == .deadline }
        head = 0
        byteCount = 0
        return waiting.compactMap { event in
            if case .received(let bytes) = event.event { (bytes, event.stamp) } else { nil }
        }
    }

    mutating func removeAll() {
        self = EventQueue()
    }
}
