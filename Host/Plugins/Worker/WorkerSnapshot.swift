/// What there is of a plugin's worker processes at one moment.
package struct WorkerSnapshot: Sendable {
    /// A device whose session brought a worker down.
    package struct Suspect: Hashable, Sendable {
        /// The device's UUID, or what else named it.
        package var subject: String
        package var crashes: Int
        /// What happened last.
        package var reason: String
        /// For how long nothing is tried with it; zero: it is served in a worker of its own.
        package var refusedFor: Duration
    }

    /// The latest end of a worker that nobody had asked for.
    package struct Crash: Hashable, Sendable {
        /// When, in milliseconds since 1970 UTC.
        package var wallMilliseconds: Int64
        /// What happened.
        package var reason: String
        /// The last line that the process wrote to its standard error, secrets blanked; may be empty.
        package var lastWords: String
    }

    /// Live processes.
    package var processes: [Int32] = []
    /// Sessions in them.
    package var sessions = 0
    /// Their resident memory in bytes, all together.
    package var residentBytes: UInt64 = 0
    /// Starts so far.
    package var starts: UInt64 = 0
    /// Ends that nobody had asked for, by kind.
    package var restarts: [String: UInt64] = [:]
    package var lastCrash: Crash?
    package var suspects: [Suspect] = []
    /// Names of what keeps the workers from doing harm here: `limits`, `files`, `calls`.
    package var protections: [String] = []
    /// True while sessions are refused because workers crash one after the other.
    package var isFailing = false
}
