import CCommline
import Values

/// How bytes are sent.
public struct SendFlags: OptionSet, Hashable, Sendable {
    /// The flags as they cross the border.
    public let rawValue: UInt32

    /// Makes flags from their bits.
    ///
    /// - Parameter rawValue: The flags as they cross the border.
    public init(rawValue: UInt32) {
        self.rawValue = rawValue
    }

    /// Neither these bytes nor later ones leave before every record, outcome and memory write so far
    /// is on disk.
    public static let afterStored = SendFlags(rawValue: 1)
    /// The journal keeps length and digest only.
    public static let bulk = SendFlags(rawValue: 2)
}

extension Link {
    /// Queues bytes for the wire; returns at once.
    ///
    /// Legal also after the session was cancelled or is closing: what was sent before the body returns
    /// is still given time to leave.
    ///
    /// - Parameters:
    ///   - bytes: What to send.
    ///   - secrets: Stretches of `bytes`, in offsets from its first, that no journal may show.
    ///   - flags: How to send.
    ///   - peer: Datagrams: where to; empty for the channel's peer.
    /// - Throws: `notConnected`, `disconnected`, `closed`, or `refused`: with `tooMuch` where more than
    ///   1 MiB would wait unsent (see ``sendWhenPossible(_:secrets:flags:to:)``).
    public func send(
        _ bytes: [UInt8], secrets: [Range<Int>] = [], flags: SendFlags = [], to peer: String = ""
    ) throws(LinkError) {
        try requireWire()
        try session.check(queue(bytes, secrets, flags, peer), "send")
        session.hasUnsentBytes = true
    }

    /// Queues bytes for the wire, and waits for room where too many wait unsent.
    ///
    /// - Parameters:
    ///   - bytes: What to send, at most 1 MiB.
    ///   - secrets: Stretches of `bytes`, in offsets from its first, that no journal may show.
    ///   - flags: How to send.
    ///   - peer: Datagrams: where to; empty for the channel's peer.
    /// - Throws: As ``send(_:secrets:flags:to:)``, or an interruption.
    public func sendWhenPossible(
        _ bytes: [UInt8], secrets: [Range<Int>] = [], flags: SendFlags = [], to peer: String = ""
    ) async throws(LinkError) {
        try await session.checkInterruption()
        while true {
            try requireWire()
            let status = queue(bytes, secrets, flags, peer)
            guard status == COMMLINE_TOO_MUCH, bytes.count <= Int(COMMLINE_LIMIT_SEND_BYTES) else {
                try session.check(status, "send")
                session.hasUnsentBytes = true
                return
            }
            _ = try await session.wait(for: [.credit, .writable, .disconnection], .none)
        }
    }

    /// Waits until all sent bytes have left the host.
    ///
    /// - Parameter timeout: How long to wait.
    /// - Throws: `timedOut`, `disconnected`, `notConnected`, or an interruption.
    public func flush(timeout: Duration) async throws(LinkError) {
        try await session.checkInterruption()
        var alarm = Alarm.after(timeout)
        while session.hasUnsentBytes {
            try requireWire()
            guard try await session.wait(for: [.writable, .disconnection], alarm) else {
                throw .timedOut
            }
            alarm = .kept
        }
        try requireWire()
    }

    /// Sends a goodbye and waits a little for its answer, also where the session was interrupted.
    ///
    /// For the way out: it throws nothing, and waits no longer than the host's grace allows.
    ///
    /// - Parameters:
    ///   - bytes: What to send.
    ///   - timeout: How long to wait for an answer.
    /// - Returns: What came back, or nil.
    @discardableResult
    public func farewell(_ bytes: [UInt8], timeout: Duration) async -> [UInt8]? {
        do throws(LinkError) {
            discardUnread()
            try send(bytes)
            var alarm = Alarm.after(min(timeout, grace))
            while session.inbox.isEmpty {
                guard case .open = session.wire,
                    try await session.wait(
                        for: [.bytes, .disconnection], alarm, isGoodbye: true)
                else { return nil }
                alarm = .kept
            }
            return session.inbox.takeChunk()
        } catch {
            // Whatever it was, the session ends now; the failure that led here is the one to report.
            return nil
        }
    }

    /// Blanks a stretch of the bytes that arrived in the event being handled, in every journal.
    ///
    /// - Parameters:
    ///   - range: Offsets into `received`.
    ///   - received: What the last call of `receive` returned, with nothing else read since.
    /// - Returns: False where part of the stretch arrived in an earlier event and could not be blanked
    ///   any more.
    /// - Throws: `refused`, or `closed`.
    @discardableResult
    public func redact(_ range: Range<Int>, of received: [UInt8]) throws(LinkError) -> Bool {
        try session.requireLife()
        // Positions count from the connection's first byte, as the inbox does.
        let end = session.inbox.consumed
        guard UInt64(received.count) <= end, range.lowerBound >= 0,
            range.upperBound <= received.count
        else { throw .refused(action: "redact", .invalid) }
        let begin = end - UInt64(received.count)
        let wanted = begin + UInt64(range.lowerBound)..<begin + UInt64(range.upperBound)
        let known = wanted.clamped(to: session.arrival)
        if !known.isEmpty {
            let status = session.host.redact(
                offset: UInt32(clamping: known.lowerBound - session.arrival.lowerBound),
                size: UInt32(clamping: known.count))
            try session.check(status, "redact")
        }
        return known == wanted || wanted.isEmpty
    }

    /// How long a goodbye may take.
    private var grace: Duration {
        guard session.interruption != nil else { return .seconds(60) }
        let now = session.now.nanoseconds
        guard session.goodbyeUntil > now else { return .zero }
        return .nanoseconds(Int64(clamping: session.goodbyeUntil - now))
    }

    private func requireWire() throws(LinkError) {
        try session.requireLife()
        switch session.wire {
        case .open: return
        case .none: throw .notConnected
        case .lost(let reason): throw .disconnected(reason)
        }
    }

    private func queue(
        _ bytes: [UInt8], _ secrets: [Range<Int>], _ flags: SendFlags, _ peer: String
    ) -> commline_status {
        guard bytes.count <= Int(COMMLINE_LIMIT_SEND_BYTES) else { return COMMLINE_TOO_MUCH }
        guard secrets.allSatisfy({ $0.lowerBound >= 0 && $0.upperBound <= bytes.count }) else {
            return COMMLINE_INVALID
        }
        let ranges = secrets.map {
            commline_range(offset: UInt32($0.lowerBound), size: UInt32($0.count))
        }
        return withBorrowed(bytes) { bytes in
            withBorrowed(peer) { peer in
                ranges.withUnsafeBufferPointer { ranges in
                    var send = commline_send()
                    send.size = UInt32(MemoryLayout<commline_send>.size)
                    send.flags = flags.rawValue
                    send.bytes = bytes
                    send.peer = peer
                    send.secrets = ranges.isEmpty ? nil : ranges.baseAddress
                    send.secret_count = UInt32(ranges.count)
                    return session.host.send(&send)
                }
            }
        }
    }
}
