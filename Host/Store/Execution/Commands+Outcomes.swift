import Values

extension CommandStage {
    /// The stage that an outcome of a command's item is.
    init(_ outcome: ItemOutcome) {
        let symbol =
            switch outcome.stage {
            case .sent: "sent"
            case .accepted: "accepted"
            case .verified: "verified"
            case .final: "final"
            }
        self.init(
            symbol: symbol, code: outcome.code, message: outcome.message, at: outcome.at)
    }
}

extension Transaction {
    /// Tells the history what became of a task's commands.
    ///
    /// The final outcome of an item ends its command. A stage that is there already stays as it is, and
    /// so does a command that has ended: what a repeated batch says again changes nothing.
    func advanceCommands(ofTask task: UUID, by outcomes: [ItemOutcome]) throws(StoreError) {
        let commands = try database.rows(
            "SELECT uuid, item FROM command WHERE task = ? AND item IS NOT NULL", task
        ) { (row) throws(StoreError) in (id: try row.uuid(), item: row.int()) }
        for (id, item) in commands {
            for outcome in outcomes where outcome.item == item {
                let stage = CommandStage(outcome)
                let command = try command(id)
                guard command.state != .done,
                    !command.stages.contains(where: { $0.symbol == stage.symbol })
                else { continue }
                let result: ExecutionResult? =
                    outcome.stage == .final ? Self.result(ofCode: outcome.code) : nil
                try advanceCommand(id, stage, result: result)
            }
        }
    }

    private static func result(ofCode code: Int32) -> ExecutionResult {
        switch ErrorCode(rawValue: code) {
        case .ok: .success
        case .cancelled: .cancelledByUser
        default: .error
        }
    }
}
