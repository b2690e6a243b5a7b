import CCommline
import Values

/// What a monitor's wait brought.
public enum Occurrence: Hashable, Sendable {
    /// Bytes arrived.
    case received([UInt8])
    /// Somebody wants something from the device.
    case command(Command)
    /// A command that the driver has taken is to be ended.
    case cancelled(UInt64)
}

extension Link {
    /// Waits for the next command or the next bytes: the heart of a monitor session.
    ///
    /// Commands come before bytes.
    ///
    /// - Parameter timeout: How long to wait; nil for no end.
    /// - Returns: What happened.
    /// - Throws: `timedOut`, `disconnected`, `notConnected`, `overflow`, or an interruption.
    public func next(timeout: Duration?) async throws(LinkError) -> Occurrence {
        try await session.checkInterruption()
        var alarm = timeout.map(Alarm.after) ?? .none
        while true {
            if let cancelled = session.cancelledCommands.min() {
                session.cancelledCommands.remove(cancelled)
                return .cancelled(cancelled)
            }
            if !session.commands.isEmpty {
                let command = session.commands.removeFirst()
                session.takenCommands.insert(command.id)
                return .command(command)
            }
            if !session.inbox.isEmpty {
                return .received(try await receive())
            }
            if case .lost(let reason) = session.wire { throw .disconnected(reason) }
            if session.inbox.isOverflowing { throw .overflow(limit: Inbox.limit) }
            guard
                try await session.wait(
                    for: [.command, .bytes, .connection, .disconnection], alarm)
            else { throw .timedOut }
            alarm = .kept
        }
    }

    /// Whether a command that the driver has taken is to be ended.
    ///
    /// - Parameter command: The command's id.
    /// - Returns: True once, and false from then on.
    public func isCancelled(_ command: UInt64) -> Bool {
        session.cancelledCommands.remove(command) != nil
    }

    /// Ends a command of a monitor session.
    ///
    /// - Parameters:
    ///   - command: The command's id.
    ///   - code: How it went; items without an outcome share it.
    ///   - message: What people are told, or nil.
    /// - Throws: `closed` or `refused`.
    public func complete(
        _ command: UInt64, code: ErrorCode = .ok, message: Message? = nil
    ) throws(LinkError) {
        try session.requireLife()
        session.cancelledCommands.remove(command)
        session.takenCommands.remove(command)
        let status = withBorrowed(message) {
            session.host.complete(command, code.rawValue, $0)
        }
        try session.check(status, "complete a command")
    }
}
