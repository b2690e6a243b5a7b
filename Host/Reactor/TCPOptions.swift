/// How a TCP stream behaves.
package struct TCPOptions: Hashable, Sendable {
    /// How long the connection may take to be made, over all addresses; kept to the millisecond.
    package var connectTimeout: Duration = .seconds(10)
    /// Probes of an idle connection, or nil for none.
    package var keepAlive: KeepAlive?
    /// `write` answers `.congested` above this many unsent bytes.
    package var highWaterMark = 256 * 1024

    /// When an idle connection is probed, and when it counts as dead.
    package struct KeepAlive: Hashable, Sendable {
        /// Silence before the first probe, in seconds.
        package var idleSeconds: Int32
        /// Time between probes, in seconds.
        package var intervalSeconds: Int32
        /// Unanswered probes after which the connection has failed.
        package var probes: Int32

        package init(idleSeconds: Int32 = 60, intervalSeconds: Int32 = 10, probes: Int32 = 6) {
            self.idleSeconds = idleSeconds
            self.intervalSeconds = intervalSeconds
            self.probes = probes
        }
    }

    package init() {}
}
