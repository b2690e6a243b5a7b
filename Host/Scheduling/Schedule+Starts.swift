import Values

extension Schedule {
    /// When an occurrence is carried out: at most the jitter later, and before the next one.
    ///
    /// The delay looks random and is always the same for a job and an occurrence, so that a host which
    /// starts again in between agrees with what it meant before.
    ///
    /// - Parameters:
    ///   - occurrence: Milliseconds UTC.
    ///   - job: Whose.
    /// - Returns: Milliseconds UTC.
    package func start(of occurrence: Int64, for job: UUID) -> Int64 {
        guard jitterSeconds > 0 else { return occurrence }
        var most = Int64(jitterSeconds) * 1_000
        if let next = next(after: occurrence) { most = min(most, next - occurrence - 1) }
        guard most > 0 else { return occurrence }
        let seed = Self.mixed(
            job.high ^ Self.mixed(job.low ^ Self.mixed(UInt64(bitPattern: occurrence))))
        return occurrence + Int64(seed % UInt64(most + 1))
    }

    /// The newest occurrence whose start has come.
    ///
    /// - Parameters:
    ///   - moment: The present, in milliseconds UTC.
    ///   - job: Whose.
    /// - Returns: Milliseconds UTC, or nil where there was none since 1970.
    package func due(at moment: Int64, for job: UUID) -> Int64? {
        guard let newest = previous(at: moment) else { return nil }
        if start(of: newest, for: job) <= moment { return newest }
        // The one before it has started: a start comes before the next occurrence.
        return previous(at: newest - 1)
    }

    /// The first occurrence that was not carried out and whose start is to come.
    ///
    /// - Parameters:
    ///   - moment: The present, in milliseconds UTC.
    ///   - handled: The newest occurrence that is done with.
    ///   - job: Whose.
    /// - Returns: The occurrence, and when it is to be started.
    package func upcoming(
        after moment: Int64, handled: Int64, for job: UUID
    ) -> (occurrence: Int64, start: Int64)? {
        if let newest = previous(at: moment), newest > handled {
            let start = start(of: newest, for: job)
            if start > moment { return (newest, start) }
        }
        guard let next = next(after: max(moment, handled)) else { return nil }
        return (next, start(of: next, for: job))
    }

    /// One step of SplitMix64: every bit of the input changes half of the output's.
    private static func mixed(_ value: UInt64) -> UInt64 {
        // Wrapping arithmetic is the algorithm's definition.
        var mixed = value &+ 0x9E37_79B9_7F4A_7C15
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
