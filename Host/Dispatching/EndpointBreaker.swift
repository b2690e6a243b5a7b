/// Knows the endpoints to which no connection can be made, so that not everybody behind a dead one waits for
/// the time-out of a connection of their own.
///
/// After some failures in a row an endpoint is *silent*: one session at a time tries it, and its failure to
/// connect is the failure of all that wait for the endpoint. The first connection ends that.
struct EndpointBreaker {
    /// What a failure means.
    enum Verdict: Hashable {
        /// This session's alone.
        case single
        /// The endpoint is silent from now on.
        case opened
        /// The endpoint was silent and still is.
        case stillSilent
    }

    /// Failures in a row after which an endpoint is silent.
    static let threshold = 3
    private var failures: [String: Int] = [:]

    /// Endpoints that are silent now.
    var silentCount: Int { failures.values.count { $0 >= Self.threshold } }

    /// Takes the failure of a connection.
    mutating func failed(_ line: String) -> Verdict {
        let count = failures[line, default: 0] &+ 1
        failures[line] = count
        if count < Self.threshold { return .single }
        return count == Self.threshold ? .opened : .stillSilent
    }

    /// Takes the news of a connection.
    ///
    /// - Returns: Whether the endpoint was silent before.
    mutating func answered(_ line: String) -> Bool {
        guard let count = failures.removeValue(forKey: line) else { return false }
        return count >= Self.threshold
    }
}
