import Store

/// How long sessions last; all times in milliseconds.
package struct SessionPolicy: Hashable, Sendable {
    /// A session that is not used for so long is over.
    package var idle: Int64
    /// A session is over so long after the login, however much it is used.
    package var absolute: Int64
    /// How often the use of a session is written down.
    package var touchInterval: Int64
    /// How many sessions a user may have; a further login ends the oldest one.
    package var mostSessions: Int

    package init(
        idle: Int64 = 12 * 3_600_000, absolute: Int64 = 7 * 86_400_000,
        touchInterval: Int64 = 60_000, mostSessions: Int = 100
    ) {
        self.idle = idle
        self.absolute = absolute
        self.touchInterval = touchInterval
        self.mostSessions = mostSessions
    }

    /// When a session is over if it is not used again.
    func expiry(created: Moment, lastSeen: Moment) -> Moment {
        Moment(
            milliseconds: min(lastSeen.milliseconds + idle, created.milliseconds + absolute))
    }
}
