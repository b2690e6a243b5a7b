import Values

/// The fate of one item of a task at one stage.
package struct ItemOutcome: Hashable, Sendable {
    package var item: Int
    package var stage: OutcomeStage
    /// A code of the error registry; 0 is success.
    package var code: Int32
    /// The driver's own code, 0 for none.
    package var detail: Int32
    package var message: StoredMessage?
    package var at: Moment

    package init(
        item: Int, stage: OutcomeStage, code: Int32, detail: Int32 = 0,
        message: StoredMessage? = nil, at: Moment
    ) {
        self.item = item
        self.stage = stage
        self.code = code
        self.detail = detail
        self.message = message
        self.at = at
    }
}

/// The stages of an item; the numbers are those of the driver ABI.
package enum OutcomeStage: Int, Hashable, Sendable, CaseIterable {
    case sent = 1
    case accepted = 2
    case verified = 3
    case final = 4
}
