import Values

/// When the runs of a job start.
///
/// An *occurrence* is the moment that the recurrence names, in milliseconds since 1970-01-01 UTC. Each
/// is carried out once: the *start* is up to the jitter later, and nothing new is started once the
/// window after the occurrence has passed.
package struct Schedule: Hashable, Sendable {
    /// When it comes again.
    package let recurrence: Recurrence
    /// Whose clocks count.
    package let zone: TimeZoneRules
    /// The most that a start may be later than its occurrence.
    package let jitterSeconds: Int
    /// How long after an occurrence something new may be started; nil for no limit.
    package let windowMinutes: Int?
    let pattern: DayPattern

    /// The longest jitter.
    package static let mostJitterSeconds = 86_400
    /// The longest window: a week.
    package static let mostWindowMinutes = 7 * 1440

    /// Makes a schedule.
    ///
    /// - Parameters:
    ///   - recurrence: When it comes again.
    ///   - zone: Whose clocks count.
    ///   - jitterSeconds: 0 to ``mostJitterSeconds``; held within.
    ///   - windowMinutes: 1 to ``mostWindowMinutes``; held within.
    package init(
        _ recurrence: Recurrence, in zone: TimeZoneRules, jitterSeconds: Int = 0,
        windowMinutes: Int? = nil
    ) {
        self.recurrence = recurrence
        self.zone = zone
        self.jitterSeconds = min(max(jitterSeconds, 0), Self.mostJitterSeconds)
        self.windowMinutes = windowMinutes.map { min(max($0, 1), Self.mostWindowMinutes) }
        pattern = recurrence.pattern
    }

    /// When the window of an occurrence closes.
    ///
    /// - Parameter occurrence: Milliseconds UTC.
    /// - Returns: The first moment at which nothing new is started; nil for never.
    package func closing(of occurrence: Int64) -> Int64? {
        windowMinutes.map { occurrence + Int64($0) * 60_000 }
    }
}
