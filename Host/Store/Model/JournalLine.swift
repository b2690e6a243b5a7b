import JSON

/// A line of a task's brief journal.
package struct JournalLine: Hashable, Sendable {
    package var at: Moment
    package var level: JournalLevel
    package var message: StoredMessage

    package init(at: Moment, level: JournalLevel, message: StoredMessage) {
        self.at = at
        self.level = level
        self.message = message
    }
}

/// The levels of journal lines; the numbers are those of the driver ABI.
package enum JournalLevel: Int, Hashable, Sendable, CaseIterable {
    case trace, debug, info, warning, error
}
