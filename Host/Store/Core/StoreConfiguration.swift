/// How a store is opened.
package struct StoreConfiguration: Sendable {
    /// The data directory; it is made if it is missing.
    package var path: String
    /// How many threads read.
    package var readers: Int
    package var traceLimits: TraceLimits
    /// Where the host's time comes from.
    package var clock: @Sendable () -> Moment

    package init(
        path: String, readers: Int = 2, traceLimits: TraceLimits = TraceLimits(),
        clock: @escaping @Sendable () -> Moment = { Moment.now() }
    ) {
        self.path = path
        self.readers = readers
        self.traceLimits = traceLimits
        self.clock = clock
    }
}
