import CCommline
import Values

extension Link {
    /// Waits for the next client of a simulated device.
    ///
    /// - Returns: What is known of the connection.
    /// - Throws: An interruption: the simulation ends.
    @discardableResult
    public func nextConnection() async throws(LinkError) -> Connection {
        try await session.checkInterruption()
        while true {
            if case .open(let connection) = session.wire,
                session.connections.taken < session.connections.made
            {
                session.connections.taken = session.connections.made
                return connection
            }
            _ = try await session.wait(for: .connection, .none)
        }
    }

    /// Closes the connection of a simulated device; the device itself lives on.
    ///
    /// - Throws: `closed`, or `refused` where this is no simulated device.
    public func hangUp() throws(LinkError) {
        try session.requireLife()
        guard session.role == .simulator else { throw .refused(action: "hang up", .invalid) }
        guard case .open = session.wire else { return }
        session.wire = .lost(.ok)
        session.inbox.reset()
        try session.check(session.host.finish(COMMLINE_CODE_OK, 0, nil), "hang up")
    }
}
