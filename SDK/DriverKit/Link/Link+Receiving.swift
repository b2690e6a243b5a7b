import Values

/// What a framing function finds at the beginning of the unread bytes.
public enum Framing: Hashable, Sendable {
    /// The beginning of a frame: more bytes are needed.
    case incomplete
    /// A frame of this many bytes.
    case complete(Int)
    /// This many bytes that belong to no frame.
    case garbage(Int)
}

extension Link {
    /// How many bytes have arrived and were not read yet.
    public var unreadCount: Int { session.inbox.count }

    /// Waits for bytes and takes all that are there; on a datagram channel, one datagram.
    ///
    /// Bytes that arrived before a connection was lost are still delivered.
    ///
    /// - Parameter timeout: How long to wait, counted from the event that is being handled.
    /// - Returns: At least one byte.
    /// - Throws: `timedOut`, `disconnected`, `notConnected`, `overflow`, or an interruption.
    public func receive(timeout: Duration) async throws(LinkError) -> [UInt8] {
        try await receive(.after(timeout))
    }

    /// Waits for bytes without an end of its own, as a simulated device or a monitor does.
    ///
    /// - Returns: At least one byte.
    /// - Throws: `disconnected`, `notConnected`, `overflow`, or an interruption.
    public func receive() async throws(LinkError) -> [UInt8] {
        try await receive(.none)
    }

    /// Waits for a complete frame and takes exactly it; what follows it stays unread.
    ///
    /// - Parameters:
    ///   - timeout: How long to wait for the whole frame, counted from the event that is being
    ///     handled; nil for no end.
    ///   - framing: Looks at all unread bytes from the first; it is called again when more have come.
    ///     A count beyond the unread bytes is taken for `incomplete`.
    /// - Returns: The bytes of the frame.
    /// - Throws: `timedOut`, `disconnected`, `notConnected`, `overflow`, or an interruption.
    public func receiveFrame(
        timeout: Duration?, _ framing: (ArraySlice<UInt8>) -> Framing
    ) async throws(LinkError) -> [UInt8] {
        try await session.checkInterruption()
        var alarm = timeout.map(Alarm.after) ?? .none
        while true {
            if let frame = nextFrame(framing) { return frame }
            try requireBytesToCome()
            guard try await session.wait(for: [.bytes, .disconnection], alarm) else {
                throw .timedOut
            }
            alarm = .kept
        }
    }

    /// Waits for one datagram.
    ///
    /// - Parameter timeout: How long to wait; nil for no end.
    /// - Returns: The datagram with its sender.
    /// - Throws: `timedOut`, `disconnected`, `notConnected`, `overflow`, an interruption, or
    ///   `refused` where the connection is a stream.
    public func receiveDatagram(timeout: Duration?) async throws(LinkError) -> Datagram {
        guard connection?.traits.contains(.datagram) ?? true else {
            throw .refused(action: "receive a datagram from a stream", .invalid)
        }
        try await waitForBytes(timeout.map(Alarm.after) ?? .none)
        let (bytes, peer) = session.inbox.takeDatagram() ?? ([], "")
        return Datagram(bytes: bytes, peer: peer)
    }

    /// Sends bytes and waits for the first that come back.
    ///
    /// What was unread before is not discarded: call ``discardUnread()`` first where the protocol
    /// wants a clean line.
    ///
    /// - Parameters:
    ///   - bytes: What to send.
    ///   - timeout: How long to wait for an answer.
    ///   - secrets: Stretches of `bytes` that no journal may show.
    ///   - flags: How to send.
    /// - Returns: At least one byte, not necessarily a complete answer.
    /// - Throws: As ``send(_:secrets:flags:to:)`` and ``receive(timeout:)``.
    public func exchange(
        _ bytes: [UInt8], timeout: Duration, secrets: [Range<Int>] = [], flags: SendFlags = []
    ) async throws(LinkError) -> [UInt8] {
        try await session.checkInterruption()
        try send(bytes, secrets: secrets, flags: flags)
        return try await receive(.after(timeout))
    }

    /// Sends bytes and waits for a complete frame.
    ///
    /// - Parameters:
    ///   - bytes: What to send.
    ///   - timeout: How long to wait for the whole frame.
    ///   - secrets: Stretches of `bytes` that no journal may show.
    ///   - flags: How to send.
    ///   - framing: As for ``receiveFrame(timeout:_:)``.
    /// - Returns: The bytes of the frame.
    /// - Throws: As ``send(_:secrets:flags:to:)`` and ``receiveFrame(timeout:_:)``.
    public func exchange(
        _ bytes: [UInt8], timeout: Duration, secrets: [Range<Int>] = [], flags: SendFlags = [],
        _ framing: (ArraySlice<UInt8>) -> Framing
    ) async throws(LinkError) -> [UInt8] {
        try await session.checkInterruption()
        try send(bytes, secrets: secrets, flags: flags)
        return try await receiveFrame(timeout: timeout, framing)
    }

    /// Drops everything that arrived and was not read.
    ///
    /// - Returns: How many bytes were dropped.
    @discardableResult
    public func discardUnread() -> Int {
        defer { session.inbox.discard() }
        return session.inbox.count
    }

    /// Waits until nothing has arrived for some time, and drops what did.
    ///
    /// - Parameters:
    ///   - silence: How long the line has to be quiet.
    ///   - limit: How long to wait for that at most.
    /// - Returns: How many bytes were dropped.
    /// - Throws: `disconnected`, `notConnected`, or an interruption.
    @discardableResult
    public func drain(
        silence: Duration, limit: Duration
    ) async throws(LinkError) -> Int {
        let begin = now
        var dropped = discardUnread()
        while true {
            try requireBytesToCome()
            let left = limit - now.since(begin)
            guard left > .zero,
                try await session.wait(
                    for: [.bytes, .disconnection], .after(min(silence, left)))
            else { return dropped }
            dropped += discardUnread()
        }
    }

    private func receive(_ alarm: Alarm) async throws(LinkError) -> [UInt8] {
        try await waitForBytes(alarm)
        return session.inbox.takeChunk()
    }

    private func waitForBytes(_ first: Alarm) async throws(LinkError) {
        try await session.checkInterruption()
        var alarm = first
        while session.inbox.isEmpty {
            try requireBytesToCome()
            guard try await session.wait(for: [.bytes, .disconnection], alarm) else {
                throw .timedOut
            }
            alarm = .kept
        }
    }

    /// Throws where no byte can arrive any more, or none that would be kept.
    private func requireBytesToCome() throws(LinkError) {
        guard !session.inbox.isOverflowing else { throw .overflow(limit: Inbox.limit) }
        switch session.wire {
        case .open: return
        case .none: throw .notConnected
        case .lost(let reason): throw .disconnected(reason)
        }
    }

    /// Takes the first frame out of the unread bytes, and garbage before it.
    private func nextFrame(_ framing: (ArraySlice<UInt8>) -> Framing) -> [UInt8]? {
        while !session.inbox.isEmpty {
            switch framing(session.inbox.unread) {
            case .incomplete: return nil
            case .complete(let size):
                guard size > 0, size <= session.inbox.count else { return nil }
                return session.inbox.take(size)
            case .garbage(let size):
                guard size > 0 else { return nil }
                session.inbox.drop(size)
            }
        }
        return nil
    }
}
