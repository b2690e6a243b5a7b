import CCommline
import JSON
import Values

extension RehearsedSession {
    /// Tells the session that it is connected.
    ///
    /// - Parameters:
    ///   - traits: What kind of connection it is.
    ///   - peer: The other end.
    ///   - largestDatagram: How many bytes one datagram may carry.
    ///   - state: What an inbound session handed over.
    public func connect(
        _ traits: Connection.Traits = [], peer: String = "192.0.2.7:4059",
        largestDatagram: Int = 0, state: [UInt8] = []
    ) {
        isConnected = true
        unsent = 0
        var event = Self.event(COMMLINE_EVENT_CONNECTED)
        event.flags = traits.rawValue
        event.largest_datagram = UInt32(clamping: largestDatagram)
        withBorrowed(peer) { peer in
            withBorrowed(state) { state in
                event.peer = peer
                event.bytes = state
                deliver(event)
            }
        }
    }

    /// Delivers bytes, or one datagram.
    ///
    /// - Parameters:
    ///   - bytes: What arrived.
    ///   - peer: Datagrams: who sent it.
    public func deliver(_ bytes: [UInt8], from peer: String = "") {
        var event = Self.event(COMMLINE_EVENT_RECEIVED)
        withBorrowed(bytes) { bytes in
            withBorrowed(peer) { peer in
                event.bytes = bytes
                event.peer = peer
                deliver(event)
            }
        }
    }

    /// Tells the session that all sent bytes have left.
    public func drained() {
        unsent = 0
        deliver(Self.event(COMMLINE_EVENT_WRITABLE))
    }

    /// Tells the session that its connection is lost.
    ///
    /// - Parameter reason: Why; `ok` where the other side closed it.
    public func disconnect(_ reason: ErrorCode = .transport) {
        isConnected = false
        unsent = 0
        var event = Self.event(COMMLINE_EVENT_DISCONNECTED)
        event.code = reason.rawValue
        deliver(event)
    }

    /// Gives a monitor a command.
    ///
    /// - Parameters:
    ///   - id: The command's id.
    ///   - json: The command's JSON.
    public func command(_ id: UInt64, _ json: JSONValue) {
        commands.insert(id)
        var event = Self.event(COMMLINE_EVENT_COMMAND)
        event.request_id = id
        withBorrowed(json.text()) { text in
            event.text = text
            deliver(event)
        }
    }

    /// Cancels a command of a monitor, or the whole session.
    ///
    /// - Parameter id: The command's id, or 0 for the whole session.
    public func cancel(_ id: UInt64 = 0) {
        var event = Self.event(COMMLINE_EVENT_CANCEL)
        event.request_id = id
        deliver(event)
    }

    /// Asks the session to stop at the next safe point.
    ///
    /// - Parameter grace: How long it may take.
    public func askToYield(grace: Duration = .seconds(60)) {
        var event = Self.event(COMMLINE_EVENT_YIELD)
        event.grace_ms = Session.milliseconds(grace)
        deliver(event)
    }

    /// Tells the session to say goodbye and finish.
    ///
    /// - Parameter grace: How long it may take.
    public func askToClose(grace: Duration = .seconds(5)) {
        var event = Self.event(COMMLINE_EVENT_CLOSING)
        event.grace_ms = Session.milliseconds(grace)
        deliver(event)
    }

    /// Tells the session that a refused action may be tried again.
    public func credit() {
        deliver(Self.event(COMMLINE_EVENT_CREDIT))
    }

    /// Lets the session's timer pass, moving the clock to it.
    ///
    /// - Returns: False where no timer is set.
    @discardableResult
    public func passDeadline() -> Bool {
        guard let deadline else { return false }
        clock.move(to: deadline)
        self.deadline = nil
        deliver(Self.event(COMMLINE_EVENT_DEADLINE))
        return true
    }

    /// Moves the clock forward; timers that pass on the way are delivered at their moments.
    ///
    /// - Parameter duration: By how much.
    public func advance(by duration: Duration) {
        let end = clock.moment(after: duration)
        while let deadline, deadline <= end {
            passDeadline()
        }
        clock.move(to: end)
    }

    /// Delivers an event of a recording, at its own moment.
    ///
    /// - Parameter event: The event as it was delivered then.
    public func replay(_ event: TracedEvent) {
        clock.set(
            Moment(
                nanoseconds: event.nanoseconds, wallMilliseconds: event.wallMilliseconds))
        switch event.kind {
        case COMMLINE_EVENT_CONNECTED:
            isConnected = true
            unsent = 0
        case COMMLINE_EVENT_DISCONNECTED:
            isConnected = false
            unsent = 0
        case COMMLINE_EVENT_WRITABLE: unsent = 0
        case COMMLINE_EVENT_DEADLINE: deadline = nil
        case COMMLINE_EVENT_COMMAND: commands.insert(event.request)
        default: break
        }
        var foreign = Self.event(event.kind)
        foreign.monotonic_ns = event.nanoseconds
        foreign.wall_ms = event.wallMilliseconds
        foreign.request_id = event.request
        foreign.flags = event.flags
        foreign.code = event.code
        foreign.grace_ms = event.grace
        foreign.largest_datagram = event.largestDatagram
        withBorrowed(event.bytes) { bytes in
            withBorrowed(event.peer) { peer in
                withBorrowed(event.text) { text in
                    foreign.bytes = bytes
                    foreign.peer = peer
                    foreign.text = text
                    deliver(foreign)
                }
            }
        }
    }

    private static func event(_ kind: commline_event_kind) -> commline_event {
        var event = commline_event()
        event.kind = kind
        return event
    }
}
