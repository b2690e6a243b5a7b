import CCommline
import Values

/// The link of one session to its device, and to the host: what a driver may do.
///
/// A link belongs to one session and to the body that was given it; it cannot be handed to another task.
/// Every `async` call suspends the body until the host delivers the event that it waits for; nothing
/// blocks a thread. A call that does not need to wait returns at once.
///
/// Cancelling and closing are thrown by the wait that they hit and by every later one, so that a driver
/// unwinds without further ado. What is not a wait (``send(_:secrets:flags:to:)``, ``emit(_:)``,
/// ``outcome(_:)``) works on, so that a goodbye can be said on the way out.
public final class Link {
    let session: Session

    init(_ session: Session) {
        self.session = session
    }

    // MARK: - Time

    /// The moment of the event that is being handled; time stands still between two waits.
    public var now: Moment { session.now }

    /// Waits for some time, whatever else happens.
    ///
    /// - Parameter duration: How long, rounded up to whole milliseconds.
    /// - Throws: `cancelled`, `closing` or `closed`; a lost connection does not end the pause.
    public func pause(for duration: Duration) async throws(LinkError) {
        while try await session.wait(for: [], .after(duration)) {}
    }

    // MARK: - Being told to stop

    /// Whether the host asked to stop at the next safe point, because something more urgent waits.
    public var yieldRequested: Bool { session.isYieldRequested }

    /// Whether the session was cancelled or is being closed, so that every wait throws.
    public var isInterrupted: Bool { session.interruption != nil }

    /// Marks a point at which the driver can stop and be continued by a later session.
    ///
    /// - Throws: `yieldRequested` if the host asked for it. Thrown out of the driver's body it ends the
    ///   session without counting an attempt.
    public func safePoint() throws(LinkError) {
        if session.isYieldRequested { throw .yieldRequested }
    }

    /// Ends the session without counting an attempt, to be continued by a later one.
    ///
    /// The body should return soon after; the link is dead.
    ///
    /// - Parameter checkpoint: What the continuing session finds in its request, at most 64 KiB.
    /// - Throws: `closed` when the session is over already, `refused` when the checkpoint is too large.
    public func yield(checkpoint: [UInt8] = []) throws(LinkError) {
        try session.requireLife()
        guard checkpoint.count <= Self.largestCheckpoint else {
            throw .refused(action: "yield", .tooMuch)
        }
        session.finish { withBorrowed(checkpoint) { session.host.yielded($0) } }
    }

    /// How many bytes a checkpoint may have.
    public static let largestCheckpoint = 65_536

    // MARK: - The connection

    /// The connection, if there is one now.
    public var connection: Connection? {
        if case .open(let connection) = session.wire { connection } else { nil }
    }

    /// Waits until there is a connection; returns at once if there is one.
    ///
    /// - Parameter timeout: How long to wait, or nil to leave that to the host.
    /// - Returns: What is known of the connection.
    /// - Throws: `timedOut`, `disconnected` where the host gave up, or an interruption.
    @discardableResult
    public func waitForConnection(timeout: Duration? = nil) async throws(LinkError) -> Connection {
        try await session.checkInterruption()
        var alarm = timeout.map(Alarm.after) ?? .none
        while true {
            switch session.wire {
            case .open(let connection):
                session.connections.taken = session.connections.made
                return connection
            case .lost(let reason): throw .disconnected(reason)
            case .none: break
            }
            guard try await session.wait(for: .connection, alarm) else { throw .timedOut }
            alarm = .kept
        }
    }

    /// Drops the connection with everything unsent and unread, and waits for a new one.
    ///
    /// - Parameters:
    ///   - delay: How long the host waits before it connects again.
    ///   - timeout: How long to wait for the connection, or nil to leave that to the host.
    /// - Returns: What is known of the new connection.
    /// - Throws: `timedOut`, `disconnected` where the host gave up, `refused`, or an interruption.
    @discardableResult
    public func reconnect(
        delay: Duration = .zero, timeout: Duration? = nil
    ) async throws(LinkError) -> Connection {
        try await session.checkInterruption()
        try session.requireLife()
        try session.check(
            session.host.reconnect(Session.milliseconds(delay)), "connect again")
        session.inbox.reset()
        session.hasUnsentBytes = false
        session.wire = .none
        return try await waitForConnection(timeout: timeout)
    }

    /// Sets speed and framing of a serial line, once everything sent has left.
    ///
    /// A time-out that begins in the same event counts from that moment.
    ///
    /// - Parameter parameters: Speed and framing.
    /// - Throws: `refused` where the channel is no serial line.
    public func setLine(_ parameters: LineParameters) throws(LinkError) {
        try session.requireLife()
        var line = parameters.foreign
        try session.check(session.host.line(&line), "set the serial line")
    }
}

@available(*, unavailable, message: "a link belongs to the body of one session")
extension Link: Sendable {}
