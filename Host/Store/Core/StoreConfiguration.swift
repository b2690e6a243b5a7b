/// How a store is opened.
package struct StoreConfiguration: Sendable {
    /// The data directory; it is made if it is missing.
    package var path: String
    /// How many threads read.
    package var readers: Int
    package var traceLimits: TraceLimits
    /// Bytes of the disk that collection leaves free for the host's own needs.
    package var reserveBytes: Int64 = 64 << 20
    /// A question older than this is ended when the log has grown too long because of it.
    package var readPatience: Duration = .seconds(30)
    /// How long the store waits before it tries a disk again that refused to write.
    package var trialInterval: Duration
    /// Where the host's time comes from.
    package var clock: @Sendable () -> Moment

    package init(
        path: String, readers: Int = 2, traceLimits: TraceLimits = TraceLimits(),
        trialInterval: Duration = .seconds(5),
        clock: @escaping @Sendable () -> Moment = { Moment.now() }
    ) {
        self.trialInterval = trialInterval
        self.path = path
        self.readers = readers
        self.traceLimits = traceLimits
        self.clock = clock
    }
}
