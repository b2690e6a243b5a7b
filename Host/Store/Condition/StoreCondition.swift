/// Whether the store takes what is collected.
package enum StoreCondition: Hashable, Sendable {
    /// All is well.
    case collecting
    /// Nothing is written until the reason is gone; reading goes on. It resumes by itself.
    case paused(StorePause)

    package var pause: StorePause? {
        if case .paused(let pause) = self { pause } else { nil }
    }
}

/// Why and since when the store takes nothing.
package struct StorePause: Hashable, Sendable {
    /// What can be done about it.
    package enum Reason: String, Hashable, Sendable {
        /// The disk is full, or so nearly that the rest is kept for what the host itself needs.
        case diskFull = "disk_full"
        /// Writing or synchronising failed.
        case inputOutput = "input_output"
    }

    package var reason: Reason
    package var since: Moment
    /// The failure that it began with, in words for the log.
    package var detail: String

    package init(reason: Reason, since: Moment, detail: String) {
        self.reason = reason
        self.since = since
        self.detail = detail
    }
}

/// Counts of the store for whoever watches the host.
package struct StoreFacts: Hashable, Sendable {
    package var condition: StoreCondition
    /// Changes that the disk refused so far.
    package var refusedChanges: Int
    /// How often collection paused so far.
    package var pauses: Int
    /// Free on the disk of the data directory; nil when the system does not tell.
    package var freeBytes: Int64?
    /// Questions that were ended because the log could not grow further.
    package var endedQuestions: Int
}
